import { describe, expect, it } from "vitest";
import * as z from "zod";
import { findWrite } from "../../../../config/catalog/index.ts";
import { denyingPlainHttp } from "../../../../config/catalog/s3-protection-parts.ts";
import { isMutable } from "../../../../config/catalog/services.ts";
import { isReference } from "../../../../config/catalog/write.ts";
import type { Proposal } from "../../../../functions/shared/contracts.ts";
import { element } from "../../../../functions/shared/untrusted.ts";
import { messagesBody } from "../../../../infra/local/model/messages.ts";
import { lookAt } from "../../../../infra/local/model/rules/preflight.ts";
import { decide, decideAs } from "./fixtures/planner.ts";
import { evidence, PRODUCTION, SANDBOX, table } from "./fixtures/tables.ts";

const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
const blocked = Object.fromEntries(FLAGS.map((flag) => [`PublicAccessBlockConfiguration.${flag}`, true]));
const bucket = (name: string, region = "us-east-1") => ({ Arn: `arn:aws:s3:::${name}`, Name: name, BucketRegion: region });
const rowsOf = (fields: object) => ["acme-open", "acme-closed", "acme-half"].map((Bucket) => ({ Bucket, ...fields }));
const instance = (id: string, state: string, Tags: object) => ({
  Arn: `arn:aws:ec2:us-east-1:${SANDBOX.account}:instance/${id}`,
  InstanceId: id,
  "State.Name": state,
  "MetadataOptions.HttpTokens": "optional",
  Tags,
});
const RUNNING = "i-0123456789abcdef0";
const STOPPED = "i-0123456789abcdef1";
const GROUP = "sg-0123456789abcdef0";
const VPC = "vpc-0123456789abcdef0";
const rule = (id: number, port: number, CidrIpv4: string, to = port) => ({
  SecurityGroupRuleId: `sgr-0123456789abcdef${id}`,
  GroupId: GROUP,
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: port,
  ToPort: to,
  CidrIpv4,
});

