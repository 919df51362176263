/** No secret, and no mark of one, becomes part of a plan (H04). Each beside the same proposal without it. */
import { describe, expect, it } from "vitest";
import { dispatcher } from "../../../../functions/guardrail/dispatch.ts";
import { planReads } from "../../../../functions/guardrail/plan/plan-reads.ts";
import type { ExamineResult, PlanReadsResult, ProposedStep } from "../../../../functions/shared/contracts.ts";
import { SECRET } from "../../shared/samples.ts";
import { answer, blockOf, bucketWorld, ec2, iam, JUDGING, NOW, proposed, SETTINGS, sealed, step, undoOf, type World } from "./set-up.ts";

const decide = dispatcher(SETTINGS, async () => JUDGING);
const reads = (steps: readonly ProposedStep[], more: Partial<ReturnType<typeof proposed>> = {}) =>
  decide({ kind: "plan-reads", ...proposed(steps, more) }) as Promise<PlanReadsResult>;
const tags = (Tags: object, Bucket = "acme-one") => step("s1", "PutBucketTagging", { Bucket, Tags });
const KEY = "a".repeat(20) + "B1/".repeat(7).slice(0, 20);

describe("a proposal with a secret is refused before anything is read:", () => {
  it.each([
    ["a tag's value", tags({ Owner: "web-team", Token: SECRET }), "input.Tags.Token"],
    ["a tag's name", tags({ Owner: "web-team", [SECRET]: "x" }), "input.Tags.[redacted:github]"],
    ["a key that its name gives away", tags({ aws_secret_access_key: KEY }), "input.Tags.aws_secret_access_key"],
    ["a resource's name", blockOf("s1", SECRET), "input.Bucket"],
    ["a list of an input", iam("s1", "TagRole", { RoleName: "r", RolePath: "/coworker-managed/", Tags: ["x", { a: SECRET }] }), "input.Tags.1.a"],
    ["a reason", blockOf("s1", "acme-one", { reason: `Use ${SECRET}` }), "reason"],
    ["an operation", blockOf("s1", "acme-one", { operation: SECRET }), "operation"],
  ])("%s", async (_, one, place) => {
    const { verdict, calls } = await reads([one]);
    expect(verdict).toMatchObject({ decision: "refuse", code: "secret_in_proposal", ruleIds: ["H04"] });
    expect(verdict?.reason).toContain(`s1: ${place} holds a secret`);
    expect(verdict?.findings).toMatchObject([{ stepId: "s1", severity: "critical", effect: "blocks", ruleIds: ["H04"] }]);
    expect(calls).toEqual([]);
    expect(JSON.stringify(verdict)).not.toContain(SECRET);
    expect(JSON.stringify(verdict)).not.toContain(KEY);
  });

  it("its summary", async () => {
    const proposal = { kind: "propose" as const, summary: `With ${SECRET}.`, steps: [blockOf("s1", "acme-one")] };
    const { verdict } = await reads([], { proposal });
    expect(verdict).toMatchObject({ decision: "refuse", code: "secret_in_proposal", findings: [{ stepId: null }] });
    expect((await reads([], { proposal: { ...proposal, summary: "Without." } })).verdict).toBeNull();
  });

  it("one step of many, whose id is told", async () => {
    const good = Array.from({ length: 20 }, (_, index) => blockOf(`s${index + 2}`, `acme-${index}`));
    expect((await reads([...good, tags({ Token: SECRET })])).verdict?.findings.map(({ stepId }) => stepId)).toEqual(["s1"]);
    expect((await reads([...good, tags({ Token: "none" })])).verdict).toBeNull();
  });

  it("nor is it sealed where it was not read for", async () => {
    const world = bucketWorld({ name: "acme-one", tags: { Owner: "web-team" } });
    const examined = async (reason: string) => {
      const input = proposed([blockOf("s1", "acme-one", { reason })]);
      const results = planReads(input, SETTINGS).calls.map((call) => answer(call, world));
      return (await decide({ kind: "examine", ...input, results, now: NOW })) as ExamineResult;
    };
    expect(await examined(`Use ${SECRET}`)).toMatchObject({ verdict: { decision: "refuse", code: "secret_in_proposal" }, plan: null, planHash: null });
    expect(await examined("As asked.")).toMatchObject({ verdict: { decision: "approve" }, plan: { phases: [{ steps: [{ reason: "As asked." }] }] } });
  });
});

describe("a proposal with the mark of a secret that was taken out", () => {
  const MARK = "[redacted:github]";

  it.each([
    ["a tag's value", tags({ Token: MARK }), "input.Tags.Token"],
    ["part of one", ec2("s1", "CreateTags", { ResourceId: "vol-0123456789abcdef0", Tags: { Note: `use ${MARK} here` } }), "input.Tags.Note"],
    ["a tag's name", tags({ [MARK]: "x" }), `input.Tags.${MARK}`],
    ["a resource's name", blockOf("s1", MARK), "input.Bucket"],
  ])("goes back: %s", async (_, one, place) => {
    const { verdict, calls } = await reads([one]);
    expect(verdict).toMatchObject({ decision: "revise", code: "secret_in_proposal", ruleIds: ["H04"], findings: [{ severity: "critical" }] });
    expect(verdict?.reason).toContain(`${place} holds the mark`);
    expect(calls).toEqual([]);
    expect((await reads([one], { attempt: 3 })).verdict?.decision).toBe("refuse");
  });

  it("is refused at once as an undo: what a ledger holds nobody revises", async () => {
    const undo = undoOf([{ stepId: "s1", afterDigest: "0".repeat(64), after: {} }]);
    expect((await reads([tags({ Token: MARK })], { undo })).verdict).toMatchObject({ decision: "refuse", code: "secret_in_proposal" });
    expect((await reads([tags({ Token: "none" })], { undo })).verdict).toBeNull();
  });

  it("is read for where only its words have one, or none is a mark", async () => {
    expect((await reads([blockOf("s1", "acme-one", { reason: `The text said ${MARK}.` })])).verdict).toBeNull();
    expect((await reads([tags({ Note: "redacted:github" })])).verdict).toBeNull();
  });
});

describe("a state that holds a secret's mark", () => {
  const INSTANCE = "i-0123456789abcdef0";
  const planned = (Token: string) => {
    const world: World = ({ operation }) =>
      operation === "DescribeInstances" ? [{ Arn: "a", InstanceId: INSTANCE, "State.Name": "running", InstanceType: "t3.micro", Tags: { Token } }] : [];
    const change = ec2("s1", "CreateTags", { ResourceType: "instance", ResourceId: INSTANCE, Tags: { Token: "moved" } });
    return sealed(proposed([change]), world).plan.phases[0]!;
  };

  it("is never written back: what it says can't be undone, and is confirmed as that", () => {
    expect(planned("[redacted:github]")).toMatchObject({
      destructive: true,
      steps: [{ inverse: null, reversible: "no", notRestorable: [expect.stringContaining("secret")] }],
    });
    expect(planned("plain")).toMatchObject({ destructive: false, steps: [{ inverse: { operation: "RestoreTags" }, reversible: "yes", notRestorable: [] }] });
  });
});
