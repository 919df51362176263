import {
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  type PublicAccessBlockConfiguration,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { READABLE } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { evidenceDigest, objectText } from "./evidence.ts";
import { main, root, sessionOf, sorted } from "./local.ts";
import { arnsFound, unless } from "./oracle.ts";
import { type Told, tell } from "./tell.ts";

describe("Which buckets are public?", () => {
  let told: Told;
  let open: string[];
  beforeAll(async () => {
    open = (await Promise.all(READABLE.map(openBuckets))).flat();
    told = await tell("Which buckets are public?", { accounts: [...READABLE] });
  });

  it("is answered with exactly the buckets that root's own reads show to be open", () => {
    expect(told.view.state, told.report.message).toBe("answered");
    expect(told.execution).toBe("SUCCEEDED");
    expect(open.length).toBeGreaterThan(0);
    expect(arnsFound(told.report)).toEqual(sorted(open));
    expect(told.report.findings.flatMap(({ resources }) => resources).every(({ supported }) => supported)).toBe(true);
    for (const arn of open) expect(told.report.answer).toContain(arn.replace("arn:aws:s3:::", ""));
    expect(told.report.unsupported).toEqual([]);
  });

  it("rests on evidence that is there and has the digest the report names", async () => {
    const cited = told.report.findings.flatMap(({ evidence }) => evidence);
    expect(cited.length).toBeGreaterThan(0);
    expect(told.report.findings.flatMap(({ unknownEvidence }) => unknownEvidence)).toEqual([]);
    for (const { key, sha256 } of told.report.evidence) expect(await evidenceDigest(key), key).toBe(sha256);
  });

  it("leaves the report as JSON and as Markdown, labelled as the offline model's", async () => {
    const stored = await objectText(main.names.reportBucket, `reports/${told.view.id}/report.json`);
    expect(JSON.parse(stored)).toEqual(told.report);
    const markdown = await objectText(main.names.reportBucket, `reports/${told.view.id}/report.md`);
    for (const arn of open) expect(markdown).toContain(arn);
    expect(told.report.answer).toContain("offline model");
  });

  it("costs what the model calls cost, and more than nothing", () => {
    expect(told.models.every(({ family }) => family === "opus")).toBe(true);
    expect(told.report.usage.total.calls).toBe(told.models.length);
    expect(told.report.usage.total.inputTokens).toBe(told.models.reduce((sum, { usage }) => sum + (usage?.input_tokens ?? 0), 0));
    expect(told.view.costUsd).toBeGreaterThan(0);
  });

  it("is read by the S3 worker's own role of each account and by nobody else", () => {
    const members = told.calls.map((call) => sessionOf(call)).filter(({ account }) => READABLE.some((id) => id === account));
    expect(sorted(members.map(({ account, role, session }) => `${account} ${role} ${session}`))).toEqual(
      sorted(READABLE.map((account) => `${account} discovery-s3 ${told.view.id}`)),
    );
    expect(sorted(told.report.roles.filter(({ exists }) => exists === "yes").map(({ account, worker }) => `${account} ${worker}`))).toEqual(
      sorted(READABLE.map((account) => `${account} discovery-s3`)),
    );
    expect(sorted(told.ran.filter((name) => name.startsWith("discovery-")))).toEqual(["discovery-s3"]);
  });

  it("writes evidence, report and journal, and nothing else anywhere", () => {
    expect(outsideTable(told.calls, main)).toEqual([]);
    const writes = told.calls.filter(({ iamAction }) => /:(?!Get|List|Describe|Query|AssumeRole|HeadBucket)/.test(iamAction));
    expect(sorted(writes.map(({ iamAction }) => iamAction.replace("TransactWriteItems", "PutItem")))).toEqual([
      "dynamodb:PutItem",
      "s3:PutObject",
      "states:StartExecution",
    ]);
    expect(writes.filter(({ account }) => READABLE.some((id) => id === account))).toEqual([]);
  });
});

async function openBuckets(account: string): Promise<string[]> {
  const s3 = new S3Client(root(account));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const open = await Promise.all(
    Buckets.map(async ({ Name: Bucket = "" }) => {
      const block = await unless("NoSuchPublicAccessBlockConfiguration", s3.send(new GetPublicAccessBlockCommand({ Bucket })));
      const status = await unless("NoSuchBucketPolicy", s3.send(new GetBucketPolicyStatusCommand({ Bucket })));
      return !blocksAll(block?.PublicAccessBlockConfiguration) || status?.PolicyStatus?.IsPublic === true ? [`arn:aws:s3:::${Bucket}`] : [];
    }),
  );
  return open.flat();
}

function blocksAll(block: PublicAccessBlockConfiguration | undefined): boolean {
  return [block?.BlockPublicAcls, block?.IgnorePublicAcls, block?.BlockPublicPolicy, block?.RestrictPublicBuckets].every((flag) => flag === true);
}
