import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decide, isAllowed, trusts } from "./evaluate.ts";
import { type Policy, policySchema } from "./policy.ts";

const statements = z.array(z.record(z.string(), z.unknown())).transform((Statement): Policy => policySchema.parse({ Version: "2012-10-17", Statement }));
const context = z.record(z.string(), z.string()).optional();
const calls = z.array(z.strictObject({ action: z.string(), resource: z.string(), context })).min(1);
const callers = z.array(z.strictObject({ principal: z.string(), action: z.string().optional(), context })).min(1);
/** A deny is always paired with an allow: over-denial hides bugs. */
const caseSchema = z.union([
  z.strictObject({ name: z.string(), identity: statements, boundary: statements.optional(), session: statements.optional(), allow: calls, deny: calls }),
  z.strictObject({ name: z.string(), trust: statements, allow: callers, deny: callers }),
]);

const folder = join(import.meta.dirname, "cases");
const cases = readdirSync(folder).flatMap((file) => z.array(caseSchema).parse(JSON.parse(readFileSync(join(folder, file), "utf8"))));
const identityCases = cases.filter((one) => "identity" in one);
const trustCases = cases.filter((one) => "trust" in one);

describe("a call", () => {
  test.each(identityCases)("$name", ({ identity, boundary, session, allow, deny }) => {
    const held = { identity: [identity], ...(boundary ? { boundary } : {}), ...(session ? { session } : {}) };
    expect(allow.map(({ action, resource, context }) => decide(held, { action, resource, ...(context ? { context } : {}) }))).toEqual(
      allow.map(() => "allowed"),
    );
    for (const { action, resource, context } of deny)
      expect(isAllowed(held, { action, resource, ...(context ? { context } : {}) }), JSON.stringify({ action, resource, context })).toBe(false);
  });

  test("says which layer refused", () => {
    const policy = (Effect: string, Action: string) => policySchema.parse({ Version: "2012-10-17", Statement: { Effect, Action, Resource: "*" } });
    const call = { action: "s3:GetObject", resource: "*" };
    const [reads, writes, no] = [policy("Allow", "s3:Get*"), policy("Allow", "s3:Put*"), policy("Deny", "s3:*")];
    expect(decide({ identity: [] }, call)).toBe("not-allowed");
    expect(decide({ identity: [reads, no] }, call)).toBe("explicit-deny");
    expect(decide({ identity: [reads], boundary: writes }, call)).toBe("cut-by-boundary");
    expect(decide({ identity: [reads], boundary: reads, session: writes }, call)).toBe("cut-by-session");
    expect(decide({ identity: [reads], boundary: reads, session: reads }, call)).toBe("allowed");
  });
});

describe("a trust", () => {
  test.each(trustCases)("$name", ({ trust, allow, deny }) => {
    const lets = ({ principal, action, context }: (typeof allow)[number]) =>
      trusts(trust, { principal, ...(action ? { action } : {}), ...(context ? { context } : {}) });
    expect(allow.map(lets)).toEqual(allow.map(() => true));
    for (const caller of deny) expect(lets(caller), JSON.stringify(caller)).toBe(false);
  });
});

describe("what is not understood is an error, never a decision", () => {
  const allow = (more: object) => policySchema.parse({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more } });
  const call = { action: "s3:GetObject", resource: "*", context: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } };

  test("an unknown operator", () => {
    const policy = allow({ Condition: { DateLessThan: { "aws:CurrentTime": "2027-01-01T00:00:00Z" } } });
    expect(() => decide({ identity: [policy] }, call)).toThrow(/DateLessThan/);
  });

  test("a policy variable", () => {
    const policy = allow({ Condition: { StringEquals: { "aws:CurrentTime": "${aws:username}" } } });
    expect(() => decide({ identity: [policy] }, call)).toThrow(/aws:username/);
  });

  test("a resource that is no ARN", () => {
    expect(() => decide({ identity: [allow({ Resource: "bucket" })] }, call)).toThrow(/bucket/);
  });

  test("an unknown element, and a statement with both Action and NotAction", () => {
    expect(() => allow({ Conditions: {} })).toThrow();
    expect(() => allow({ NotAction: "s3:PutObject" })).toThrow(/exactly one/);
  });
});
