import { describe, expect, it } from "vitest";
import * as z from "zod";
import { defineService, type ServiceDefinition } from "../../../config/catalog/define.ts";
import { defineWrite, type WriteDefinition } from "../../../config/catalog/write.ts";

const ARN = "arn:aws:s3:::${Bucket}";
const legal: WriteDefinition = defineWrite({
  summary: "Tags a bucket.",
  entity: "bucket",
  class: "non-destructive",
  permissions: [{ action: "s3:PutBucketTagging", resource: ARN }],
  input: z.strictObject({ Bucket: z.string(), Tags: z.record(z.string(), z.string()) }),
  arn: ARN,
  before: [{ operation: "GetBucketTagging", by: { Bucket: "Bucket" }, match: { Bucket: "Bucket" }, columns: ["TagSet"] }],
  calls: [{ command: "PutBucketTagging", input: (given) => given }],
  promises: () => ({}),
  inverse: () => null,
  reversible: "yes",
  idempotency: { kind: "natural" },
  seconds: 1,
});
const [before] = legal.before;
const named = { ...before, as: "Other", context: true } as const;
const [permission] = legal.permissions;
const tagging = {
  summary: "",
  entity: "bucket",
  permissions: [{ action: "s3:GetBucketTagging", resource: "arn:aws:s3:::*" }],
  input: z.strictObject({ Bucket: z.string().optional() }),
  each: { list: "ListBuckets", bind: { Bucket: "Name" } },
  project: { TagSet: "tags" },
} as const;
const list = { ...tagging, input: z.strictObject({}), items: "Buckets[]", project: { Name: true } } as const;

function define(change: Partial<WriteDefinition>, more: ServiceDefinition["writes"] = {}) {
  const { each, ...ListBuckets } = list;
  return () =>
    defineService({
      service: "s3",
      scope: "global",
      about: "",
      reads: { ListBuckets, GetBucketTagging: tagging },
      writes: { Tag: { ...legal, ...change }, ...more },
    });
}

it("lets a condition on an input through that says what it may be", () => {
  const input = legal.input.extend({ Mode: z.enum(["a", "b"]) });
  expect(define({ input, permissions: [{ ...permission!, conditions: { StringEquals: { k: "${Mode}" } } }] })).not.toThrow();
});

it("lets a legal entry through", () => {
  expect(define({})).not.toThrow();
});

describe("a mistake stops synth and cold start with the entry's name", () => {
  it.each<[string, Partial<WriteDefinition>, RegExp]>([
    ["a wildcard action", { permissions: [{ ...permission, action: "s3:Put*" }] }, /s3:Put\* is no IAM action/],
    ["an action that reads content", { permissions: [{ ...permission, action: "s3:GetObject" }] }, /Y-15/],
    ["a wide resource without a reason", { permissions: [{ ...permission, resource: "arn:aws:s3:::*" }] }, /needs a why/],
    ["a permission on a field there is not", { permissions: [{ ...permission, resource: "arn:aws:s3:::${Buckt}" }] }, /names Buckt/],
    ["a permission when a field there is not", { permissions: [{ ...permission, when: "Role" }] }, /names Role/],
    [
      "a condition on an input that nothing limits: as * it would limit nothing",
      { permissions: [{ ...permission, conditions: { StringEquals: { k: "${Bucket}" } } }] },
      /no setting limits/,
    ],
    [
      "a condition on an input that only a pattern limits",
      { input: legal.input.extend({ Mode: z.string().regex(/^(a|b)$/) }), permissions: [{ ...permission, conditions: { StringEquals: { k: "${Mode}" } } }] },
      /no setting limits/,
    ],
    ["a request tag on what makes nothing", { permissions: [{ ...permission, onCreate: true }] }, /makes nothing that is tagged/],
    ["an ARN of a field there is not", { arn: "arn:aws:s3:::${Name}" }, /arn names Name/],
    ["a reference that is no input", { references: ["Name"] }, /Name is a reference or limited/],
    ["a limit on no input", { limited: { Name: "rolePath" } }, /Name is a reference or limited/],
    ["a read of another service", { before: [{ ...before, operation: "DescribeVpcs" }] }, /not among the service's reads/],
    ["a read's input there is not", { before: [{ ...before, by: { Name: "Bucket" } }] }, /takes no Name/],
    ["a source there is not", { before: [{ ...before, by: { Bucket: "Name" } }] }, /read by Name/],
    ["a source in a text there is not", { before: [{ ...before, match: { Bucket: "arn:${Name}" } }] }, /read by Name/],
    ["a filter's source there is not", { before: [{ ...before, by: { Bucket: [{ Name: "x", Values: ["Nme"] }] } }] }, /read by Nme/],
    ["a matched column there is not", { before: [{ ...before, match: { Name: "Bucket" } }] }, /no column Name/],
    ["a column there is not", { before: [{ ...before, columns: ["Tags"] }] }, /no column Tags/],
    ["a read after by an output there is not", { after: [{ ...before, by: { Bucket: "MadeId" } }] }, /read by MadeId/],
    ["two reads that a state could not tell apart", { before: [before, { ...before, context: true }] }, /two of its reads are called GetBucketTagging/],
    ["two reads of one name", { before: [named, named] }, /two of its reads are called Other/],
    ["another name for what promises are compared with", { before: [{ ...before, as: "Other" }] }, /called Other and is no context/],
    ["a field apart from what nothing limits", { apart: { Bucket: "Tags" } }, /Bucket is to be apart from Tags/],
    ["a field there is not, apart", { limited: { Bucket: "rolePath" }, apart: { Name: "Bucket" } }, /Name is to be apart from Bucket/],
    ["settling on what nothing shows", { settling: { operation: "GetBucketTagging", column: "Status", values: [], seconds: 1 } }, /settling looks at/],
    ["outputs of a command that is not called", { creates: { from: "CreateBucket", outputs: {} } }, /creates.from names CreateBucket/],
    ["partly reversible without saying what stays", { reversible: "partly" }, /needs notRestorable/],
    ["destructive and wholly reversible", { class: "destructive" }, /can't be wholly reversible/],
  ])("%s", (_, change, message) => {
    expect(define(change)).toThrow(message);
    expect(define(change)).toThrow("catalog s3.Tag: ");
  });

  it("two writes that say the same", () => {
    expect(define({}, { Other: { ...legal } })).toThrow(/same summary/);
  });

  it("but not what is legal beside it: an output read after, a limited condition, a reason for *", () => {
    const made = { creates: { from: "PutBucketTagging", outputs: { MadeId: "Id" } }, after: [{ ...before, by: { Bucket: "MadeId" } }] } as const;
    expect(define(made)).not.toThrow();
    expect(define({ limited: { Bucket: "rolePath" }, permissions: [{ ...permission, conditions: { StringEquals: { k: "${Bucket}" } } }] })).not.toThrow();
    expect(define({ permissions: [{ ...permission, resource: "arn:aws:s3:::*", why: "because" }] })).not.toThrow();
    expect(define({ before: [before, named] })).not.toThrow();
    expect(
      define({
        before: [
          { ...before, when: { Bucket: "a" } },
          { ...before, when: { Bucket: "b" } },
        ],
      }),
    ).not.toThrow();
    expect(define({ limited: { Bucket: "rolePath" }, apart: { Tags: "Bucket" } })).not.toThrow();
  });
});
