import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Mask, ReadDefinition } from "../../../config/catalog/define.ts";
import { columnsOf } from "../../../config/catalog/read-tools.ts";
import { dropFields, rowsAt, toRow } from "../../../functions/discovery/project.ts";

const read = (project: Mask, changes: Partial<ReadDefinition> = {}): ReadDefinition => ({
  summary: "",
  entity: "x",
  permissions: [{ action: "s3:ListAllMyBuckets", resource: "*", why: "test" }],
  input: z.strictObject({}),
  project,
  ...changes,
});
const context = { account: "123456789012", region: "eu-west-1", bound: {}, absent: null };
const row = (item: Record<string, unknown>, project: Mask, changes: Partial<ReadDefinition> = {}, bound: Record<string, unknown> = {}) =>
  toRow(item, read(project, changes), { ...context, bound });

describe("dropFields", () => {
  it("removes fields at any depth of lists and objects, and nothing else", () => {
    const value = { Functions: [{ Name: "a", Environment: { KEY: "v" } }, { Name: "b" }], Environment: "kept: not the one that is named", Other: [[1]] };
    expect(dropFields(value, { Functions: { Environment: true } })).toEqual({
      Functions: [{ Name: "a" }, { Name: "b" }],
      Environment: value.Environment,
      Other: [[1]],
    });
  });

  it("leaves no dropped value behind, wherever the field's object stands", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ Secret: fc.constant("s3cret-value"), Name: fc.string() })), (items) => {
        expect(JSON.stringify(dropFields({ A: { B: items, C: [items] } }, { A: { B: { Secret: true }, C: { Secret: true } } }))).not.toContain("s3cret-value");
      }),
    );
  });
});

describe("rowsAt", () => {
  it("flattens lists of lists", () => {
    expect(rowsAt({ R: [{ I: [{ Id: 1 }, { Id: 2 }] }, { I: [] }, { I: [{ Id: 3 }] }] }, "R[].I[]")).toEqual([{ Id: 1 }, { Id: 2 }, { Id: 3 }]);
  });

  it.each([[{}], [{ Buckets: null }], [null], ["text"]])("has no rows where the list is missing: %j", (response) => {
    expect(rowsAt(response, "Buckets[]")).toEqual([]);
  });

  it("names a plain item Value, and takes a response without a list as its row", () => {
    expect(rowsAt({ Names: ["a", "b"] }, "Names[]")).toEqual([{ Value: "a" }, { Value: "b" }]);
    expect(rowsAt({ Status: "on" }, undefined)).toEqual([{ Status: "on" }]);
  });
});

describe("toRow", () => {
  it("has the catalog's columns in order and nothing that it does not name", () => {
    const project: Mask = { Name: true, Owner: { Id: true } };
    const each = { list: "L", bind: { Bucket: "Name" } };
    const definition = read(project, { each, absent: ["None"], arn: "arn:aws:s3:::${Bucket}" });
    expect(columnsOf(definition)).toEqual(["Arn", "Bucket", "Absent", "Name", "Owner.Id"]);
    expect(toRow({ Name: "n", Owner: { Id: 1, Email: "x" }, Hidden: "x" }, definition, { ...context, bound: { Bucket: "b" } })).toEqual([
      "arn:aws:s3:::b",
      "b",
      null,
      "n",
      1,
    ]);
    expect(toRow({}, definition, { ...context, bound: { Bucket: "b" }, absent: "None" })).toEqual(["arn:aws:s3:::b", "b", "None", null, null]);
  });

  it("makes parallel lists of a list's fields", () => {
    expect(row({ Rules: [{ Id: "a", To: { Days: 1 } }, { Id: "b" }] }, { Rules: { Id: true, To: { Days: true } } })).toEqual([
      ["a", "b"],
      [1, null],
    ]);
  });

  it("decodes tags, JSON and URL-encoded JSON, and keeps a text that is neither", () => {
    const policy = { Statement: [{ Effect: "Allow" }] };
    const project: Mask = { Tags: "tags", Json: "json", Url: "urlJson", Bad: "json", BadUrl: "urlJson" };
    expect(
      row(
        {
          Tags: [{ Key: "env", Value: "test" }, { Key: "empty" }],
          Json: JSON.stringify(policy),
          Url: encodeURIComponent(JSON.stringify(policy)),
          Bad: "{",
          BadUrl: "%",
        },
        project,
      ),
    ).toEqual([{ env: "test", empty: "" }, policy, policy, "{", "%"]);
  });

  it("writes dates as text, alone and inside what is taken whole", () => {
    const at = new Date("2026-01-02T03:04:05.000Z");
    expect(row({ At: at, All: { at } }, { At: true, All: true })).toEqual([at.toISOString(), { at: at.toISOString() }]);
  });

  it("fills an ARN from account, region, row or input, and leaves it empty when a part is missing", () => {
    const arn = "arn:aws:ec2:${region}:${account}:thing/${Of.Id}";
    expect(row({ Of: { Id: "t-1" } }, {}, { arn })).toEqual(["arn:aws:ec2:eu-west-1:123456789012:thing/t-1"]);
    expect(row({}, {}, { arn }, { Of: { Id: "t-2" } })).toEqual(["arn:aws:ec2:eu-west-1:123456789012:thing/t-2"]);
    expect(row({ Of: {} }, {}, { arn })).toEqual([null]);
    expect(row({ Of: { Id: "$&${account}" } }, {}, { arn })).toEqual(["arn:aws:ec2:eu-west-1:123456789012:thing/$&${account}"]);
  });
});