const EVIDENCE = evidence([
  table("s3", "ListBuckets", [bucket("acme-open"), bucket("acme-closed", "eu-west-1"), bucket("acme-half", "eu-west-1")]),
  table("s3", "ListBuckets", [bucket("acme-billing")], { account: PRODUCTION.account }),
  table("s3", "GetPublicAccessBlock", [
    { Bucket: "acme-open", Absent: "NoSuchPublicAccessBlockConfiguration" },
    { Bucket: "acme-closed", ...blocked },
    { Bucket: "acme-half", ...blocked, "PublicAccessBlockConfiguration.RestrictPublicBuckets": false },
  ]),
  table("s3", "GetPublicAccessBlock", [{ Bucket: "acme-billing", Absent: "NoSuchPublicAccessBlockConfiguration" }], { account: PRODUCTION.account }),
  table("s3", "GetBucketVersioning", [{ Bucket: "acme-open" }, { Bucket: "acme-closed", Status: "Enabled" }, { Bucket: "acme-half", Status: "Suspended" }]),
  table("s3", "GetBucketEncryption", rowsOf({ Absent: "ServerSideEncryptionConfigurationNotFoundError" })),
  table("s3", "GetBucketPolicy", [
    { Bucket: "acme-open", Absent: "NoSuchBucketPolicy" },
    { Bucket: "acme-closed", Policy: denyingPlainHttp("acme-closed") },
    { Bucket: "acme-half", Absent: "NoSuchBucketPolicy" },
  ]),
  table("s3", "GetBucketLifecycleConfiguration", [
    { Bucket: "acme-open", Absent: "NoSuchLifecycleConfiguration" },
    { Bucket: "acme-closed", "Rules.ID": ["expire"] },
    { Bucket: "acme-half", Absent: "NoSuchLifecycleConfiguration" },
  ]),
  table("s3", "GetBucketLogging", [{ Bucket: "acme-open" }, { Bucket: "acme-closed", "LoggingEnabled.TargetBucket": "acme-logs" }, { Bucket: "acme-half" }]),
  table("s3", "GetBucketTagging", [
    { Bucket: "acme-open", TagSet: { Application: "web" } },
    { Bucket: "acme-closed", TagSet: { Owner: "web-team" } },
    { Bucket: "acme-half", Absent: "NoSuchTagSet" },
  ]),
  table("s3", "GetBucketPolicyStatus", rowsOf({ Absent: "NoSuchBucketPolicy" })),
  table("ec2", "DescribeInstances", [
    instance(RUNNING, "running", { Name: "acme-web-1", Environment: "sandbox" }),
    instance(STOPPED, "stopped", { Name: "acme-web-2" }),
  ]),
  table("ec2", "DescribeSecurityGroups", [{ Arn: `arn:aws:ec2:us-east-1:1:security-group/${GROUP}`, GroupId: GROUP, GroupName: "acme-ssh-anywhere" }]),
  table("ec2", "DescribeSecurityGroupRules", [rule(0, 22, "0.0.0.0/0"), rule(1, 22, "10.0.0.0/8"), rule(2, 443, "0.0.0.0/0"), rule(3, 1, "0.0.0.0/0", 65_535)]),
  table("ec2", "DescribeVpcs", [{ VpcId: VPC, IsDefault: false, Tags: { Name: "main" } }]),
  table("ec2", "DescribeFlowLogs", []),
  table("ec2", "DescribeVolumes", [
    { VolumeId: "vol-0123456789abcdef0", State: "available", Tags: { Name: "old", Owner: "web-team", CreatedBy: "terraform" } },
    { VolumeId: "vol-0123456789abcdef1", State: "in-use", "Attachments.InstanceId": [RUNNING] },
  ]),
  table(
    "lambda",
    "ListFunctions",
    ["acme-api", "acme-hook"].map((FunctionName) => ({
      Arn: `arn:aws:lambda:us-east-1:1:function:${FunctionName}`,
      FunctionName,
      Timeout: 3,
      MemorySize: 128,
    })),
  ),
  table("lambda", "GetFunctionConcurrency", [{ FunctionName: "acme-api" }]),
  table("lambda", "GetFunctionUrlConfig", [
    { FunctionName: "acme-api", Absent: "ResourceNotFoundException" },
    { FunctionName: "acme-hook", AuthType: "NONE" },
  ]),
  table(
    "iam",
    "ListRoles",
    ["acme-web-role", "acme-bound-role"].map((RoleName) => ({ Arn: `arn:aws:iam::${SANDBOX.account}:role/coworker-managed/${RoleName}`, RoleName })),
  ),
  table("iam", "GetRole", [
    { RoleName: "acme-web-role", Tags: {} },
    { RoleName: "acme-bound-role", "PermissionsBoundary.PermissionsBoundaryArn": "arn:aws:iam::1:policy/other" },
  ]),
  table("iam", "ListAccessKeys", [
    { UserName: "ci-deployer", AccessKeyId: "AKIA0000000000000000", Status: "Active" },
    { UserName: "jane.doe", AccessKeyId: "AKIA1111111111111111", Status: "Active" },
  ]),
  table("iam", "ListUsers", [{ UserName: "ci-deployer", Arn: `arn:aws:iam::${SANDBOX.account}:user/ops/ci-deployer` }]),
]);

const stepsOf = (text: string, verdict?: object) => decideAs("propose", { text, evidence: EVIDENCE, ...(verdict ? { verdict } : {}) }).steps;
const brief = (steps: Proposal["steps"]) => steps.map(({ operation, input }) => `${operation} ${Object.values(input)[0]}`);

/** A step's input as the catalog takes it, references filled with something of the right form. */
function problemOf({ service, operation, input }: Proposal["steps"][number]): string | null {
  const write = isMutable(service as never) ? findWrite(service as never, operation) : undefined;
  if (!write) return `${service}.${operation} is not in the catalog`;
  const filled = Object.fromEntries(Object.entries(input).map(([field, value]) => [field, isReference(value) ? GROUP : value]));
  const parsed = write.input.safeParse(filled);
  return parsed.success ? null : `${operation}: ${z.prettifyError(parsed.error)}`;
}

describe("the first round of a change", () => {
  it("reads what tells which resources lack it, in the accounts that are named", () => {
    expect(decideAs("discover", { text: "Block public access on the sandbox buckets that lack it" }).tasks).toEqual([
      {
        service: "s3",
        accounts: [SANDBOX.account],
        regions: [],
        reads: ["ListBuckets", "GetPublicAccessBlock"].map((operation) => ({ operation, input: {} })),
      },
    ]);
  });

  it("asks at once for what no read can tell", () => {
    expect(decideAs("ask", { text: "Create a bucket" }).missing[0]).toContain("the name of the bucket");
    expect(decideAs("ask", { text: "Tag the sandbox buckets" }).missing[0]).toContain("Key=Value");
  });
});

