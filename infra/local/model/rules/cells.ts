/** Reads cells of a table whose columns are dotted paths; a list's fields may be parallel lists or objects in one column. */
export type Fields = Readonly<Record<string, unknown>>;

/** Every scalar at a path, lists flattened; nothing for null and for what is missing. */
export function valuesAt(fields: Fields, path: string): unknown[] {
  if (Object.hasOwn(fields, path)) return scalars(fields[path]);
  for (let at = path.lastIndexOf("."); at > 0; at = path.lastIndexOf(".", at - 1)) {
    const column = path.slice(0, at);
    if (Object.hasOwn(fields, column)) return scalars(descend(fields[column], path.slice(at + 1)));
  }
  return [];
}

export function valueAt(fields: Fields, path: string): unknown {
  return valuesAt(fields, path)[0];
}

export function textAt(fields: Fields, path: string): string | undefined {
  const value = valueAt(fields, path);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** The items of a list, each with the values of the named fields. */
export function itemsAt(fields: Fields, list: string, names: readonly string[]): Readonly<Record<string, unknown[]>>[] {
  const whole = fields[list];
  if (Array.isArray(whole)) return whole.filter(isFields).map((item) => Object.fromEntries(names.map((name) => [name, scalars(descend(item, name))])));
  const lists = names.map((name) => [name, fields[`${list}.${name}`]] as const);
  const length = Math.max(0, ...lists.map(([, cell]) => (Array.isArray(cell) ? cell.length : 0)));
  return Array.from({ length }, (_, index) => Object.fromEntries(lists.map(([name, cell]) => [name, Array.isArray(cell) ? scalars(cell[index]) : []])));
}

/** A cell of tags: an object, or the Key/Value list that AWS returns. Null is none. */
export function tagsIn(cell: unknown): Readonly<Record<string, string>> {
  if (Array.isArray(cell)) return Object.fromEntries(cell.filter(isFields).map((tag) => [String(tag.Key), String(tag.Value ?? "")]));
  return isFields(cell) ? Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, String(value ?? "")])) : {};
}

function descend(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (inner, field) => (Array.isArray(inner) ? inner.map((item) => (isFields(item) ? item[field] : null)) : isFields(inner) ? inner[field] : undefined),
      value,
    );
}

function scalars(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(scalars);
  return value === null || value === undefined ? [] : [value];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
