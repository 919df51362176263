import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { DEVELOPMENT, ROLELESS, SANDBOX } from "./accounts.ts";
import { deny } from "./administrator.ts";
import { describeCall, outsideTable } from "./allowed.ts";
import { answers, main, plans, root, script, sessionOf } from "./local.ts";
import { tell } from "./tell.ts";

const ROLE = "aws-coworker/aws-coworker-discovery-s3";
const READ_BLOCKS = { service: "s3", accounts: [SANDBOX, DEVELOPMENT], reads: [{ operation: "GetPublicAccessBlock", input: {} }] };

describe("a worker that IAM refuses", () => {
  it("reports operation, role, error code and the access it needs, and the other account's rows are there", async () => {
    await deny(DEVELOPMENT, ROLE, "s3:GetBucketPublicAccessBlock");
    const buckets = await countBuckets(DEVELOPMENT);
    await script([plans("discover", { tasks: [READ_BLOCKS] }, { round: 1 }), answers()]);

    const told = await tell("Which buckets block public access?", { accounts: [SANDBOX, DEVELOPMENT] });

    expect(told.view.state).toBe("partial");
    expect(told.execution).toBe("SUCCEEDED");
    const [failure, ...others] = told.report.notRead;
    expect(others).toEqual([]);
    expect(failure).toMatchObject({
      kind: "failure",
      operation: "GetPublicAccessBlock",
      account: DEVELOPMENT,
      role: ROLE,
      worker: "discovery-s3",
      count: buckets,
    });
    expect(failure?.errorCode).toMatch(/^AccessDenied/);
    expect(failure?.access).toContain(`s3:GetBucketPublicAccessBlock for role ${ROLE} in account ${DEVELOPMENT}`);
    const table = told.report.evidence.filter(({ operation }) => operation === "GetPublicAccessBlock");
    expect(table.map(({ account, rows }) => ({ account, rows }))).toEqual([{ account: SANDBOX, rows: await countBuckets(SANDBOX) }]);
  });

  it("tries nothing else: one role in each account, once", async () => {
    await deny(DEVELOPMENT, ROLE, "s3:GetBucketPublicAccessBlock");
    await script([plans("discover", { tasks: [READ_BLOCKS] }, { round: 1 }), answers()]);

    const told = await tell("Which buckets block public access?", { accounts: [SANDBOX, DEVELOPMENT] });

    const assumed = told.calls.filter(({ iamAction }) => iamAction === "sts:AssumeRole");
    expect(assumed.map(({ resource }) => resource).sort()).toEqual(
      [DEVELOPMENT, SANDBOX]
        .sort()
        .map((account) => `arn:aws:iam::${account}:role/${ROLE}`)
        .sort(),
    );
    const refused = told.calls
      .filter(({ iamAction }) => iamAction === "s3:GetBucketPublicAccessBlock")
      .filter((call) => sessionOf(call).account === DEVELOPMENT);
    expect(new Set(refused.map(({ resource }) => resource)).size, "each bucket is asked for once").toBe(refused.length);
    expect(refused.every(({ result }) => result === "AccessDenied")).toBe(true);
    expect(outsideTable(told.calls, main)).toEqual([]);
  });
});

describe("an account whose role does not exist", () => {
  it("gets one attempt and a failure report, and the other account is answered", async () => {
    await script([plans("discover", { tasks: [{ ...READ_BLOCKS, accounts: [SANDBOX, ROLELESS] }] }, { round: 1 }), answers()]);

    const told = await tell("Which buckets block public access?", { accounts: [SANDBOX, ROLELESS] });

    expect(told.view.state).toBe("partial");
    expect(told.report.notRead).toHaveLength(1);
    expect(told.report.notRead[0]).toMatchObject({ operation: "AssumeRole", account: ROLELESS, role: ROLE });
    expect(told.report.notRead[0]?.access).toContain("deploy the member stack there");
    expect(told.report.roles.find(({ account, worker }) => account === ROLELESS && worker === "discovery-s3")).toMatchObject({
      using: "nothing",
      exists: expect.stringMatching(/^(no|refused)$/),
    });
    expect(told.report.evidence.map(({ account }) => account)).toEqual([SANDBOX]);

    const attempts = told.calls.filter(({ resource }) => resource.includes(ROLELESS));
    expect(attempts.map(describeCall)).toHaveLength(1);
    expect(attempts[0]).toMatchObject({ iamAction: "sts:AssumeRole", resource: `arn:aws:iam::${ROLELESS}:role/${ROLE}` });
    expect(told.calls.filter((call) => sessionOf(call).account === ROLELESS)).toEqual([]);
  });
});

async function countBuckets(account: string): Promise<number> {
  const { Buckets = [] } = await new S3Client(root(account)).send(new ListBucketsCommand({}));
  return Buckets.length;
}
