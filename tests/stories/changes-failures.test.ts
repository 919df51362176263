import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { mutationRole } from "../../config/names.ts";
import { SANDBOX } from "./accounts.ts";
import { deny } from "./administrator.ts";
import { outsideTable } from "./allowed.ts";
import { change, undoChange } from "./change.ts";
import { answers, main, plans, root, script, sessionOf } from "./local.ts";
import { blockOf, openBuckets } from "./sandbox.ts";
import { writesIn } from "./writes.ts";

const block = (names: readonly string[]) => `Block public access on ${names.join(" and ")}`;
const states = (account: string, buckets: readonly string[]) => Promise.all(buckets.map((name) => blockOf(account, name)));

describe("a step that fails", () => {
  it("third of five: ends the plan, takes back what was done, last first, and leaves everything as it was", async () => {
    const buckets = await openBuckets(SANDBOX, "sandbox", "fail", 5);
    await deny(SANDBOX, mutationRole(main.settings.deployment, "s3"), "s3:PutBucketPublicAccessBlock", `arn:aws:s3:::${buckets[2]}`);
    const told = await change(block(buckets), { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe("rolled_back");
    expect(told.execution).toBe("FAILED");
    expect(await states(SANDBOX, buckets)).toEqual(buckets.map(() => null));
    const arn = (index: number) => `arn:aws:s3:::${buckets[index]}`;
    expect(writesIn(told.calls, SANDBOX).map(({ resource, result }) => `${resource} ${result}`)).toEqual([
      `${arn(0)} ok`,
      `${arn(1)} ok`,
      `${arn(2)} AccessDenied`,
      `${arn(1)} ok`,
      `${arn(0)} ok`,
    ]);
    expect(new Set(writesIn(told.calls, SANDBOX).map((call) => sessionOf(call).session))).toEqual(new Set([told.view.id]));
    const denied = told.change?.steps.find(({ status }) => status === "denied");
    expect(denied?.outcome?.message).toContain("PutPublicAccessBlock");
    expect(outsideTable(told.calls, main)).toEqual([]);
  });

  it("whose state drifted while the plan waited is not done, and what changed meanwhile stays", async () => {
    const [drifted = "", other = ""] = await openBuckets(SANDBOX, "sandbox", "drift", 2);
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
    const told = await change(block([drifted, other]), {
      accounts: [SANDBOX],
      decide: async () => {
        await new S3Client(root(SANDBOX)).send(new PutPublicAccessBlockCommand({ Bucket: drifted, PublicAccessBlockConfiguration }));
        return "approve";
      },
    });
    expect(["rolled_back", "failed"]).toContain(told.view.state);
    expect(told.change?.steps.map(({ status }) => status)).toContain("drifted");
    expect(await blockOf(SANDBOX, drifted)).toEqual(PublicAccessBlockConfiguration);
    expect(await blockOf(SANDBOX, other)).toBeNull();
  });

  it("an undo stops before what was changed again since", async () => {
    const [bucket = ""] = await openBuckets(SANDBOX, "sandbox", "again");
    const told = await change(block([bucket]), { accounts: [SANDBOX] });
    expect(told.view.state).toBe("changed");
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    await new S3Client(root(SANDBOX)).send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }));
    const undone = await undoChange(told.view.id);
    expect(undone.view.state).not.toBe("changed");
    expect(writesIn(undone.calls, SANDBOX)).toEqual([]);
    expect(await blockOf(SANDBOX, bucket)).toEqual(PublicAccessBlockConfiguration);
  });
});

describe("a plan whose second step takes what the first makes", () => {
  it("makes the group, then the rule in that group, and takes both back", async () => {
    const name = `acme-story-${Date.now().toString(36)}`;
    const ec2 = new EC2Client(root(SANDBOX));
    const groups = async () => (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [name] }] }))).SecurityGroups ?? [];
    onTestFinished(async () => {
      for (const { GroupId } of await groups()) await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    });
    const told = await change(
      `Create a security group ${name} in acme-sandbox in us-east-1 and allow 10.20.0.0/16 to port 443, with tags Owner=web-team, CostCenter=CC-10010, Application=stories`,
      { accounts: [SANDBOX] },
    );
    expect(told.view.state, told.report.message).toBe("changed");
    const [group] = await groups();
    expect(group?.IpPermissions).toMatchObject([{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "10.20.0.0/16" }] }]);
    expect(Object.fromEntries((group?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({ Owner: "web-team", CoworkerRequest: told.view.id });
    expect(writesIn(told.calls, SANDBOX).map(({ iamAction }) => iamAction)).toEqual(["ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress"]);
    // Last first: the rule, then the group, which is a phase of its own.
    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(undone.shown.map(({ destructive }) => destructive)).toEqual([false, true]);
    expect(await groups()).toEqual([]);
  });
});

describe("a planner that proposes what it must not", () => {
  const step = (more: object) => ({ id: "s1", service: "s3", account: SANDBOX, region: "us-east-1", operation: "PutPublicAccessBlock", input: {}, ...more });
  it.each([
    ["an operation that does not exist", step({ operation: "PutBucketAcl", input: { Bucket: "acme-website-sandbox-assets" } })],
    ["an undo's operation", step({ operation: "DeletePublicAccessBlock", input: { Bucket: "acme-orders-sandbox-uploads" } })],
    ["a wildcard", step({ input: { Bucket: "acme-*" } })],
    ["an account that was not asked about", step({ account: "333333333333", input: { Bucket: "acme-website-development-assets" } })],
  ])("%s: not one write, no wait", async (_, proposed) => {
    await script([plans("propose", { summary: "Harmless.", steps: [proposed] }), answers()]);
    const told = await change("Block public access on the buckets", { accounts: [SANDBOX] });
    expect(["refused", "failed"]).toContain(told.view.state);
    expect(told.shown).toEqual([]);
    expect(writesIn(told.calls, SANDBOX)).toEqual([]);
    expect(told.ran.filter((name) => name.startsWith("mutation-") || name === "approval")).toEqual([]);
  });
});
