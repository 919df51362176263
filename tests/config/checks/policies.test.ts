import { describe, expect, test } from "vitest";
import { FULL_ACCESS_POLICIES } from "../../../config/catalog/full-access-policies.ts";
import type { CheckContext } from "../../../config/checks/check.ts";
import { CHECKS } from "../../../config/checks/index.ts";
import { deniesPlainHttp } from "../../../config/checks/policies.ts";

describe("a policy denies plain HTTP", () => {
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const denies = (more: object) =>
    deniesPlainHttp({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*" },
        { ...statement, ...more },
      ],
    });

  test.each([
    ["as the S3 User Guide has it", {}],
    ["with every action", { Action: ["*"] }],
    ["with the principal in its long form", { Principal: { AWS: "*" } }],
    ["of any resource, which in a bucket's policy is the bucket and its objects", { Resource: "*" }],
    ["of whatever begins with the bucket's ARN", { Resource: "arn:aws:s3:::b*" }],
    ["with a boolean, and the key in other letters", { Condition: { Bool: { "aws:securetransport": [false] } } }],
  ])("%s", (_, more) => expect(denies(more)).toBe(true));

  test.each([
    ["allows it", { Effect: "Allow" }],
    ["denies part of the objects", { Resource: "arn:aws:s3:::b/secret/*" }],
    ["denies the bucket and part of the objects", { Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/secret/*"] }],
    ["denies the objects alone", { Resource: "arn:aws:s3:::b/*" }],
    ["denies the bucket alone", { Resource: ["arn:aws:s3:::b"] }],
    ["denies the bucket and another's objects", { Resource: ["arn:aws:s3:::b", "arn:aws:s3:::c/*"] }],
    ["denies all but what it names", { Resource: undefined, NotResource: "arn:aws:s3:::b/public/*" }],
    ["denies one principal", { Principal: { AWS: "arn:aws:iam::111122223333:root" } }],
    ["denies one action", { Action: "s3:GetObject" }],
    ["has a condition more", { Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:PrincipalTag/team": "web" } } }],
    ["has a key more in the same operator", { Condition: { Bool: { "aws:SecureTransport": "false", "aws:MultiFactorAuthPresent": "false" } } }],
    ["denies what comes over TLS", { Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ["has another operator", { Condition: { Null: { "aws:SecureTransport": "false" } } }],
    ["has none", { Condition: undefined }],
  ])("but not where the statement %s", (_, more) => expect(denies(more)).toBe(false));

  test("in two statements, each of its part, but not where one of them has a condition more", () => {
    const parts = (more: object) =>
      deniesPlainHttp({
        Statement: [
          { ...statement, Resource: "arn:aws:s3:::b" },
          { ...statement, Resource: "arn:aws:s3:::b/*", ...more },
        ],
      });
    expect([parts({}), parts({ Principal: { AWS: "arn:aws:iam::111122223333:root" } })]).toEqual([true, false]);
  });

  test("but not where there is none", () => expect([deniesPlainHttp(null), deniesPlainHttp({})]).toEqual([false, false]));
});

test("what a role may be rid of is what the check calls a full-access policy, every one", () => {
  const roles = CHECKS.find(({ entity }) => entity === "role");
  const check = roles?.checks.find(({ exit }) => exit.kind === "step" && exit.operation === "DetachRolePolicy");
  const judged = FULL_ACCESS_POLICIES.map((PolicyArn) => check?.judge({ ListAttachedRolePolicies: [{ PolicyArn }] }, {} as CheckContext).result);
  expect(new Set(judged)).toEqual(new Set(["gap"]));
});
