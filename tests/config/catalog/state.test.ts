import { describe, expect, it } from "vitest";
import { afterReads, beforeReads, broken, filled, isAbsent, keeps, readInput, referencesIn, stateOf } from "../../../config/catalog/state.ts";
import type { BeforeRead } from "../../../config/catalog/write.ts";

const place = { account: "111122223333", region: "eu-west-1" };
const volume: BeforeRead = {
  operation: "DescribeVolumes",
  by: { Filters: [{ Name: "volume-id", Values: ["VolumeId"] }] },
  match: { VolumeId: "VolumeId" },
  columns: ["State"],
};
const table = (...rows: unknown[][]) => [{ operation: "DescribeVolumes", columns: ["VolumeId", "State"], rows }];

describe("a read's input", () => {
  const FUNCTION = "arn:aws:lambda:${region}:${account}:function:${FunctionName}";

  it("is a field, a one-element list, a filter or a text with place and fields", () => {
    expect(readInput({ ...volume, by: { VolumeId: "VolumeId" } }, { VolumeId: "vol-1" }, place)).toEqual({ VolumeId: "vol-1" });
    expect(readInput({ ...volume, by: { VolumeIds: ["VolumeId"] } }, { VolumeId: "vol-1" }, place)).toEqual({ VolumeIds: ["vol-1"] });
    expect(readInput(volume, { VolumeId: "vol-1" }, place)).toEqual({ Filters: [{ Name: "volume-id", Values: ["vol-1"] }] });
    expect(readInput({ ...volume, by: { Resource: FUNCTION } }, { FunctionName: "f" }, place)).toEqual({
      Resource: "arn:aws:lambda:eu-west-1:111122223333:function:f",
    });
    expect(readInput({ ...volume, by: {} }, {}, place)).toEqual({});
  });

  it("is null where it rests on a reference: there is nothing to read yet", () => {
    const $ref = "s1.VolumeId";
    for (const by of [{ VolumeId: "VolumeId" }, { VolumeIds: ["VolumeId"] }, volume.by, { Resource: "arn:${VolumeId}" }] as BeforeRead["by"][])
      expect(readInput({ ...volume, by }, { VolumeId: { $ref } }, place)).toBeNull();
  });
});

describe("which reads", () => {
  const context = { ...volume, operation: "Context", context: true } as const;
  const sometimes = { ...volume, operation: "Sometimes", when: { Kind: "a" } };

  it("are asked before: all whose condition holds; after: those of the resource itself", () => {
    const write = { before: [volume, context, sometimes] } as const;
    const names = (reads: BeforeRead[]) => reads.map(({ operation }) => operation);
    expect(names(beforeReads(write, { Kind: "a" }))).toEqual(["DescribeVolumes", "Context", "Sometimes"]);
    expect(names(beforeReads(write, { Kind: "b" }))).toEqual(["DescribeVolumes", "Context"]);
    expect(names(afterReads(write, { Kind: "b" }))).toEqual(["DescribeVolumes"]);
    expect(names(afterReads({ ...write, after: [sometimes] }, { Kind: "a" }))).toEqual(["Sometimes"]);
  });
});

