import { describe, expect, test } from "vitest";
import { judge, POLICY_VERSION } from "../../../../functions/guardrail/policy/judge.ts";
import { ANA, approvedBy, BEN, DEVELOPMENT, ground, PRODUCTION, settings, stepOf } from "./step.ts";

const block = (more = {}) => stepOf("s3", "PutPublicAccessBlock", { Bucket: "acme-web-sandbox" }, more);
const withRules = (environment: string, rule: object) => ({
  ...settings,
  environments: { ...settings.environments, [environment]: { ...settings.environments[environment as "sandbox"], ...rule } },
});

describe("an examined step", () => {
  test("that may happen waits for an approval", () => {
    expect(judge(block(), ground())).toMatchObject({ stepId: "s1", decision: "approve", ruleIds: ["Y-03"] });
  });

  test("waits for it even if somebody hands one in already", () => {
    expect(judge(block(), approvedBy(BEN, { stage: "examine" })).decision).toBe("approve");
  });

  test.each([
    ["production", PRODUCTION, ["G05", "H07"]],
    ["an account nobody registered", "123456789012", ["G06", "G09"]],
  ])("in %s is denied with the rule's id", (_, account, ruleIds) => {
    expect(judge(block({ account }), ground())).toMatchObject({ decision: "deny", ruleIds });
  });

  test("is denied where the request or a tag says a stricter environment than the registry (law 5)", () => {
    expect(judge(block({ environment: "production" }), ground()).ruleIds).toEqual(["G05", "H07"]);
    expect(judge(block({ tags: { Environment: "prod" } }), ground()).ruleIds).toEqual(["G05", "H07"]);
    expect(judge(block({ tags: { Environment: "sandbox" } }), ground()).decision).toBe("approve");
  });

  test("is denied in production, whatever looser environment the step claims", () => {
    expect(judge(block({ account: PRODUCTION, environment: "sandbox" }), ground()).ruleIds).toEqual(["G05", "H07"]);
  });

  test("is denied out of scope", () => {
    const scopes = settings.scopes.map((scope) => ({ ...scope, services: scope.services.filter((service) => service !== "s3") }));
    expect(judge(block(), ground({ settings: { ...settings, scopes } }))).toMatchObject({ decision: "deny", ruleIds: ["A04"] });
  });

  test("is denied by law 9 where an environment allows no direct change any more", () => {
    expect(judge(block(), ground({ settings: withRules("sandbox", { directMutation: false }) }))).toMatchObject({ decision: "deny", ruleIds: ["law-9"] });
  });

  test("without an action of the catalog gets no verdict, and so is denied", () => {
    expect(judge(block({ operation: "PutBucketAcl" }), ground())).toMatchObject({ decision: "deny", ruleIds: ["law-9"] });
  });
});

describe("an approved step", () => {
  test("is allowed by a registered approver, and by the requester where the tier lets one", () => {
    expect(judge(block(), approvedBy(BEN)).decision).toBe("allow");
    expect(judge(block(), approvedBy(ANA)).decision).toBe("allow");
    expect(judge(block({ account: DEVELOPMENT }), approvedBy(ANA)).decision).toBe("allow");
    expect(judge(block(), approvedBy(ANA, { settings: withRules("sandbox", { requesterMayApprove: false }) }))).toMatchObject({
      decision: "approve",
      ruleIds: ["G10", "Y-03"],
    });
  });

  test("is not allowed by somebody unknown, nor by an approver of other accounts", () => {
    expect(judge(block(), approvedBy("arn:aws:iam::000000000000:role/eve"))).toMatchObject({ decision: "approve", ruleIds: ["C11"] });
    const approvers = [{ principal: BEN, accounts: [DEVELOPMENT] }];
    expect(judge(block(), approvedBy(BEN, { settings: { ...settings, approvers } })).decision).toBe("approve");
    expect(judge(block({ account: DEVELOPMENT }), approvedBy(BEN, { settings: { ...settings, approvers } })).decision).toBe("allow");
  });

  test("of an undo only, is denied to a planner, and needs somebody else's approval", () => {
    const restore = stepOf("s3", "DeletePublicAccessBlock", { Bucket: "acme-web-sandbox" });
    expect(judge(restore, approvedBy(BEN))).toMatchObject({ decision: "deny", ruleIds: expect.arrayContaining(["law-7"]) });
    expect(judge(restore, approvedBy(ANA, { origin: "ledger" }))).toMatchObject({ decision: "approve", ruleIds: ["law-7"] });
    expect(judge(restore, approvedBy(BEN, { origin: "ledger" })).decision).toBe("allow");
  });
});

test("the version is a digest over policies, schema and catalog", () => {
  expect(POLICY_VERSION).toMatch(/^[0-9a-f]{64}$/);
});