describe("a proposal", () => {
  it("has one step for each bucket in scope that lacks a flag, in the bucket's own region", () => {
    const { summary, steps } = decideAs("propose", { text: "Block public access on the sandbox buckets that lack it", evidence: EVIDENCE });
    expect(steps).toEqual([
      expect.objectContaining({
        id: "s1",
        service: "s3",
        account: SANDBOX.account,
        region: "us-east-1",
        operation: "PutPublicAccessBlock",
        input: { Bucket: "acme-open" },
      }),
      expect.objectContaining({ id: "s2", region: "eu-west-1", input: { Bucket: "acme-half" }, reason: "It lacks RestrictPublicBuckets." }),
    ]);
    expect(summary).toMatch(/^\[offline model\].* 2 buckets: acme-open, acme-half/);
  });

  it.each([
    ["Block public access on all buckets", ["PutPublicAccessBlock acme-open", "PutPublicAccessBlock acme-half", "PutPublicAccessBlock acme-billing"]],
    ["Please block public access on acme-half", ["PutPublicAccessBlock acme-half"]],
    ["Block public access on all sandbox buckets except acme-open", ["PutPublicAccessBlock acme-half"]],
    ["Block public access on the sandbox buckets in us-east-1", ["PutPublicAccessBlock acme-open"]],
    ["Make the bucket acme-open private", ["PutPublicAccessBlock acme-open"]],
    ["Enable versioning on the sandbox buckets that don't have it", ["PutBucketVersioning acme-open", "PutBucketVersioning acme-half"]],
    ["Turn on default encryption for acme-open", ["PutBucketEncryption acme-open"]],
    ["Deny plain HTTP on acme-half", ["PutBucketPolicy acme-half"]],
    ["Enforce TLS only for the sandbox buckets", ["PutBucketPolicy acme-open", "PutBucketPolicy acme-half"]],
    ["Block insecure HTTP access to acme-open", ["PutBucketPolicy acme-open"]],
    ["Add lifecycle rules to the sandbox buckets that lack them", ["PutBucketLifecycleConfiguration acme-open", "PutBucketLifecycleConfiguration acme-half"]],
    ["Turn on access logging on acme-open to acme-logs", ["PutBucketLogging acme-open"]],
    ["Turn on access logging on acme-closed and acme-half to acme-logs", ["PutBucketLogging acme-half"]],
    [
      "Deny plain HTTP on acme-half, add lifecycle rules to it and turn on access logging for it to acme-logs",
      ["PutBucketPolicy acme-half", "PutBucketLifecycleConfiguration acme-half", "PutBucketLogging acme-half"],
    ],
    ["Stop the running instances in sandbox", [`StopInstances ${RUNNING}`]],
    [`stop ${RUNNING}`, [`StopInstances ${RUNNING}`]],
    ["Start the instance acme-web-2", [`StartInstances ${STOPPED}`]],
    ["Stop the instances tagged Environment=sandbox", [`StopInstances ${RUNNING}`]],
    ["Terminate the stopped instances in acme-sandbox", [`TerminateInstances ${STOPPED}`]],
    [`Stop ${RUNNING} and terminate it`, [`StopInstances ${RUNNING}`, `TerminateInstances ${RUNNING}`]],
    ["Set the tag Owner to web-team on the instance acme-web-1", ["CreateTags instance"]],
    ["Close SSH to the world in sandbox", [`RevokeSecurityGroupIngress ${GROUP}`]],
    ["Deactivate the access keys of ci-deployer in sandbox", ["UpdateAccessKey ci-deployer"]],
    ["Set the timeout of acme-api to 30 seconds", ["UpdateFunctionConfiguration acme-api"]],
    ["Set the memory of the function acme-api to 512 MB", ["UpdateFunctionConfiguration acme-api"]],
    ["Turn on tracing for acme-api", ["UpdateFunctionConfiguration acme-api"]],
    ["Reserve a concurrency of 5 for acme-api", ["PutFunctionConcurrency acme-api"]],
    [`Require IMDSv2 on ${RUNNING}`, [`ModifyInstanceMetadataOptions ${RUNNING}`]],
    ["Require IMDSv2 on the sandbox instances that lack it", [`ModifyInstanceMetadataOptions ${RUNNING}`, `ModifyInstanceMetadataOptions ${STOPPED}`]],
    [`Disable IMDSv1 on acme-web-2 and stop ${RUNNING}`, [`ModifyInstanceMetadataOptions ${STOPPED}`, `StopInstances ${RUNNING}`]],
    ["Put the boundary coworker-managed-boundary on role acme-web-role", ["PutRolePermissionsBoundary acme-web-role"]],
    ["Require IAM authentication on the URL of function acme-hook", ["UpdateFunctionUrlConfig acme-hook"]],
    ["Enforce IAM auth on the URL of the function acme-hook in sandbox", ["UpdateFunctionUrlConfig acme-hook"]],
    ["Delete the unattached volumes in sandbox after taking a snapshot", ["CreateSnapshot vol-0123456789abcdef0", "DeleteVolume vol-0123456789abcdef0"]],
    ["Delete the unattached volumes in sandbox without a snapshot", ["DeleteVolume vol-0123456789abcdef0"]],
    ["Enable flow logs for the VPCs without flow logs in sandbox to the bucket acme-logs", ["CreateFlowLogs VPC"]],
    ["Create a bucket named acme-new in us-east-1 in acme-sandbox with tags Owner=web-team", ["CreateBucket acme-new"]],
  ])("%s", (text, expected) => {
    const steps = stepsOf(text);
    expect(brief(steps)).toEqual(expected);
    expect(steps.map(problemOf).filter((problem) => problem !== null)).toEqual([]);
  });

  it("keeps the tags that a bucket has, since S3 takes the whole set, and takes away only what is named", () => {
    expect(stepsOf("Tag the bucket acme-open with Owner=web-team")[0]?.input).toEqual({ Bucket: "acme-open", Tags: { Application: "web", Owner: "web-team" } });
    expect(stepsOf("Remove the tag Application from the bucket acme-open")[0]).toMatchObject({
      operation: "PutBucketTagging",
      input: { Bucket: "acme-open", Tags: {} },
    });
  });

  it("puts a boundary that is named on a role that has none, by the role's own path, and leaves one that has another alone", () => {
    expect(stepsOf("Put the boundary coworker-managed-boundary on role acme-web-role")[0]).toMatchObject({
      region: "global",
      input: {
        RoleName: "acme-web-role",
        RolePath: "/coworker-managed/",
        PermissionsBoundary: `arn:aws:iam::${SANDBOX.account}:policy/coworker-managed-boundary`,
      },
    });
    const { answer } = decideAs("answer", { text: "Put the boundary coworker-managed-boundary on role acme-bound-role", evidence: EVIDENCE });
    expect(answer).toContain("1 role in scope has a boundary already");
  });

  it("takes the days and the log bucket that are said, and makes a bucket with a log where one is named", () => {
    expect(stepsOf("Add a lifecycle rule to acme-half after 90 days")[0]?.input).toEqual({ Bucket: "acme-half", NoncurrentDays: 90 });
    expect(stepsOf("Add lifecycle rules to acme-half")[0]?.input).toEqual({ Bucket: "acme-half", NoncurrentDays: 30 });
    expect(stepsOf("Turn on access logging for acme-half to the bucket acme-logs")[0]?.input).toEqual({ Bucket: "acme-half", TargetBucket: "acme-logs" });
    const make = "Create a bucket named acme-new in us-east-1 in acme-sandbox";
    expect(stepsOf(`${make} with access logs to acme-logs, Owner=web-team`)[0]?.input).toMatchObject({ Bucket: "acme-new", LogBucket: "acme-logs" });
    expect(stepsOf(`${make} with Owner=web-team`)[0]?.input).not.toHaveProperty("LogBucket");
  });

  it("closes only the rule of that port from the whole internet, not a wider one and not another's", () => {
    expect(stepsOf("Close world-open SSH in sandbox").map(({ input }) => input.SecurityGroupRuleId)).toEqual(["sgr-0123456789abcdef0"]);
  });

  it("lets a later step take what an earlier one makes", () => {
    const steps = stepsOf("Create a security group web-sg in acme-sandbox in us-east-1 and allow 10.0.0.0/8 to port 443");
    expect(brief(steps)).toEqual(["CreateSecurityGroup web-sg", "AuthorizeSecurityGroupIngress [object Object]"]);
    expect(steps[0]?.input.VpcId).toBe(VPC);
    expect(steps[1]?.input).toMatchObject({ GroupId: { $ref: "s1.GroupId" }, FromPort: 443, ToPort: 443, CidrIp: "10.0.0.0/8" });
    expect(steps.map(problemOf)).toEqual([null, null]);
  });

  it("makes no tag up but the account's environment and the name", () => {
    const [step] = stepsOf("Create a bucket named acme-new in us-east-1 in acme-sandbox with tags Owner=web-team");
    expect(step?.input.Tags).toEqual({ Name: "acme-new", Environment: "sandbox", Owner: "web-team" });
    const [snapshot] = stepsOf("Delete the unattached volumes in sandbox after taking a snapshot");
    expect(snapshot?.input.Tags).toEqual({ Name: "old", Owner: "web-team" });
  });
});

