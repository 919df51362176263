import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decision } from "../../../../functions/shared/contracts.ts";
import { plan } from "../../../../infra/local/model/rules/planner.ts";
import { understand } from "../../../../infra/local/model/rules/question/understand.ts";
import { plannerBody } from "./fixtures/planner.ts";
import { evidence, NOW, TARGETS, table } from "./fixtures/tables.ts";

const read = (text: string) => understand(text, TARGETS, NOW);
const said = (text: string) =>
  read(text).questions.map(
    ({ form, concept, conditions, match }) => `${form} ${concept.plural}: ${conditions.map(({ label }) => label).join(match === "any" ? " or " : " and ")}`,
  );

describe("a question", () => {
  it.each([
    ["How many buckets are there?", ["count buckets: "]],
    ["Are any of our S3 buckets exposed to the internet?", ["any buckets: are public or can be made public"]],
    ["Is versioning enabled on all buckets?", ["every buckets: have versioning enabled"]],
    ["Which volumes and snapshots are not encrypted?", ["list volumes: are not encrypted", "list snapshots: are not encrypted"]],
    ["Which buckets are public, and how many volumes are unencrypted?", ["list buckets: are public or can be made public", "count volumes: are not encrypted"]],
    ["Which buckets are public? And which are unencrypted?", ["list buckets: are public or can be made public", "list buckets: have no default encryption"]],
    ["buckets that are public or unencrypted", ["list buckets: are public or can be made public or have no default encryption"]],
    ["Which running instances don’t require IMDSv2?", ["list instances: don't require IMDSv2 and are running"]],
    ["Which buckets lack both encryption and tags?", ["list buckets: have no tags and have no default encryption"]],
    ["Is port 22 open to the internet anywhere?", ["any security groups: let the whole internet in on port 22"]],
    ["Who deleted a bucket yesterday?", ["list events: deleted something and concern a bucket"]],
    ["Does the root user have MFA?", ["any accounts: have MFA on the root user"]],
    ["Which buckets are encrypted with KMS?", ["list buckets: are encrypted with a KMS key by default"]],
    ["Which buckets are not encrypted with KMS?", ["list buckets: are not encrypted with a KMS key by default"]],
    ["buckets with the tag public=yes", ["list buckets: have the tag public=yes"]],
  ])("%s", (text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  it("keeps a tag's value apart from the scope", () => {
    expect(read("instances tagged Environment=production").scope.targets).toHaveLength(2);
    expect(read("instances in production").scope.targets).toHaveLength(1);
  });

  it("names an environment that no account has", () => {
    expect(read("buckets in staging").scope.missing).toBe("staging");
    expect(read("buckets in the sandbox").scope.missing).toBeUndefined();
  });
});

it("any text gives a legal decision, in any round", () => {
  const words = fc.constantFrom(
    "which",
    "buckets",
    "not",
    "public",
    "tag",
    "=",
    "without",
    "or",
    "and",
    "port 22",
    "open",
    "instances",
    "who",
    "changed",
    "production",
    "eu-west-1",
    "stop",
    "?",
    ".",
    "older than 3 days",
    "by",
    "(",
    "[",
    "\\",
    "*",
    '"',
    "names contain",
    "users",
    "keys",
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 14 }).map((list) => list.join(" ")),
    fc.string({ maxLength: 200 }),
  );
  const seen = evidence([table("s3", "ListBuckets", [{ Arn: "arn:aws:s3:::a", Name: "a" }])]);
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), fc.boolean(), (request, round, later) => {
      const [block] = plan(plannerBody({ text: request, round, ...(later ? { evidence: seen } : {}) }), NOW);
      expect(block?.type).toBe("tool_use");
      if (block?.type === "tool_use") decision.parse({ ...(block.input as object), kind: block.name });
    }),
    { numRuns: 300 },
  );
});

it("the longest text is read in a moment", () => {
  for (const part of ["which buckets have no tag ", "not not without any the a ", "security groups open port 22, 23 or ", "a, b and "]) {
    const started = performance.now();
    read(part.repeat(400).slice(0, 8_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});
