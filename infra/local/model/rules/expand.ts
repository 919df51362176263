/** The product's compact tables read back: every column with its cells again. */

export interface Compact {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly same?: Readonly<Record<string, unknown>> | undefined;
  readonly spread?: readonly string[] | undefined;
  readonly endOfArn?: readonly string[] | undefined;
}

export function expand({ columns, rows, same = {}, spread = [], endOfArn = [] }: Compact): { columns: string[]; rows: unknown[][] } {
  const flat = [...columns, ...Object.keys(same)];
  const isPart = (name: string) => spread.some((whole) => name.startsWith(`${whole}.`));
  const plain = flat.filter((name) => !isPart(name));
  return {
    columns: [...plain, ...spread, ...endOfArn],
    rows: rows.map((row) => {
      const cell = (name: string) => (columns.includes(name) ? row[columns.indexOf(name)] : same[name]);
      const object = (whole: string) =>
        Object.fromEntries(
          flat
            .filter((name) => name.startsWith(`${whole}.`))
            .map((name): [string, unknown] => [name.slice(whole.length + 1), cell(name)])
            .filter(([, value]) => value !== null),
        );
      return [...plain.map(cell), ...spread.map(object), ...endOfArn.map(() => String(cell("Arn")).split(/[/:]/).at(-1))];
    }),
  };
}
