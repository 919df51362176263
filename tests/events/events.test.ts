/** Every sample in events/ is run by a test; here those of the state functions. The API's and Record's are run by their own. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings.ts";
import { makeHandler as admit } from "../../functions/admit/admit.ts";
import { s3Service } from "../../functions/discovery/s3.ts";
import { makeHandler as discover } from "../../functions/discovery/worker.ts";
import { decideTasks, type TasksInput } from "../../functions/guardrail/tasks.ts";
import { s3Mutation } from "../../functions/mutation/s3.ts";
import { makeHandler as mutate } from "../../functions/mutation/worker.ts";
import { makeHandler as orchestrate } from "../../functions/orchestrator/orchestrate.ts";
import { makeHandler as report } from "../../functions/report/report.ts";
import {
  admission,
  guardrailResult,
  historyRound,
  type MutationInput,
  mutationInput,
  mutationResult,
  orchestratorResult,
  reportResult,
  task,
  usageEntry,
  workerCall,
  workerResult,
} from "../../functions/shared/contracts.ts";
import type { LedgerItem } from "../../functions/shared/ledger.ts";
import { example } from "../config/fixtures/example.ts";

const folder = new URL("../../events/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
const settings = parseSettings(example(), "config/example.yaml");
const now = () => new Date("2026-11-22T10:00:05.000Z");

describe("the sample inputs in events/", () => {
  it("are each of a function whose samples a test runs", () => {
    const functions = readdirSync(folder).map((file) => file.split(".")[0]);
    expect([...new Set(functions)].sort()).toEqual([
      "admit",
      "api-approval",
      "api-events",
      "api-halt",
      "api-requests",
      "approval",
      "discovery",
      "guardrail",
      "halt",
      "mutation",
      "orchestrator",
      "record",
      "report",
      "undo",
    ]);
  });

  it("admit.admitted: the account's allowed region is left", async () => {
    const result = admission.parse(await admit({ settings, now })(sample("admit.admitted")));
    expect(result).toMatchObject({ outcome: "admitted", targets: [{ account: "333333333333", regions: ["eu-west-1"] }] });
  });

  it("admit.undo: announced as what it is", async () => {
    const result = admission.parse(await admit({ settings, now })(sample("admit.undo")));
    expect(result).toMatchObject({ outcome: "admitted", announcement: { operationType: "undo of a change" }, targets: [{ account: "333333333333" }] });
  });

  it("admit.unregistered: refused", async () => {
    const result = admission.parse(await admit({ settings, now })(sample("admit.unregistered")));
    expect(result).toMatchObject({ outcome: "refused", exclusions: [{ code: "account_not_registered", subject: "999999999999" }] });
  });

  it.each([
    ["orchestrator.round-1", "discover", { tasks: [{ service: "s3", accounts: ["acme-development"], reads: [{ operation: "ListBuckets" }] }] }],
    ["orchestrator.round-2", "answer", { answer: "Two." }],
    ["orchestrator.revise", "ask", { missing: ["Which bucket?"] }],
  ])("%s: one decision", async (name, tool, input) => {
    const asked: string[] = [];
    const invoke = async (_: string, body: string) => {
      asked.push(body);
      return Buffer.from(
        JSON.stringify({
          content: [{ type: "tool_use", id: "t1", name: tool, input }],
          stop_reason: "tool_use",
          usage: { input_tokens: 10, output_tokens: 5 },
        }),
      );
    };
    const result = orchestratorResult.parse(await orchestrate({ settings, prompt: "Plan.", invoke, now: Date.now })(sample(name)));
    expect(result.decision.kind).toBe(tool);
    expect(result.history).toHaveLength(tool === "answer" ? 1 : 0);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.includes("acme-website-development-preview")).toBe(tool === "answer");
  });

  it("guardrail.tasks: one worker call", () => {
    const input = sample("guardrail.tasks");
    const parsed: TasksInput = {
      admission: admission.parse(input.admission),
      round: input.round,
      tasks: input.tasks.map((one: unknown) => task.parse(one)),
      history: [],
      usage: input.usage.map((one: unknown) => usageEntry.parse(one)),
    };
    const result = guardrailResult.parse(decideTasks(parsed, settings.limits));
    expect(result.verdict.decision).toBe("proceed");
    expect(result.calls).toEqual([
      expect.objectContaining({ worker: "discovery-s3", targets: [{ account: "333333333333", region: "global", within: ["eu-west-1"] }] }),
    ]);
  });

  it("discovery.s3: three tables, only of buckets in the named region, each with its evidence", async () => {
    const call = workerCall.parse(sample("discovery.s3"));
    const kept = new Map<string, string>();
    const handler = discover({
      service: { definition: s3Service.definition, connect: () => ({ send: async (operation) => ANSWERS[operation] }) },
      settings,
      prompt: "",
      sts: {
        assume: async () => ({ accessKeyId: "a", secretAccessKey: "s" }),
        whoAmI: async () => "arn:aws:sts::333333333333:assumed-role/aws-coworker-discovery-s3/x",
      },
      invoke: async () => Promise.reject(new Error("exact reads need no model")),
      put: async (key, body) => void kept.set(key, body),
      now: Date.now,
    });
    const result = workerResult.parse(await handler(call, { getRemainingTimeInMillis: () => 600_000 }));
    expect(result.status).toBe("complete");
    expect(result.tables.map(({ operation, rows }) => [operation, rows.map(([arn]) => arn)])).toEqual(
      ["ListBuckets", "GetPublicAccessBlock", "GetBucketPolicyStatus"].map((operation) => [operation, ["arn:aws:s3:::in-ireland"]]),
    );
    for (const { evidence } of result.tables) expect(kept.has(evidence.key)).toBe(true);
  });

  it("report.changed: written, with what was done", async () => {
    const written = new Map<string, string>();
    const handler = report({ getObject: async () => Promise.reject(new Error("none")), putObject: async (key, body) => void written.set(key, body), now });
    const result = reportResult.parse(await handler(sample("report.changed")));
    expect(result).toMatchObject({ status: "changed", change: { steps: { total: 1, completed: 1 }, resources: { modified: 1 } } });
    expect([...written.values()].join("\n")).toContain("PutPublicAccessBlock");
  });

  it("mutation.s3: the bucket's block is put, read back and in the ledger; with another approval nothing is", async () => {
    const { applied, sent, ledger } = await mutated((input) => input);
    expect(applied).toMatchObject({ status: "done", outcomes: [{ outcome: "done", resource: "arn:aws:s3:::acme-website-development-preview" }] });
    expect(sent).toEqual(["PutPublicAccessBlock"]);
    expect(ledger.get("s1")).toMatchObject({ status: "done", inverse: { operation: "DeletePublicAccessBlock" } });
    const refused = await mutated((input) => ({ ...input, approval: { ...input.approval, mac: null } }));
    expect([refused.applied.outcomes[0]?.outcome, refused.sent]).toEqual(["approval_invalid", []]);
  });

  it("report.answer: written, with every claim supported", async () => {
    const input = sample("report.answer");
    const tables = input.history.flatMap((round: unknown) => historyRound.parse(round).results.flatMap((result) => result.tables));
    const written = new Map<string, string>();
    const handler = report({ getObject: async () => JSON.stringify({ tables }), putObject: async (key, body) => void written.set(key, body), now });
    const result = reportResult.parse(await handler(input));
    expect(result).toMatchObject({ status: "answered", findings: 1, unsupported: 0, partialFailures: 0, durationMs: expect.any(Number) });
    expect([...written.keys()].sort()).toEqual([result.reportKey, result.markdownKey].sort());
  });
});

/** Runs the sample on a bucket whose block is absent until it is put. */
async function mutated(changed: (input: MutationInput) => MutationInput) {
  const sent: string[] = [];
  const ledger = new Map<string, LedgerItem>();
  const reads: Readonly<Record<string, () => unknown>> = {
    GetBucketTagging: () => ({ TagSet: Object.entries({ Environment: "development", Owner: "web" }).map(([Key, Value]) => ({ Key, Value })) }),
    GetPublicAccessBlock: () => {
      if (sent.length === 0) throw Object.assign(new Error("absent"), { name: "NoSuchPublicAccessBlockConfiguration" });
      return ANSWERS.GetPublicAccessBlock;
    },
  };
  const handler = mutate({
    mutation: { definition: s3Mutation.definition, connect: () => ({ send: async (command) => void sent.push(command) }) },
    reads: { definition: s3Service.definition, connect: () => ({ send: async (operation) => reads[operation]?.() }) },
    settings,
    prompt: "",
    invoke: async () =>
      Buffer.from(JSON.stringify({ content: [{ type: "tool_use", id: "t1", name: "proceed", input: {} }], usage: { input_tokens: 1, output_tokens: 1 } })),
    sts: {
      assume: async () => ({ accessKeyId: "a", secretAccessKey: "s" }),
      whoAmI: async () => `arn:aws:sts::333333333333:assumed-role/aws-coworker-mutation-s3/${sample("mutation.s3").plan.requestId}`,
    },
    ledger: { get: async (_, __, stepId) => ledger.get(stepId) ?? null, put: async (item) => ledger.set(item.stepId, item) !== undefined },
    switches: { halt: async () => '{"halted":false}', stop: async () => undefined },
    verifyMac: async () => true,
    now: () => now().getTime(),
    wait: async () => {},
    newAttempt: () => "attempt-1",
  });
  const applied = mutationResult.parse(await handler(changed(mutationInput.parse(sample("mutation.s3"))), { getRemainingTimeInMillis: () => 600_000 }));
  return { applied, sent, ledger };
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  ListBuckets: {
    Buckets: [
      { Name: "in-ireland", BucketRegion: "eu-west-1" },
      { Name: "in-virginia", BucketRegion: "us-east-1" },
    ],
  },
  GetPublicAccessBlock: {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  },
  GetBucketPolicyStatus: { PolicyStatus: { IsPublic: false } },
};
