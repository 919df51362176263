import { describe, expect, it } from "vitest";
import { type ReportDocument, reportDocument } from "../../../functions/report/document.ts";
import type { ChangeInput, MutationResult, PlanStep, ReportInput, StepOutcome, Verdict } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";
import { samplePlan } from "../shared/plan-sample.ts";
import { answering, worked as discovered, round, run } from "./fixture.ts";

const [block, deletion] = samplePlan().phases.flatMap(({ steps }) => steps) as [PlanStep, PlanStep];
const plan = samplePlan();
const outcome = (stepId: string, changes: Partial<StepOutcome> = {}): StepOutcome => ({
  stepId,
  outcome: "done",
  code: "done",
  message: "It is done.",
  resource: "",
  principal: "arn:aws:sts::666666666666:assumed-role/m/req-0f",
  differences: [],
  output: {},
  failure: null,
  at: "2026-11-25T12:00:00.000Z",
  ...changes,
});
const worked = (outcomes: StepOutcome[], changes: Partial<MutationResult> = {}): MutationResult => ({
  callId: "p1m1",
  worker: "mutation-s3",
  phase: 1,
  mode: "apply",
  status: "done",
  outcomes,
  resolutions: [],
  usage: [],
  redactions: 0,
  durationMs: 1,
  ...changes,
});
const change = (changes: Partial<ChangeInput> = {}): ChangeInput => ({
  proposal: null,
  attempt: 1,
  verdict: null,
  plan,
  planHash: digest(plan),
  evidence: [],
  approvals: [{ phase: 1, decision: "approve", approver: "arn:aws:iam::111122223333:role/Boss", decidedAt: "2026-11-25T12:00:00.000Z", note: "ok" }],
  phase: 1,
  mutations: [],
  verification: null,
  artifact: null,
  ...changes,
});
const ended = async (outcome: ReportInput["outcome"], changes: Partial<ChangeInput> | null, history: ReportInput["history"] = []) => {
  const all = await run(answering("", history, { outcome, change: changes === null ? null : change(changes) }));
  return { ...all, document: reportDocument.parse(all.document) as ReportDocument };
};
const verdict = (changes: Partial<Verdict> = {}): Verdict => ({
  decision: "refuse",
  code: "wildcard_resource",
  reason: "It stands for many.",
  ruleIds: ["law-7"],
  steps: [{ stepId: "s1", decision: "deny", reason: "a * in Bucket", ruleIds: ["law-7"] }],
  findings: [],
  exits: ["include_item", "use_lower_environment"],
  ...changes,
});
const verified: ChangeInput["verification"] = { outcome: "verified", rows: [] };