describe("nothing is changed on a guess", () => {
  it.each([
    ["Block public access on the buckets nobody uses", "nobody, uses"],
    ["Block public access on all sandbox buckets except acme-unknown", "acme-unknown"],
    ["stop i-0aaaaaaaaaaaaaaaa", "i-0aaaaaaaaaaaaaaaa"],
    ["Stop the instances that are not needed in sandbox", "not"],
    ["Stop instances", "which instances"],
    ["Put a permissions boundary on the role acme-web-role", "which boundary"],
    ["Put the boundary coworker-managed-boundary on every role", "which roles"],
    ["Require IAM authentication on every function URL", "which functions"],
    ["Delete the role acme-admin", "no step of the catalog"],
    ["Turn on access logging on acme-open", "the bucket that takes the access logs"],
    ["Close the firewall's port in sandbox", "the port to close"],
    ["Enable flow logs for the VPCs in sandbox", "the bucket that takes"],
    ["Create a bucket named acme-new in acme-sandbox", "in which region of acme-sandbox: us-east-1, eu-west-1"],
    ["Create a bucket named acme-new in us-east-1", "in which account"],
  ])("%s", (text, missing) => {
    expect(decideAs("ask", { text, evidence: EVIDENCE }).missing.join()).toContain(missing);
  });

  it("says so where there is nothing to do, and where it could not be read", () => {
    expect(decideAs("answer", { text: "Enable versioning on acme-closed", evidence: EVIDENCE }).answer).toContain(
      "1 bucket in scope has versioning enabled already",
    );
    const unread = evidence([table("s3", "ListBuckets", [bucket("acme-open")])]);
    expect(decideAs("answer", { text: "Block public access on acme-open", evidence: unread, round: 3 }).answer).toContain("Not touched");
  });
});

