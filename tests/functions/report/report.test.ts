import { describe, expect, it } from "vitest";

import { ACCOUNT, admitted, answering, asked, buckets, finding, ID, round, run, worked } from "./fixture.ts";

const github = ["gh", "p_", "a1".repeat(18)].join("");

describe("an answered request", () => {
  it("is stored as JSON and Markdown, answer first, with evidence, role, cost and time", async () => {
    const read = buckets(["alpha", "beta"]);
    const usage = [
      {
        by: "orchestrator",
        model: "opus",
        inputTokens: 1000,
        outputTokens: 200,
        cacheReadTokens: 50,
        cacheWriteTokens: 5,
        usd: 0.02,
        calls: 1,
        estimated: false,
      },
      {
        by: "orchestrator",
        model: "opus",
        inputTokens: 500,
        outputTokens: 100,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        usd: 0.01,
        calls: 1,
        estimated: false,
      },
      { by: "discovery-s3", model: "haiku", inputTokens: 10, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0, usd: 0.001, calls: 1, estimated: true },
    ];
    const findings = [finding({ title: "alpha is public", resources: ["arn:aws:s3:::alpha"], evidence: ["r1c1.1", "r9c9.9"] })];
    const { result, document, markdown, keys } = await asked("1 of 2 buckets is public: arn:aws:s3:::alpha", [read], {
      usage,
      outcome: { kind: "answer", answer: "1 of 2 buckets is public: arn:aws:s3:::alpha", findings },
    });

    expect(keys).toEqual([`reports/${ID}/report.json`, `reports/${ID}/report.md`]);
    expect(result).toMatchObject({
      status: "answered",
      code: "answered",
      reportKey: keys[0],
      markdownKey: keys[1],
      findings: 1,
      unsupported: 0,
      partialFailures: 0,
      tokens: 1875,
      durationMs: 5000,
    });
    expect(result.usd).toBeCloseTo(0.031);
    expect(document.unsupported).toEqual([]);
    expect(document.findings[0]).toMatchObject({
      resources: [{ arn: "arn:aws:s3:::alpha", supported: true }],
      evidence: [{ id: "r1c1.1", key: "s3/x/1.json", sha256: "0".repeat(64) }],
      unknownEvidence: ["r9c9.9"],
    });
    expect(document.roles).toEqual([
      expect.objectContaining({ worker: "discovery-s3", exists: "yes", using: "arn:aws:sts::123456789012:assumed-role/discovery-s3/x" }),
    ]);
    expect(document.usage.models).toEqual([
      expect.objectContaining({ model: "haiku", estimated: true }),
      expect.objectContaining({ model: "opus", calls: 2, inputTokens: 1500, estimated: false }),
    ]);
    expect(document.durations).toEqual({ totalMs: 5000, workers: [{ callId: "r1c1", worker: "discovery-s3", durationMs: 120 }] });
    expect(markdown.indexOf("1 of 2 buckets")).toBeLessThan(markdown.indexOf("## Findings"));
    expect(markdown).toContain("0".repeat(64));
    expect(markdown).toContain("cites evidence r9c9.9, which does not exist");
  });

  it("marks in place and lists what no evidence contains", async () => {
    const { result, document, markdown } = await asked("57 are public, such as arn:aws:s3:::ghost", [buckets(["alpha"])]);
    expect(result).toMatchObject({ status: "answered", unsupported: 2 });
    expect(document.answer).toBe("57 are public, such as arn:aws:s3:::ghost");
    expect(markdown).toContain("⚠ unsupported: 57 are public, such as ⚠ unsupported: arn:aws:s3:::ghost");
    expect(markdown).toContain("- ⚠ unsupported: arn:aws:s3:::ghost (arn, in answer)");
  });

  it("escapes what comes from accounts and models", async () => {
    const name = "x|<script>`\n# h";
    const { markdown } = await asked("<b>![a](https://evil.example/)", [buckets([name])], {
      outcome: { kind: "answer", answer: "<b>![a](https://evil.example/)", findings: [finding({ title: name, resources: [`arn:aws:s3:::${name}`] })] },
    });
    expect(markdown).not.toMatch(/(?<!\\)<(script|b)>/);
    expect(markdown).not.toContain("](https://");
    expect(markdown).not.toMatch(/^# h/m);
  });
});

describe("rows that were cut", () => {
  const all = buckets(["alpha", "beta", "gamma", "delta", "omega"]);
  const travelled = { ...all, rows: all.rows.slice(0, 2), shown: 2 };
  const input = answering("5 buckets, the last is arn:aws:s3:::omega", [round([worked([travelled])])]);

  it("still support the answer, and are told", async () => {
    const { document } = await run(input, { "s3/x/r1c1/projection.json": { tables: [all] } });
    expect(document.unsupported).toEqual([]);
    expect(document.status).toBe("partial");
    expect(document.notRead).toEqual([expect.objectContaining({ kind: "cut", count: 3, operation: "ListBuckets", account: ACCOUNT })]);
  });

  it("were seen if they were cut from the last round's history after the answer", async () => {
    const history = [round([worked([travelled])], { cut: { "r1c1.1": 3 } })];
    const { document } = await run(answering("5 buckets", history), { "s3/x/r1c1/projection.json": { tables: [all] } });
    expect(document).toMatchObject({ status: "answered", notRead: [] });
    const earlier = await run(answering("5 buckets", [...history, round([], { round: 2 })]), { "s3/x/r1c1/projection.json": { tables: [all] } });
    expect(earlier.document).toMatchObject({ status: "partial", notRead: [{ kind: "cut", count: 3 }] });
  });

  it.each([
    ["missing", {}],
    ["malformed", { "s3/x/r1c1/projection.json": { rows: [] } }],
  ])("can't when the projection is %s: said, not fatal", async (_, evidence) => {
    const { document, markdown } = await run(input, evidence);
    expect(document.notRead).toContainEqual(expect.objectContaining({ kind: "evidence_missing", operation: "s3/x/r1c1/projection.json" }));
    expect(document.unsupported.map(({ text }) => text)).toEqual(["arn:aws:s3:::omega"]);
    expect(markdown).toContain("could not be checked");
  });
});

describe("what was not read", () => {
  it("lists failures, refused tasks, exclusions, truncated tables and crashes with what they need", async () => {
    const denied = {
      operation: "GetBucketTagging",
      account: ACCOUNT,
      region: "global",
      role: "coworker/discovery-s3",
      resource: "secret-bucket",
      errorCode: "AccessDenied",
      message: "denied",
      access: "s3:GetBucketTagging",
      count: 2,
    };
    const read = buckets(["alpha"], { truncated: true });
    const result = worked([read], { status: "partial", failures: [denied] });
    const refused = [{ task: 0, service: "rds", code: "unknown_service", reason: "rds is not in the catalog", ruleIds: ["A03"] }];
    const crash = {
      callId: "r2c1",
      worker: "discovery-ec2",
      service: "ec2" as const,
      crashed: { error: "Runtime.ExitError", cause: "out of memory" },
      targets: [{ account: ACCOUNT, region: "eu-west-1" }],
      reservedUsd: 0.1,
    };
    const exclusions = [{ code: "unknown_region" as const, subject: "eu-wst-1", message: "eu-wst-1 is no region.", suggestions: ["eu-west-1"] }];
    const input = answering("ok", [round([result], { refused })], { admission: admitted({ exclusions }), latest: { results: [crash, result], refused: [] } });
    const { document, result: told, markdown } = await run(input, { "s3/x/r1c1/projection.json": { tables: [read] } });

    expect(document.notRead.map(({ kind, errorCode }) => [kind, errorCode])).toEqual([
      ["exclusion", "unknown_region"],
      ["refused_task", "unknown_service"],
      ["crash", "Runtime.ExitError"],
      ["failure", "AccessDenied"],
      ["truncated", "truncated"],
    ]);
    expect(document.notRead[3]).toMatchObject({
      worker: "discovery-s3",
      role: "coworker/discovery-s3",
      message: "secret-bucket: denied",
      access: "s3:GetBucketTagging",
      count: 2,
    });
    expect(told).toMatchObject({ status: "partial", partialFailures: 5 });
    expect(markdown).toContain("discovery-ec2");
  });

  it("includes a round that no planner folded into history, with its cost", async () => {
    const read = buckets(["alpha"]);
    const usage = [
      { by: "discovery-s3", model: "haiku", inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, usd: 0.5, calls: 1, estimated: false },
    ];
    const input = answering("", [], {
      outcome: { kind: "crashed", state: "Orchestrate", error: "States.Timeout", cause: "" },
      latest: { results: [worked([read], { usage })], refused: [] },
    });
    const { document, result } = await run(input, { "s3/x/r1c1/projection.json": { tables: [read] } });
    expect(document).toMatchObject({ status: "failed", code: "crashed", answer: null });
    expect(document.evidence).toEqual([expect.objectContaining({ id: "r1c1.1", rows: 1 })]);
    expect(result.usd).toBe(0.5);
  });
});

describe("what the machine kept in a wrong form", () => {
  const read = buckets(["alpha"]);
  const evidence = { "s3/x/r1c1/projection.json": { tables: [read] } };
  const crash = { callId: "r2c1", worker: "discovery-ec2", service: "ec2", crashed: { error: "Sandbox.Timedout" }, targets: [], reservedUsd: 0 };

  it("is a crash without a cause: told as a crash, and the rest of its round is read", async () => {
    const input = answering("1 bucket", [], { outcome: { kind: "crashed", state: "Orchestrate", error: "E", cause: "c" } });
    const { document, result } = await run({ ...input, latest: { results: [crash, worked([read])], refused: [] } }, evidence);
    expect(result).toMatchObject({ status: "failed", code: "crashed", reportKey: `reports/${ID}/report.json` });
    expect(document.notRead).toEqual([expect.objectContaining({ kind: "crash", worker: "discovery-ec2", errorCode: "malformed" })]);
    expect(document.notRead[0]?.message).toContain("latest.results[0] (call r2c1)");
    expect(document.evidence).toEqual([expect.objectContaining({ id: "r1c1.1" })]);
  });

  it.each([
    ["latest", { latest: "gone" }],
    ["history[1]", { history: [round([worked([read])]), { round: 2 }] }],
    ["history[0].results[1]", { history: [round([worked([read]), { callId: 1 } as never])] }],
    ["history[0].refused[0]", { history: [{ ...round([worked([read])]), refused: [7] }] }],
    ["usage[0]", { usage: [{ usd: "much" }] }],
    ["The input", { unknown: 1 }],
  ])("is %s: told, and the answer is partial", async (place, changes) => {
    const { document } = await run({ ...answering("1 bucket", [round([worked([read])])]), ...changes }, evidence);
    expect(document).toMatchObject({ status: "partial", unsupported: [], notRead: [{ kind: "malformed", errorCode: "malformed" }] });
    expect(document.notRead[0]?.message.startsWith(`${place} `)).toBe(true);
  });

  it("is the crash of a state, or what Admit gave", async () => {
    const input = answering("", [], { outcome: { kind: "crashed", state: "Admit", error: "E", cause: "c" } });
    const { document } = await run({ ...input, outcome: { kind: "crashed", state: "Admit" }, admission: { outcome: "admitted" } });
    expect(document).toMatchObject({ status: "failed", code: "crashed", question: "Which buckets are public?" });
    expect(document.notRead).toEqual([expect.objectContaining({ kind: "malformed", message: expect.stringMatching(/^admission /) })]);
  });

  it("is nothing where all is in form", async () => {
    const { document } = await run(answering("1 bucket", [round([worked([read])])]), evidence);
    expect(document).toMatchObject({ status: "answered", notRead: [] });
  });
});

describe("secrets", () => {
  it("are redacted from both files and the summary, and counted", async () => {
    const { result, document, markdown } = await asked(`token ${github} and 57`, [buckets(["alpha"])], {
      redactions: 4,
      request: { requestId: ID, text: github },
      admission: null,
    });
    for (const text of [JSON.stringify(document), markdown, result.summary]) expect(text).not.toContain(github);
    expect(document.question).toBe("[redacted:github]");
    expect(result.redactions).toBe(6);
    expect(markdown).toContain("and ⚠ unsupported: 57");
  });

  it("are redacted from a file name that came with a failure", async () => {
    const failure = {
      operation: "ListBuckets",
      account: ACCOUNT,
      region: "global",
      role: "r",
      resource: github,
      errorCode: "X",
      message: "m",
      access: "a",
      count: 1,
    };
    const { document, result } = await run(answering("ok", [round([worked([], { projectionKey: null, failures: [failure], status: "failed" })])]));
    expect(JSON.stringify(document)).not.toContain(github);
    expect(result).toMatchObject({ status: "failed", code: "no_evidence", redactions: 1 });
  });
});

describe("requests that went no further", () => {
  it("keeps a refusal's reasons and suggestions", async () => {
    const exclusions = [
      { code: "account_not_registered" as const, subject: "999999999999", message: "999999999999 is not registered.", suggestions: ["payments-dev"] },
    ];
    const { document, result } = await run(answering("", [], { outcome: { kind: "refused" }, admission: admitted({ outcome: "refused", exclusions }) }));
    expect(document).toMatchObject({ status: "refused", code: "account_not_registered", exclusions, answer: null });
    expect(result.summary).toContain("Did you mean payments-dev?");
  });

  it("lists what is missing", async () => {
    const { document, markdown } = await run(answering("", [], { outcome: { kind: "ask", missing: ["Which account?"] } }));
    expect(document).toMatchObject({ status: "needs_input", missing: ["Which account?"] });
    expect(markdown).toContain("- Which account?");
  });

  it("stores nothing for a request without a valid id, and still tells", async () => {
    const written: string[] = [];
    const { makeHandler } = await import("../../../functions/report/report.ts");
    const handler = makeHandler({ getObject: async () => "", putObject: async (key) => void written.push(key), now: () => new Date() });
    const result = await handler(
      answering("", [], { request: { requestId: "../../x" }, admission: null, outcome: { kind: "crashed", state: "Admit", error: "E", cause: "c" } }),
    );
    expect(result).toMatchObject({ status: "failed", code: "crashed", reportKey: null, markdownKey: null });
    expect(written).toEqual([]);
  });

  it("keeps the summary within 1,000 characters", async () => {
    const { result } = await asked("long ".repeat(1000), [buckets(["alpha"])]);
    expect(result.summary).toHaveLength(1000);
  });

  it("throws what is no report input, and what can't be written", async () => {
    await expect(run({ nothing: true })).rejects.toThrow();
    const { makeHandler } = await import("../../../functions/report/report.ts");
    const handler = makeHandler({ getObject: async () => "", putObject: () => Promise.reject(new Error("SlowDown")), now: () => new Date() });
    await expect(handler(answering("", [], { outcome: { kind: "decline", reason: "no" } }))).rejects.toThrow("SlowDown");
  });
});