describe("what was done", () => {
  it("is counted by resources: made, changed, gone; what is taken back counts as neither", async () => {
    const made: PlanStep = { ...block, id: "s3", operation: "CreateBucket", creates: true };
    const gone: PlanStep = { ...deletion, promised: { ListBuckets: null } };
    const phases = [{ ...plan.phases[0]!, steps: [block, { ...block, id: "s4" }, gone, made] }];
    const { result, document } = await ended(
      { kind: "verified" },
      { plan: { ...plan, phases }, mutations: [worked(["s1", "s2", "s3", "s4"].map((id) => outcome(id)))], verification: verified },
    );
    expect(result.change).toEqual({ steps: { total: 4, completed: 4, undone: 0 }, resources: { created: 1, modified: 1, deleted: 1 } });
    const { document: back } = await ended(
      { kind: "rolled_back" },
      { mutations: [worked([outcome("s1"), outcome("s2", { outcome: "failed" })]), worked([outcome("s1", { outcome: "undone" })], { mode: "undo" })] },
    );
    expect(back.change?.counts).toEqual({ steps: { total: 2, completed: 0, undone: 1 }, resources: { created: 0, modified: 0, deleted: 0 } });
    expect(document.change?.undo).toEqual({
      command: expect.stringMatching(/^POST \/requests\/req-[0-9a-f]{32}\/rollback$/),
      steps: ["s1", "s4", "s3"],
      stays: [expect.stringMatching(/^s2 DeleteBucket can't be undone/)],
    });
  });

  it("names the ARN as made, and who did it", async () => {
    const { document } = await ended({ kind: "verified" }, { mutations: [worked([outcome("s1", { resource: "arn:aws:s3:::made" })])], verification: verified });
    expect(document.change?.steps.map(({ resource, principal }) => [resource, principal])).toEqual([
      ["arn:aws:s3:::made", "arn:aws:sts::666666666666:assumed-role/m/req-0f"],
      ["arn:aws:s3:::acme-old", ""],
    ]);
  });

  it("tells beside what is done what could not be read, and so is in no step", async () => {
    const ways = { plan: { ...plan, phases: [{ ...plan.phases[0]!, steps: [block] }] }, mutations: [worked([outcome("s1")])], verification: verified };
    const read = await ended({ kind: "verified" }, ways);
    const failures = [
      { operation: "GetPublicAccessBlock", account: "1", region: "global", role: "r", errorCode: "SlowDown", message: "m", access: "later", count: 2 },
    ];
    const partly = await ended({ kind: "verified" }, ways, [round([discovered([], { status: "partial", failures })])]);
    expect([read.document.status, partly.document.status]).toEqual(["changed", "changed"]);
    expect(read.document.message).not.toContain("may be missing");
    expect(partly.document.message).toContain("steps may be missing: 1 failed read");
  });

  it("is never called changed while a step is not done, whatever the last look says", async () => {
    const { document } = await ended({ kind: "verified" }, { mutations: [worked([outcome("s1")])], verification: verified });
    expect(document.status).toBe("unverified");
  });

  it("that is not certain is never called undone or unchanged", async () => {
    const { document } = await ended(
      { kind: "rolled_back" },
      { mutations: [worked([outcome("s1", { outcome: "indeterminate", message: "Look for the snapshot." })])] },
    );
    expect([document.status, document.code]).toEqual(["partial_rollback", "indeterminate"]);
    expect(document.message).toMatch(/Look for the snapshot\..*s1 .* \(unknown\)/);
  });
});

describe("a refused proposal", () => {
  const proposal = {
    kind: "propose" as const,
    summary: "Closes all.",
    steps: [{ id: "s1", service: "s3", account: "1", region: "global", operation: "PutPublicAccessBlock", input: {}, reason: "" }],
  };

  it("says that nothing changed, why, by which rules, and the ways out (G15)", async () => {
    const { document, markdown } = await ended({ kind: "verdict" }, { plan: null, planHash: null, approvals: [], proposal, verdict: verdict() });
    expect([document.status, document.code]).toEqual(["refused", "wildcard_resource"]);
    expect(document.message).toMatch(
      /^Nothing was changed\. .*rules law-7.*It stands for many\. Ways out: include what is missing in the plan; or use a lower environment\.$/,
    );
    expect(markdown).toMatch(/## Proposed, and not done[\s\S]*s3\.PutPublicAccessBlock[\s\S]*## Why not[\s\S]*a \\\* in Bucket/);
    expect(document.change?.plan).toBeNull();
  });

  it("that would change nothing is an answer, not a failure", async () => {
    const { document } = await ended(
      { kind: "verdict" },
      { plan: null, planHash: null, proposal, verdict: verdict({ code: "already_so", reason: "No changes needed." }) },
    );
    expect([document.status, document.code]).toEqual(["answered", "already_so"]);
  });

  it("whose verdict did not come is a failure (law 9)", async () => {
    const { document } = await ended({ kind: "verdict" }, { plan: null, planHash: null, proposal, verdict: null });
    expect([document.status, document.code]).toEqual(["failed", "verdict_missing"]);
  });
});

describe("a change whose documents are broken", () => {
  it("is told as unread and never as done", async () => {
    const { result, document } = await run({ ...answering("", [], { outcome: { kind: "verified" } }), change: { plan: "gone" } });
    expect([result.status, result.code]).toEqual(["failed", "change_unreadable"]);
    expect(document.notRead).toContainEqual(expect.objectContaining({ kind: "malformed", message: expect.stringMatching(/^change/) }));
  });
});

describe("for people", () => {
  it("nothing from accounts or models becomes markup", async () => {
    const hostile = "acme-logs](http://evil) <script> | **bold**";
    const { markdown } = await ended(
      { kind: "halted", by: "ann", reason: hostile },
      { mutations: [worked([outcome("s1", { resource: hostile, message: hostile, differences: [{ field: hostile, before: hostile, after: hostile }] })])] },
    );
    expect(markdown).toContain("acme-logs\\](http&#58;//evil) \\<script\\> \\| \\*\\*bold\\*\\*");
    expect(markdown).not.toMatch(/<script>|\]\(http:/);
  });

  it("has a changelog entry with plan, hash, people, status and resources (E14)", async () => {
    const { markdown } = await ended({ kind: "stopped", by: "ann", reason: "enough." }, { mutations: [worked([outcome("s1")])] });
    const entry = markdown.slice(markdown.indexOf("## Changelog entry"), markdown.indexOf("## The plan"));
    for (const part of [digest(plan), "role/Analyst", "role/Boss", "stopped", "acme-logs"]) expect(entry).toContain(part);
    expect(entry).not.toContain("acme-old");
  });

  it("shows the plan below everything else, with its headings under the report's", async () => {
    const { markdown } = await ended({ kind: "not_approved", decision: "expired", phase: 1 }, {});
    expect(markdown.match(/^# .*$/gm)).toEqual(["# Answer"]);
    expect(markdown).toMatch(/^## The plan$[\s\S]*^### Plan of req-/m);
  });

  it("answers a question as before, without a word of a change", async () => {
    const { markdown, document } = await run(answering("One.", []));
    expect([document.change, markdown.includes("## Steps"), markdown.includes("## The plan")]).toEqual([null, false, false]);
  });
});
