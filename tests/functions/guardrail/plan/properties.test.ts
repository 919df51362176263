/** What holds for every proposal and every plan, however they are made. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOG, findWrite } from "../../../../config/catalog/index.ts";
import { MUTABLE_SERVICES } from "../../../../config/catalog/services.ts";
import { REQUEST_TAG } from "../../../../config/catalog/write.ts";
import { authorize } from "../../../../functions/guardrail/plan/authorize.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import { examineResult, type ProposedStep, planReadsResult, proposal } from "../../../../functions/shared/contracts.ts";
import { digest } from "../../../../functions/shared/digest.ts";
import { BEN, blockOf, bucketWorld, DEVELOPMENT, examined, JUDGING, NOW, PRODUCTION, proposed, SANDBOX, SETTINGS, sealed, step, type World } from "./set-up.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Every value that differs from this one in exactly one place: each leaf another, each list shorter and longer, each key gone or one more. */
function* variants(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    yield [...value, "more"];
    for (const [index, inner] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const other of variants(inner)) yield value.with(index, other);
    }
    return;
  }
  if (typeof value === "object" && value !== null) {
    yield { ...value, more: 1 };
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const other of variants(inner)) yield { ...value, [key]: other };
    }
    return;
  }
  yield typeof value === "string" ? `${value} ` : typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : "null";
}

describe("the hash", () => {
  const { plan, planHash } = sealed(
    proposed([blockOf("s1", "acme-one"), step("s2", "DeleteBucket", { Bucket: "acme-two" })]),
    bucketWorld({ name: "acme-one", tags: { Name: "x" } }, { name: "acme-two" }),
  );

  it("is another for a plan that differs anywhere (law 7)", () => {
    const seen = new Set([planHash]);
    let count = 0;
    for (const other of variants(plan as unknown as Json)) {
      count += 1;
      const hash = digest(other);
      expect(hash).not.toBe(planHash);
      seen.add(hash);
    }
    expect(count).toBeGreaterThan(300);
  });

  it("does not depend on the order of keys, and is the same every time", () => {
    const turned = Object.fromEntries(Object.entries(plan).toReversed());
    expect(digest(turned)).toBe(planHash);
  });

  it("lets no changed plan be authorized by the approval of the first", () => {
    const approval = {
      requestId: plan.requestId,
      phase: 1,
      tokenDigest: "0".repeat(64),
      planHash,
      decision: "approve" as const,
      approver: BEN,
      expiresAt: plan.expiresAt,
      decidedAt: NOW,
      note: "",
      mac: "AA==",
    };
    const ask = (one: unknown) => authorize({ kind: "authorize", plan: one as typeof plan, planHash, phase: 1, approval, now: NOW }, JUDGING);
    expect(ask(plan).outcome).toBe("authorized");
    for (const other of variants(plan as unknown as Json)) {
      if (Array.isArray((other as { phases?: unknown }).phases)) expect(ask(other).outcome).toBe("refused");
    }
  });
});

const NAMES = ["acme-one", "acme-two", "acme-three", "acme-four"];
const operations = MUTABLE_SERVICES.flatMap((service) => Object.keys(CATALOG[service].writes ?? {}).map((operation) => ({ service, operation })));
const hostileText = fc.constantFrom(
  "*",
  "arn:aws:s3:::*",
  "acme-*",
  "arn:aws:s3:::acme-one",
  "arn:aws:iam::999999999999:role/x",
  "__proto__",
  "constructor",
  "$ref",
  "\u202e",
  "'; --",
);
const anyText = fc.oneof(hostileText, fc.string({ maxLength: 12 }), fc.constantFrom(...NAMES));
const anyInput = fc.oneof(
  { weight: 6, arbitrary: fc.record({ Bucket: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: anyText }) }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.oneof(fc.constantFrom("Bucket", "InstanceId", "Tags", "GroupId", "$ref"), anyText),
      fc.oneof(anyText, fc.jsonValue({ maxDepth: 2 })),
    ),
  },
) as fc.Arbitrary<Record<string, unknown>>;
const anyStep = fc
  .record({
    id: fc.integer({ min: 0, max: 12 }).map((number) => `s${number}`),
    named: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          { service: "s3", operation: "PutPublicAccessBlock" },
          { service: "s3", operation: "PutBucketVersioning" },
          { service: "s3", operation: "DeleteBucket" },
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom(...operations) },
      { weight: 1, arbitrary: fc.record({ service: anyText, operation: anyText }) },
    ),
    account: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(SANDBOX, "acme-sandbox") },
      { weight: 1, arbitrary: fc.constantFrom(DEVELOPMENT, PRODUCTION, "999999999999", "*") },
    ),
    region: fc.oneof({ weight: 6, arbitrary: fc.constantFrom("eu-west-1", "global") }, { weight: 1, arbitrary: fc.constantFrom("us-west-2", "*", "") }),
    input: anyInput,
  })
  .map(({ named, ...rest }): ProposedStep => ({ ...rest, ...named, reason: "because" }));
const anyProposal = fc
  .array(anyStep, { minLength: 1, maxLength: 5 })
  .map((steps) => ({ kind: "propose" as const, summary: "x", steps }))
  .filter((one) => proposal.safeParse(one).success);
const world: World = bucketWorld(...NAMES.flatMap((name) => [{ name }, { name, account: DEVELOPMENT }, { name, account: PRODUCTION, region: "us-east-1" }]));

describe("of no proposal whatever", () => {
  it("comes a plan with an unknown operation, a wildcard, an account out of scope, or what only an undo may", () => {
    let plans = 0;
    fc.assert(
      fc.property(anyProposal, (given) => {
        const result = examined({ ...proposed([]), proposal: given }, world);
        expect(examineResult.safeParse(result).success).toBe(true);
        const { plan, verdict } = result;
        if (!plan) {
          expect(["revise", "refuse"]).toContain(verdict.decision);
          return;
        }
        plans += 1;
        for (const one of plan.phases.flatMap(({ steps }) => steps)) {
          const write = findWrite(one.service, one.operation);
          expect(write && !write.inverseOnly).toBe(true);
          if (!one.creates) expect(one.resource).not.toMatch(/[*?]/);
          expect(one.environment).toBe(SETTINGS.accounts.find(({ id }) => id === one.account)?.environment);
          const direct = SETTINGS.environments[one.environment].directMutation;
          const inScope = SETTINGS.scopes.some(({ account, services }) => account === one.account && services.includes(one.service));
          expect(verdict.decision).toBe(direct ? "approve" : "artifact");
          if (direct) expect(inScope).toBe(true);
          expect(one.before.digest).toBe(digest(one.before.image));
          if (write?.tagged) expect(one.input.Tags).toMatchObject({ [REQUEST_TAG]: plan.requestId, CreatedBy: "aws-coworker" });
        }
      }),
      { numRuns: 300 },
    );
    // Else the property would hold of nothing.
    expect(plans).toBeGreaterThan(20);
  });

  it("does validating fail or exceed its bounds, nor any step of it that is valid depend on chance", () => {
    fc.assert(
      fc.property(anyProposal, fc.integer({ min: 1, max: 4 }), (given, attempt) => {
        const input = { ...proposed([], { attempt }), proposal: given };
        const result = planReads(input, SETTINGS);
        expect(planReadsResult.safeParse(result).success).toBe(true);
        expect(planReads(input, SETTINGS)).toEqual(result);
        expect(Buffer.byteLength(JSON.stringify(result.verdict))).toBeLessThanOrEqual(24 * 1024);
        expect(result.verdict === null).toBe(result.calls.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
