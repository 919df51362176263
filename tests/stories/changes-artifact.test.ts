/** Production: the template that comes of a plan, deployed as a pipeline would, reaches what the plan promised. */
import { execFileSync } from "node:child_process";
import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { broken } from "../../config/catalog/state.ts";
import { REQUESTER } from "../../infra/local/principals.ts";
import { callApi } from "../../infra/local/signed.ts";
import { PRODUCTION } from "./accounts.ts";
import { as, change } from "./change.ts";
import { copy, plans, root, script } from "./local.ts";
import { writesIn } from "./writes.ts";

const artifact = z.looseObject({
  releasable: z.boolean(),
  blockers: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  files: z.array(z.looseObject({ path: z.string(), content: z.string() })),
});

const python = new URL("../../.local/venv/bin/python", import.meta.url).pathname;

/** With the CloudFormation client of the emulator's own Python, which the project installs anyway. */
function deploy(template: string, stack: string): void {
  const code = `
import sys, botocore.session
client = botocore.session.get_session().create_client("cloudformation", region_name="us-east-1", endpoint_url=sys.argv[1], aws_access_key_id=sys.argv[2], aws_secret_access_key="test")
client.create_stack(StackName=sys.argv[3], TemplateBody=sys.stdin.read(), Capabilities=["CAPABILITY_NAMED_IAM"], Parameters=[{"ParameterKey": "ChangeTicket", "ParameterValue": "CHG0012345"}])
client.get_waiter("stack_create_complete").wait(StackName=sys.argv[3], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
`;
  execFileSync(python, ["-c", code, copy.endpoint, PRODUCTION, stack], { input: template, stdio: ["pipe", "pipe", "pipe"] });
}

/** A look of an automation, as SSM runs it, against the account as it is: whether it lets the change go on, and what it says. */
function look(inputs: object): { passed: boolean; message: string } {
  const code = `
import json, sys, types, botocore.session
def client(service, config=None):
    return botocore.session.get_session().create_client(service, region_name="us-east-1", endpoint_url=sys.argv[1], aws_access_key_id=sys.argv[2], aws_secret_access_key="test", config=config)
sys.modules["boto3"] = types.SimpleNamespace(client=client)
inputs, module = json.load(sys.stdin), {}
exec(inputs["Script"], module)
try:
    module[inputs["Handler"]](inputs["InputPayload"], {})
    print(json.dumps({"passed": True, "message": ""}))
except Exception as error:
    print(json.dumps({"passed": False, "message": str(error)}))
`;
  const said = execFileSync(python, ["-c", code, copy.endpoint, PRODUCTION], { input: JSON.stringify(inputs), stdio: ["pipe", "pipe", "pipe"] });
  return z.strictObject({ passed: z.boolean(), message: z.string() }).parse(JSON.parse(said.toString()));
}