describe("a state", () => {
  it("holds the matching rows' columns, and no read that was not done", () => {
    const rows = table(["vol-1", "available"], ["vol-2", "in-use"]);
    expect(stateOf([volume], rows, { VolumeId: "vol-2" })).toEqual({ DescribeVolumes: [{ State: "in-use" }] });
    expect(stateOf([volume], rows, { VolumeId: "vol-3" })).toEqual({ DescribeVolumes: [] });
    expect(stateOf([volume], [], { VolumeId: "vol-1" })).toEqual({});
    expect(stateOf([volume], rows, { VolumeId: { $ref: "s1.VolumeId" } })).toEqual({ DescribeVolumes: [] });
  });

  it("takes an empty cell for an input that is not given, and numbers as numbers", () => {
    const rule: BeforeRead = { operation: "Rules", by: {}, match: { Port: "Port", Cidr: "Cidr" }, columns: ["Id"] };
    const rules = [
      {
        operation: "Rules",
        columns: ["Id", "Port", "Cidr"],
        rows: [
          ["r1", 443, null],
          ["r2", 443, "10.0.0.0/8"],
          ["r3", "443", null],
        ],
      },
    ];
    expect(stateOf([rule], rules, { Port: 443 })).toEqual({ Rules: [{ Id: "r1" }] });
    expect(stateOf([rule], rules, { Port: 443, Cidr: "10.0.0.0/8" })).toEqual({ Rules: [{ Id: "r2" }] });
  });

  it("matches an ARN of any account and region, exactly elsewhere", () => {
    const role: BeforeRead = { operation: "Roles", by: {}, match: { Arn: "arn:aws:iam::${account}:role${Path}${Name}" }, columns: ["Arn"] };
    const found = (...arns: unknown[]) =>
      stateOf([role], [{ operation: "Roles", columns: ["Arn"], rows: arns.map((arn) => [arn]) }], { Path: "/x/", Name: "a.b" }).Roles;
    expect(found("arn:aws:iam::111122223333:role/x/a.b")).toHaveLength(1);
    expect(found("arn:aws:iam::111122223333:role/y/a.b", "arn:aws:iam::111122223333:role/x/aXb", "arn:aws:iam::1:role:z:role/x/a.b", null)).toEqual([]);
  });

  it("calls a read's rows what the read calls them, so that two of one operation stay apart, and has a row once that both gave", () => {
    const other: BeforeRead = { ...volume, as: "Other", match: { VolumeId: "OtherId" }, context: true };
    const both = [...table(["vol-1", "available"], ["vol-2", "in-use"]), ...table(["vol-2", "in-use"])];
    const state = stateOf([volume, other], both, { VolumeId: "vol-3", OtherId: "vol-2" });
    expect(state).toEqual({ DescribeVolumes: [], Other: [{ State: "in-use" }] });
    expect(isAbsent(state, [volume, other])).toBe(true);
    expect(isAbsent({ ...state, DescribeVolumes: [{}] }, [volume, other])).toBe(false);
    // Rows that only look alike by the columns that are shown are two.
    expect(stateOf([{ ...volume, match: {} }], table(["vol-1", "in-use"], ["vol-2", "in-use"]), {}).DescribeVolumes).toHaveLength(2);
  });

  it("is absent when no read of the resource itself shows it, whatever its context shows", () => {
    const context = { ...volume, operation: "Vpcs", context: true } as const;
    expect(isAbsent({ DescribeVolumes: [], Vpcs: [{}] }, [volume, context])).toBe(true);
    expect(isAbsent({ DescribeVolumes: [{}], Vpcs: [] }, [volume, context])).toBe(false);
  });
});

describe("a promise", () => {
  it("is broken where a value differs, a row is missing, or one is there that should be gone", () => {
    expect(broken({ A: { x: 1 } }, { A: [{ x: 1 }] })).toEqual([]);
    expect(broken({ A: { x: 1 } }, { A: [{ x: 2 }] })).toEqual([{ field: "A.x", expected: 1, found: 2 }]);
    expect(broken({ A: { x: null } }, {})).toEqual([{ field: "A.x", expected: null, found: null }]);
    expect(broken({ A: null }, { A: [] })).toEqual([]);
    expect(broken({ A: null }, { A: [{ x: 1 }] })).toHaveLength(1);
  });

  it("of an object needs its keys only, of a list the same members", () => {
    expect(keeps({ a: "1", gone: null }, { a: "1", b: "2" })).toBe(true);
    expect(keeps({ gone: null }, { gone: "x" })).toBe(false);
    expect(keeps(["a", "b"], ["b", "a"])).toBe(true);
    expect(keeps(["a"], ["a", "b"])).toBe(false);
    expect(keeps(["a", "a"], ["a", "b"])).toBe(false);
  });

  it("of a list has its members whole: one with a key more is another", () => {
    const deny = { Effect: "Deny", Resource: ["r", "r/*"], Condition: { Bool: { tls: "false" } } };
    expect(keeps({ Statement: [deny] }, { Id: "x", Statement: [{ ...deny, Resource: ["r/*", "r"] }] })).toBe(true);
    expect(keeps({ Statement: [deny] }, { Statement: [{ ...deny, Condition: { ...deny.Condition, StringEquals: { vpc: "v" } } }] })).toBe(false);
    expect(keeps({ Statement: [deny] }, { Statement: [{ ...deny, NotAction: "s3:*" }] })).toBe(false);
    expect(keeps([{ a: 1, gone: null }], [{ a: 1 }])).toBe(true);
    expect(keeps([["a"]], ["a"])).toBe(false);
  });

  it("of nothing is kept by a list's field that no member has", () => {
    expect([keeps(null, [null, [null]]), keeps(null, [null, 1]), keeps(null, []), keeps([null], null)]).toEqual([true, false, false, false]);
  });
});

it("fills an ARN with what is known, and * where a reference stands", () => {
  expect(filled("arn:aws:ec2:${region}:${account}:volume/${VolumeId}", { VolumeId: "vol-1" }, place)).toBe("arn:aws:ec2:eu-west-1:111122223333:volume/vol-1");
  expect(filled("volume/${VolumeId}", { VolumeId: { $ref: "s1.VolumeId" } }, place)).toBe("volume/*");
  expect(referencesIn({ a: [{ $ref: "s1.X" }], b: { c: { $ref: "s2.Y" } }, d: { $ref: "s3.Z", more: 1 } })).toEqual(["s1.X", "s2.Y"]);
});
