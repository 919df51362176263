import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compact } from "../../../functions/shared/compact.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { expand } from "../../../infra/local/model/rules/expand.ts";
import { table } from "./samples.ts";

const tableOf = (columns: string[], rows: unknown[][]) => ({ ...table(rows), columns });
/** Rows by column name: order is not part of a table's meaning. */
const meaning = ({ columns, rows }: { columns: readonly string[]; rows: readonly (readonly unknown[])[] }) =>
  rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));

describe("a compact table", () => {
  it("says once what every row has, spreads tags, and leaves out the end of the ARN", () => {
    const arn = (id: string) => `arn:aws:ec2:us-east-1:666666666666:instance/${id}`;
    const made = compact(
      tableOf(
        ["Arn", "InstanceId", "State.Name", "Tags"],
        [
          [arn("i-1"), "i-1", "running", { Owner: "a", Environment: "sandbox" }],
          [arn("i-2"), "i-2", "running", { Environment: "sandbox" }],
        ],
      ),
    );
    expect(made).toMatchObject({
      columns: ["Arn", "Tags.Owner"],
      rows: [
        [arn("i-1"), "a"],
        [arn("i-2"), null],
      ],
      same: { "State.Name": "running", "Tags.Environment": "sandbox" },
      spread: ["Tags"],
      endOfArn: ["InstanceId"],
    });
    expect(made).not.toHaveProperty("evidence");
  });

  it.each([
    ["a null inside", [[{ a: null }], [{ a: "b" }]]],
    ["an object inside", [[{ a: {} }], [{ a: "b" }]]],
    ["no object at all", [[null], [{ a: "b" }]]],
    ["a list", [[["a"]], [{ a: "b" }]]],
  ])("keeps a column whole where spreading would lose: %s", (_, rows) => {
    expect(compact(tableOf(["Tags"], rows))).toMatchObject({ columns: ["Tags"], rows });
  });

  it("means what the table meant, and never grows but by its own marks", () => {
    const scalar = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean());
    const cell = fc.oneof(
      scalar,
      fc.constant(null),
      fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.oneof(scalar, fc.constant(null)), { maxKeys: 3 }),
      fc.array(scalar, { maxLength: 3 }),
    );
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(fc.oneof(cell, fc.constant("same")), { minLength: width, maxLength: width }), { maxLength: 6 }));
    fc.assert(
      fc.property(rows, fc.boolean(), (given, withArn) => {
        const columns = (given[0] ?? []).map((_, index) => `C${index}`);
        const original = withArn
          ? tableOf(
              ["Arn", ...columns],
              given.map((row, index) => [`arn:aws:x:::${typeof row[0] === "string" ? row[0] : index}`, ...row]),
            )
          : tableOf(columns, given);
        const made = compact(original);
        expect(meaning(expand(made))).toEqual(meaning(original));
        expect(jsonBytes({ rows: made.rows })).toBeLessThanOrEqual(jsonBytes({ rows: original.rows }) + 5 * 24 * given.length * original.columns.length);
      }),
    );
  });
});
