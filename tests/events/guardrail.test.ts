/** The guardrail's samples of a change, each as the machine sends it. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../config/settings.ts";
import { dispatcher } from "../../functions/guardrail/dispatch.ts";
import { judge } from "../../functions/guardrail/policy/judge.ts";
import { example } from "../config/fixtures/example.ts";

const folder = new URL("../../events/", import.meta.url);
const sample = (kind: string) => JSON.parse(readFileSync(new URL(`guardrail.${kind}.json`, folder), "utf8"));
const bucket = "acme-website-development-preview";

/** A sealed plan names the policies that judged it: the samples' are those of the day they were made. */
const settings = parseSettings(example(), "config/example.yaml");
const decide = dispatcher(settings, async () => ({ settings, judge, policyVersion: sample("authorize").plan.policyVersion, wellArchitected: () => [] }));

const EXPECTED = {
  tasks: { verdict: { decision: "proceed" } },
  "plan-reads": { verdict: null, calls: [{ callId: "s1c1", worker: "discovery-s3", targets: [{ account: "333333333333", region: "global" }] }] },
  examine: {
    verdict: { decision: "approve" },
    plan: { phases: [{ steps: [{ resource: `arn:aws:s3:::${bucket}` }] }] },
    planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  },
  authorize: { outcome: "authorized", calls: [{ callId: "p1m1", worker: "mutation-s3", stepIds: ["s1"] }] },
  "roll-back": { calls: [{ callId: "u1", mode: "undo", stepIds: ["s1"] }] },
  "plan-verify": { calls: [{ callId: "v1c1", reads: [{ operation: "GetPublicAccessBlock", among: [bucket] }] }] },
  verify: { outcome: "verified", rows: expect.arrayContaining([expect.objectContaining({ stepId: "s1", match: true })]) },
};

describe("the guardrail's samples", () => {
  it("are one of each kind", () => {
    const kinds = readdirSync(folder).flatMap((file) => /^guardrail\.(.+)\.json$/.exec(file)?.[1] ?? []);
    expect(kinds.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))("%s", async (kind, expected) => {
    expect(await decide(sample(kind))).toMatchObject(expected);
  });

  it("of another kind, or with a field too many, are an error", async () => {
    await expect(decide({ ...sample("plan-verify"), kind: "approve" })).rejects.toThrow();
    await expect(decide({ ...sample("plan-verify"), environment: "sandbox" })).rejects.toThrow();
  });
});