describe("a production artifact", () => {
  it("is deployed by a pipeline and leaves what the plan promised; the system itself wrote nothing", async () => {
    const ec2 = new EC2Client(root(PRODUCTION));
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const VpcId = Vpcs[0]?.VpcId ?? "";
    const GroupName = "acme-web-production-internal";
    const Tags = { Name: GroupName, Owner: "web@acme.example", CostCenter: "CC-10050", Application: "web" };
    const input = { GroupName, Description: "Web servers, internal", VpcId, Tags };
    const steps = [{ id: "s1", service: "ec2", account: PRODUCTION, region: "us-east-1", operation: "CreateSecurityGroup", input }];
    await script([plans("propose", { summary: "A group for the web servers.", steps })]);

    const told = await change(`Create the security group ${GroupName}`, { accounts: [PRODUCTION] });
    expect(told.view.state, told.report.message).toBe("artifact");
    expect(writesIn(told.calls, PRODUCTION)).toEqual([]);
    const { files, releasable, blockers } = await artifactOf(told.view.id);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["PULL_REQUEST.md", "plan.json"]));
    expect(releasable).toBe(false);
    expect(blockers.map(({ code }) => code)).toEqual(expect.arrayContaining(["ticket_missing", "window_closed"]));

    const template = files.find(({ path }) => path.endsWith(".yaml"))?.content ?? "";
    const before = (await groups(ec2, GroupName)).length;
    expect(before).toBe(0);
    deploy(template, `coworker-${told.view.id.slice(4, 12)}`);
    const [group, ...more] = await groups(ec2, GroupName);
    onTestFinished(async () => void (await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group?.GroupId ?? "" }))));
    expect(more).toEqual([]);
    const promised = told.report.change?.plan?.phases[0]?.steps[0]?.promised ?? {};
    const found = { ...group, Tags: Object.fromEntries((group?.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value])) };
    expect(Object.keys(promised)).toEqual(["DescribeSecurityGroups"]);
    expect(broken(promised, { DescribeSecurityGroups: [found] })).toEqual([]);
  });

  it("makes a bucket whole, and waits for the one gap that only a person can close", async () => {
    const Bucket = `acme-reports-production-${Date.now().toString(36)}`;
    const tags = "Owner=web@acme.example, CostCenter=CC-10050, Application=reports, DataClassification=internal";
    const told = await change(
      `Create a bucket named ${Bucket} in us-east-1 in acme-production with access logs to acme-platform-production-logs, with tags ${tags}`,
      {
        accounts: [PRODUCTION],
      },
    );
    expect(told.view.state, told.report.message).toBe("artifact");
    expect(writesIn(told.calls, PRODUCTION)).toEqual([]);
    expect(told.shown).toEqual([]);
    const rows = told.report.change?.plan?.wellArchitected ?? [];
    expect(rows.filter(({ status }) => status === "BLOCKED").map(({ item, exit }) => [item, exit])).toEqual([["MFA Delete", "manual"]]);
    const { files, releasable, blockers } = await artifactOf(told.view.id);
    expect(releasable).toBe(false);
    expect(blockers.find(({ code }) => code === "manual_task_open")).toMatchObject({ message: expect.stringMatching(/MFA Delete.*root user/) });

    const template = files.find(({ path }) => path.endsWith(".yaml"))?.content ?? "";
    const resources: { Type: string; Properties: object }[] = Object.values(parse(template).Resources);
    expect(resources.map(({ Type }) => Type)).toEqual(["AWS::S3::Bucket", "AWS::S3::BucketPolicy"]);
    expect(resources[0]?.Properties).toMatchObject({
      LifecycleConfiguration: { Rules: [{ Id: "coworker-managed" }] },
      LoggingConfiguration: { DestinationBucketName: "acme-platform-production-logs", LogFilePrefix: `${Bucket}/` },
    });
    deploy(template, `coworker-${told.view.id.slice(4, 12)}`);
    const s3 = new S3Client(root(PRODUCTION));
    onTestFinished(async () => void (await s3.send(new DeleteBucketCommand({ Bucket }))));
    const [block, versioning, policy] = await Promise.all([
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      s3.send(new GetBucketVersioningCommand({ Bucket })),
      s3.send(new GetBucketPolicyCommand({ Bucket })),
    ]);
    const flags = Object.entries(block.PublicAccessBlockConfiguration ?? {}).map(([flag, on]) => [`PublicAccessBlockConfiguration.${flag}`, on]);
    // The emulator's CloudFormation leaves encryption, lifecycle, logging and tags of a bucket out; cfn-lint knows their form.
    const { GetPublicAccessBlock, GetBucketVersioning, GetBucketPolicy } = told.report.change?.plan?.phases[0]?.steps[0]?.promised ?? {};
    expect([GetPublicAccessBlock, GetBucketVersioning, GetBucketPolicy]).not.toContain(undefined);
    const found = {
      GetPublicAccessBlock: [Object.fromEntries(flags)],
      GetBucketVersioning: [{ Status: versioning.Status }],
      GetBucketPolicy: [{ Policy: JSON.parse(policy.Policy ?? "") }],
    };
    expect(
      broken({ GetPublicAccessBlock: GetPublicAccessBlock!, GetBucketVersioning: GetBucketVersioning!, GetBucketPolicy: GetBucketPolicy! }, found),
    ).toEqual([]);
  });

  it("looks again at a bucket before its automation changes it: what is there by now ends it", async () => {
    const s3 = new S3Client(root(PRODUCTION));
    const Bucket = `acme-reports-production-look-${Date.now().toString(36)}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    onTestFinished(async () => void (await s3.send(new DeleteBucketCommand({ Bucket }))));
    const given = {
      Owner: "web@acme.example",
      CostCenter: "CC-10050",
      Application: "reports",
      DataClassification: "internal",
      Environment: "production",
      Name: Bucket,
    };
    const TagSet = Object.entries(given).map(([Key, Value]) => ({ Key, Value }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    const own = { service: "s3", account: PRODUCTION, region: "us-east-1" };
    const steps = [
      { id: "s1", ...own, operation: "PutBucketPolicy", input: { Bucket } },
      { id: "s2", ...own, operation: "PutBucketLogging", input: { Bucket, TargetBucket: "acme-platform-production-logs" } },
    ];
    await script([plans("propose", { summary: "Protect the reports.", steps })]);
    const told = await change(`Deny plain HTTP on ${Bucket} and log access to it`, { accounts: [PRODUCTION] });
    expect(told.view.state, told.report.message).toBe("artifact");
    expect(writesIn(told.calls, PRODUCTION)).toEqual([]);

    const { files } = await artifactOf(told.view.id);
    const template = parse(files.find(({ path }) => path.endsWith(".yaml"))?.content ?? "");
    const runbook: { name: string; inputs: object }[] = template.Resources.ChangeAutomation.Properties.Content.mainSteps;
    const lookAt = (operation: string) => {
      const planned = told.report.change?.plan?.phases.flatMap((phase) => phase.steps).find((one) => one.operation === operation);
      return look(runbook.find(({ name }) => name === `Look${planned?.id.toUpperCase()}`)!.inputs);
    };
    expect([lookAt("PutBucketPolicy"), lookAt("PutBucketLogging")].map(({ passed, message }) => [passed, message])).toEqual([
      [true, ""],
      [true, ""],
    ]);

    const theirs = {
      Version: "2012-10-17",
      Statement: [{ Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/*` }],
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(theirs) }));
    onTestFinished(async () => void (await s3.send(new DeleteBucketPolicyCommand({ Bucket }))));
    const LoggingEnabled = { TargetBucket: "acme-platform-production-logs", TargetPrefix: "theirs/" };
    await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
    expect(lookAt("PutBucketPolicy")).toEqual({ passed: false, message: expect.stringMatching(/Theirs.*this step changed nothing/) });
    expect(lookAt("PutBucketLogging")).toEqual({ passed: false, message: expect.stringMatching(/theirs\/.*this step changed nothing/) });
  });

  it("is not made of a bucket whose access nobody logs: what would close that is said", async () => {
    const tags = "Owner=web@acme.example, CostCenter=CC-10050, Application=reports, DataClassification=internal";
    const told = await change(`Create a bucket named acme-unlogged-production-reports in us-east-1 in acme-production with tags ${tags}`, {
      accounts: [PRODUCTION],
    });
    expect(["declined", "refused"]).toContain(told.view.state);
    expect(told.report.message).toMatch(/Access logging/);
    expect(writesIn(told.calls, PRODUCTION)).toEqual([]);
  });
});

async function artifactOf(id: string) {
  const { status, body } = await callApi(await as(REQUESTER), { method: "GET", path: `/requests/${id}/artifact` });
  expect(status, JSON.stringify(body)).toBe(200);
  return artifact.parse(body);
}

async function groups(ec2: EC2Client, name: string) {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [name] }] }));
  return SecurityGroups;
}
