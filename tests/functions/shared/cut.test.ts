import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutTables, jsonBytes } from "../../../functions/shared/cut.ts";
import { table } from "./samples.ts";

const rowsOf = (count: number, width: number) => Array.from({ length: count }, (_, index) => [`row-${index}`, "x".repeat(width)]);

describe("cutTables", () => {
  it("leaves tables that fit as they are", () => {
    const tables = [table(rowsOf(3, 10)), table([])];
    expect(cutTables(tables, jsonBytes(tables) + 10)).toEqual(tables);
  });

  it("keeps small tables whole and takes rows from the end of large ones, with the count of what is left", () => {
    const [small, large] = [table(rowsOf(2, 10)), table(rowsOf(200, 50))];
    const [first, second] = cutTables([small, large], 4_000);
    expect(first).toEqual(small);
    expect(second?.total).toBe(200);
    expect(second?.shown).toBe(second?.rows.length);
    expect(second?.rows).toEqual(large.rows.slice(0, second?.shown));
    expect(second?.shown).toBeGreaterThan(20);
  });

  it("never exceeds its bytes where the heads fit, wastes less than a row a table, and never reorders", () => {
    const anyTable = fc
      .array(fc.array(fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 }), {
        maxLength: 40,
      })
      .map((rows) => table(rows));
    fc.assert(
      fc.property(fc.array(anyTable, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 6_000 }), (tables, bytes) => {
        const heads = jsonBytes(tables.map((one) => ({ ...one, rows: [] }))) + 1;
        const cut = cutTables(tables, bytes);
        expect(jsonBytes(cut)).toBeLessThanOrEqual(Math.max(bytes, heads));
        cut.forEach((one, index) => {
          expect(one.rows).toEqual(tables[index]?.rows.slice(0, one.shown));
          expect(one.total).toBe(tables[index]?.total);
        });
        const widest = Math.max(0, ...tables.flatMap(({ rows }) => rows.map(jsonBytes)));
        if (jsonBytes(cut) < bytes - tables.length * (widest + 3)) expect(cut).toEqual(tables);
      }),
    );
  });
});
