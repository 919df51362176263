import { describe, expect, it } from "vitest";
import * as z from "zod";
import { defineService, maskPaths, type ReadDefinition, TAGS } from "../../../config/catalog/define.ts";

const list = {
  summary: "All things.",
  entity: "thing",
  permissions: [{ action: "s3:ListAllMyBuckets", resource: "*", why: "no resource-level permission" }],
  input: z.strictObject({}),
  items: "Things[]",
  project: { Name: true, Owner: { Id: true } },
} satisfies ReadDefinition;
const detail = {
  summary: "One thing.",
  entity: "thing",
  permissions: [{ action: "s3:GetBucketTagging", resource: "arn:aws:s3:::*" }],
  input: z.strictObject({ Thing: z.string().optional() }),
  each: { list: "List", bind: { Thing: "Name" } },
  project: { Tags: TAGS },
} satisfies ReadDefinition;

const define = (reads: Record<string, ReadDefinition>) => () => defineService({ service: "s3", scope: "global", about: "things", reads });

describe("an entry's checks", () => {
  it("lets a legal service pass, unchanged", () => {
    const { reads } = define({ List: list, Detail: detail })();
    expect(reads).toEqual({ List: list, Detail: detail });
  });

  it.each([
    "s3:GetObject",
    "S3:getobject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "sts:GetSessionToken",
    "ecr:GetAuthorizationToken",
    "lambda:GetFunction",
    "ec2:GetPasswordData",
    "ec2:GetConsoleOutput",
    "ec2:DescribeInstanceAttribute",
    "logs:GetLogEvents",
    "dynamodb:GetItem",
    "apigateway:GET",
    "iam:GetCredentialReport",
    "kms:Decrypt",
  ])("refuses %s (Y-15), alone or beside a legal action", (action) => {
    const sensitive = { action, resource: "arn:aws:s3:::*" } as const;
    expect(define({ List: { ...list, permissions: [sensitive] } })).toThrow(`s3.List: ${action} reads secrets`);
    expect(define({ List: { ...list, permissions: [list.permissions[0], sensitive] } })).toThrow(action);
  });

  it.each(["lambda:GetFunctionConfiguration", "s3:GetBucketPolicy", "iam:GetUserPolicy"])("lets %s pass", (action) => {
    expect(define({ List: { ...list, permissions: [{ action, resource: "arn:aws:s3:::*" }] } })).not.toThrow();
  });

  it.each<[string, Record<string, ReadDefinition>]>([
    ["List, which s3 does not read", { Detail: detail }],
    ["toString, which s3 does not read", { List: list, Detail: { ...detail, each: { list: "toString", bind: { Thing: "Name" } } } }],
    ["Other, which is not in its input", { List: list, Detail: { ...detail, each: { list: "List", bind: { Other: "Name" } } } }],
    ["takes Title, which List neither", { List: list, Detail: { ...detail, each: { list: "List", bind: { Thing: "Title" } } } }],
    ["which has required input", { List: { ...list, input: z.strictObject({ Kind: z.string() }) }, Detail: detail }],
    ["its input has required fields", { List: list, Detail: { ...detail, input: z.strictObject({ Thing: z.string() }) } }],
  ])("refuses an each that can't run: %s", (message, reads) => {
    expect(define(reads)).toThrow(message);
  });

  it("refuses an owner that a request could give", () => {
    const owned = { ...detail, owner: "ExpectedBucketOwner" } satisfies ReadDefinition;
    expect(define({ List: list, Detail: owned })).not.toThrow();
    const input = z.strictObject({ Thing: z.string().optional(), ExpectedBucketOwner: z.string().optional() });
    expect(define({ List: list, Detail: { ...owned, input } })).toThrow("s3.Detail: ExpectedBucketOwner is the target's account");
  });

  it("lets a read run over a list that runs over a list, and no deeper", () => {
    const parts = { ...detail, items: "Parts[]", project: { Part: true } } satisfies ReadDefinition;
    const onParts = (from: string): ReadDefinition => ({
      ...detail,
      input: z.strictObject({ Thing: z.string().optional(), Part: z.string().optional() }),
      each: { list: from, bind: { Thing: "Thing", Part: "Part" } },
      project: { Part: true },
    });
    expect(define({ List: list, Parts: parts, Bolts: onParts("Parts") })).not.toThrow();
    expect(define({ List: list, Parts: parts, Bolts: onParts("Parts"), Threads: onParts("Bolts") })).toThrow(
      "s3.Threads: each.list names Bolts, which runs over a list",
    );
  });

  it("refuses to project what it drops, also where the drop is above or in the rows", () => {
    expect(define({ List: { ...list, drop: { Things: { Owner: true } } } })).toThrow("Things.Owner is both dropped and projected");
    expect(define({ List: { ...list, drop: { Things: { Owner: { Id: true } } } } })).toThrow("Things.Owner.Id");
    expect(define({ List: { ...list, drop: { Things: { Secret: true } } } })).not.toThrow();
  });
});

describe("maskPaths", () => {
  it("names every leaf in order, tags as one column", () => {
    expect(maskPaths({ A: true, B: { C: "json", D: { E: true } }, Tags: TAGS })).toEqual(["A", "B.C", "B.D.E", "Tags"]);
  });
});
