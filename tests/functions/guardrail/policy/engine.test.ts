/** Law 9: what does not load stops the function; what gives no clean answer denies. */
import { describe, expect, test } from "vitest";
import { policyEngine } from "../../../../functions/guardrail/policy/engine.ts";
import { judge, judgeBy, requestOf } from "../../../../functions/guardrail/policy/judge.ts";
import { parsePolicies } from "../../../../functions/guardrail/policy/policies.ts";
import { readPolicyTexts } from "../../../../functions/guardrail/policy/texts.ts";
import { policyVersion } from "../../../../functions/guardrail/policy/version.ts";
import { approvedBy, BEN, ground, stepOf } from "./step.ts";

const texts = readPolicyTexts();
const { policies } = texts;
const step = stepOf("s3", "PutPublicAccessBlock", { Bucket: "acme-web-sandbox" });
const FULL = { given: true, self: false, registered: true, confirmed: true };
const permit = (id: string, rest: string) => `@id("${id}") @rule_id("none") @why("none")\n${rest}`;

describe("policies don't load", () => {
  test.each([
    ["with a syntax error", { ...policies, forbid: `${policies.forbid}\nforbid (principal, action` }, /forbid\.cedar can't be read/],
    ["without an id", { ...policies, forbid: `${policies.forbid}\nforbid (principal, action, resource);` }, /lacks @id, @rule_id or @why/],
    ["with an id twice", { ...policies, approve: `${policies.approve}\n${permit("production", "forbid (principal, action, resource);")}` }, /Two policies/],
    ["with a catch-all permit", { ...policies, permit: permit("all", "permit (principal, action, resource);") }, /permits every action/],
    [
      "with a permit among the forbids",
      { ...policies, forbid: permit("one", 'permit (principal, action in Action::"s3.write", resource);') },
      /has a permit: one/,
    ],
    ["with a forbid among the permits", { ...policies, permit: permit("one", "forbid (principal, action, resource);") }, /has a forbid: one/],
    ["with a template", { ...policies, permit: permit("one", 'permit (principal == ?principal, action in Action::"s3.write", resource);') }, /template/],
  ])("%s", (_, changed, message) => expect(() => parsePolicies(changed)).toThrow(message));

  test("against a schema that can't be read", () => {
    expect(() => policyEngine({ ...texts, schema: "entity" })).toThrow(/The schema can't be used/);
    expect(() => policyEngine(texts)).not.toThrow();
  });
});

describe("a step is denied by law 9", () => {
  const denied = { stepId: "s1", decision: "deny", ruleIds: ["law-9"] };

  test("if nothing permits it", () => {
    const permit = policies.permit.replaceAll('"s3.write"', '"ec2.write"');
    expect(judgeBy(policyEngine({ ...texts, policies: { ...policies, permit } }))(step, approvedBy(BEN))).toMatchObject(denied);
    expect(judge(step, approvedBy(BEN)).decision).toBe("allow");
  });

  test("if a policy fails, though the others allow it", () => {
    const forbid = `${policies.forbid}\n${permit("fails", "forbid (principal, action, resource) when { context.plan.steps + 9223372036854775807 > 0 };")}`;
    const verdict = judgeBy(policyEngine({ ...texts, policies: { ...policies, forbid } }))(step, approvedBy(BEN));
    expect(verdict).toMatchObject({ ...denied, reason: expect.stringMatching(/Policy fails failed/) });
  });

  test("if the engine breaks, or says neither allow nor deny", () => {
    const broken = judgeBy(() => {
      throw new Error("out of memory");
    });
    expect(broken(step, ground())).toMatchObject({ ...denied, reason: expect.stringMatching(/out of memory/) });
    expect(judgeBy(() => ({ decision: "maybe" as "allow", determining: [] }))(step, approvedBy(BEN))).toMatchObject(denied);
  });

  test("if a fact is missing", () => {
    const engine = policyEngine(texts);
    const request = requestOf(step, approvedBy(BEN), FULL);
    const { target: _, ...context } = request.context;
    expect(engine(request).decision).toBe("allow");
    expect(() => engine({ ...request, context: context as typeof request.context })).toThrow(/The request can't be used/);
  });

  test("if a step can't be read", () => {
    expect(judge({ ...step, tags: null as never }, approvedBy(BEN))).toMatchObject(denied);
    expect(judge({ ...step, resource: undefined as never }, approvedBy(BEN))).toMatchObject(denied);
  });
});

test("the version changes with every text that judges", () => {
  const versions = [
    texts,
    { ...texts, schema: `${texts.schema} ` },
    ...(["permit", "forbid", "approve"] as const).map((file) => ({ ...texts, policies: { ...policies, [file]: `${policies[file]} ` } })),
  ].map(policyVersion);
  expect(new Set(versions).size).toBe(versions.length);
});