describe("the guardrail's verdict", () => {
  const verdict = (more: object) => ({ attempt: 1, revisionsLeft: 1, code: "x", reason: "No.", ruleIds: [], steps: [], findings: [], exits: [], ...more });
  const CREATE = "Create a bucket named acme-new in us-east-1 in acme-sandbox with tags Owner=web-team";

  it("about a missing tag is asked of the person", () => {
    const findings = [
      { stepId: "s1", message: "CostCenter is missing" },
      { stepId: "s1", message: "Project is missing (recommended)" },
    ];
    expect(decideAs("ask", { text: CREATE, evidence: EVIDENCE, verdict: verdict({ code: "tags_missing", findings }) }).missing).toEqual([
      "[offline model] the value of the tag CostCenter",
    ]);
  });

  it("about one step leaves that step out, and what depends on it, and says so", () => {
    const steps = [
      { stepId: "s1", decision: "deny", reason: "It is somebody else's.", ruleIds: [] },
      { stepId: "s2", decision: "approve", reason: "", ruleIds: [] },
    ];
    const proposal = decideAs("propose", { text: "Block public access on the sandbox buckets", evidence: EVIDENCE, verdict: verdict({ steps }) });
    expect(brief(proposal.steps)).toEqual(["PutPublicAccessBlock acme-half"]);
    expect(proposal.summary).toContain("s1: It is somebody else's.");
  });

  it("about the whole is the end of it", () => {
    expect(
      decide({ text: "Block public access on the sandbox buckets", evidence: EVIDENCE, verdict: verdict({ reason: "The account is out of scope." }) }),
    ).toMatchObject({
      kind: "decline",
      reason: expect.stringContaining("The account is out of scope."),
    });
  });
});

describe("the look before a change", () => {
  const body = (content: string) => messagesBody.parse({ anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: [{ role: "user", content }] });
  const look = (...live: unknown[]) =>
    lookAt(
      body(
        element(
          "changes",
          live.map((state, index) => ({ id: `s${index + 1}`, reason: "Environment production", live: state })),
        ),
      ),
    )[0];

  it.each([
    [{ GetBucketTagging: [{ TagSet: { Environment: "sandbox" } }] }, "proceed"],
    [{ GetBucketTagging: [{ TagSet: { Environment: "production" } }] }, "abort"],
    [{ DescribeInstances: [{ Tags: [{ Key: "environment", Value: "stg" }] }] }, "abort"],
    [{ DescribeInstances: [{ "State.Name": "running", Tags: { Name: "production" } }] }, "proceed"],
    ["not readable yet", "proceed"],
  ])("%j: %s", (live, name) => {
    expect(look({ GetBucketTagging: [] }, live)).toMatchObject({
      type: "tool_use",
      name,
      input: name === "proceed" ? {} : { reason: expect.stringContaining("s2") },
    });
  });

  it("aborts when it is shown nothing", () => {
    expect(lookAt(body("Go on."))[0]).toMatchObject({ name: "abort" });
  });
});
