import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { CLOSED_CHANGES } from "../../../config/changes.ts";
import { ENVIRONMENT_RULES } from "../../../config/environments.ts";
import { makeHandler } from "../../../functions/artifact/artifact.ts";
import { automationSteps } from "../../../functions/artifact/automation.ts";
import { LOOK_SCRIPT } from "../../../functions/artifact/look-script.ts";
import { automationStatements } from "../../../functions/artifact/permissions.ts";
import { blockersOf } from "../../../functions/artifact/release.ts";
import type { Plan, PlanStep } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";
import { readSettings } from "../../../infra/settings-file.ts";
import { planOf, REQUEST_ID, step } from "./plan.ts";

const { settings } = readSettings(new URL("../../../config/example.yaml", import.meta.url).pathname);
const TAGS = {
  Environment: "production",
  Owner: "web@acme.example",
  CostCenter: "CC-1001",
  Application: "web",
  CreatedBy: "aws-coworker",
  CreatedDate: "2026-11-25",
  Name: "web",
};
const flags = (value: boolean) =>
  Object.fromEntries(
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"].map((f) => [`PublicAccessBlockConfiguration.${f}`, value]),
  );
const flagsOn = Object.values(flags(true)).map(() => ["True"]);
const half = { GetPublicAccessBlock: [{ Absent: null, ...flags(true), "PublicAccessBlockConfiguration.BlockPublicPolicy": false }] };
const block = (id: string, Bucket: string) =>
  step(id, "s3", "PutPublicAccessBlock", { Bucket }, { before: { absent: false, digest: digest(half), image: half } });
const group = step("s1", "ec2", "CreateSecurityGroup", { GroupName: "web", Description: "web servers", VpcId: "vpc-0123456789abcdef0", Tags: TAGS });
const rule = step("s2", "ec2", "AuthorizeSecurityGroupIngress", {
  GroupId: { $ref: "s1.GroupId" },
  IpProtocol: "tcp",
  FromPort: 443,
  ToPort: 443,
  CidrIp: "10.0.0.0/8",
});
const bucket = step("s3", "s3", "CreateBucket", {
  Bucket: "acme-web-production-logs",
  SSEAlgorithm: "aws:kms",
  NoncurrentDays: 90,
  LogBucket: "acme-access-logs",
  Tags: TAGS,
});

const Bucket = "acme-web-production-media";
const unprotected = {
  GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }],
  GetPublicAccessBlock: [{ Absent: null, ...flags(true) }],
  GetBucketTagging: [{ Absent: "NoSuchTagSet", TagSet: null }],
};
/** What a bucket is given that has nothing of the kind. */
const protecting = [
  step("s10", "s3", "PutBucketPolicy", { Bucket }, { before: { absent: false, digest: digest(unprotected), image: unprotected } }),
  step(
    "s11",
    "s3",
    "PutBucketLifecycleConfiguration",
    { Bucket, NoncurrentDays: 30 },
    { before: { absent: false, digest: "0".repeat(64), image: { GetBucketLifecycleConfiguration: [{ Absent: "NoSuchLifecycleConfiguration" }] } } },
  ),
  step(
    "s12",
    "s3",
    "PutBucketLogging",
    { Bucket, TargetBucket: "acme-access-logs" },
    { before: { absent: false, digest: "0".repeat(64), image: { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": null }] } } },
  ),
];

const image = (rows: PlanStep["before"]["image"]) => ({ before: { absent: false, digest: digest(rows), image: rows } });
const BOUNDARY = "arn:aws:iam::555555555555:policy/coworker-managed-boundary";
/** What is there and made safer: IMDSv2, a boundary, a function's URL. */
const hardening = [
  step(
    "s6",
    "ec2",
    "ModifyInstanceMetadataOptions",
    { InstanceId: "i-0123456789abcdef0" },
    image({ DescribeInstances: [{ "MetadataOptions.HttpTokens": "optional", Tags: {} }] }),
  ),
  step(
    "s7",
    "iam",
    "PutRolePermissionsBoundary",
    { RoleName: "web", RolePath: "/coworker-managed/", PermissionsBoundary: BOUNDARY },
    { region: "global", ...image({ GetRole: [{ "PermissionsBoundary.PermissionsBoundaryArn": null, Tags: {} }] }) },
  ),
  step("s8", "lambda", "UpdateFunctionUrlConfig", { FunctionName: "acme-orders" }, image({ GetFunctionUrlConfig: [{ Absent: null, AuthType: "NONE" }] })),
];

async function built(plan: Plan, now = "2026-11-25T10:00:00.000Z") {
  const written = new Map<string, string>();
  const handler = makeHandler({ settings, putObject: async (key, body) => void written.set(key, body) });
  const result = await handler({ plan, planHash: digest(plan), now });
  const textOf = (end: string) => [...written].find(([key]) => key.endsWith(end))?.[1] ?? "";
  return { result, written, textOf, template: parse(textOf(".yaml")) };
}

describe("artifact", () => {
  test("what is created becomes resources, what is modified an automation with its own role", async () => {
    const { template, result, written } = await built(planOf([group, rule, bucket, block("s4", "acme-web-production-assets")]));
    const types = Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.sort()).toEqual(
      [
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SSM::Document",
      ].sort(),
    );
    expect(template.Resources.AuthorizeSecurityGroupIngressS2.Properties.GroupId).toEqual({ "Fn::GetAtt": ["CreateSecurityGroupS1", "GroupId"] });
    expect(Object.keys(template.Parameters)).toEqual(["Environment", "ChangeTicket"]);
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(["AutomationDocument", "AutomationRole", "CreateBucketS3"]));
    expect([...written.keys()].every((key) => key.startsWith(`artifacts/${REQUEST_ID}/`))).toBe(true);
    expect(result.branch).toMatch(/^feature\/prod-[a-z0-9-]+$/);
  });

  test("what it would replace without seeing it is a manual step, with what to set", async () => {
    const marked = image({ GetBucketTagging: [{ Absent: null, TagSet: { Owner: "[redacted:aws-key]" } }] });
    const unseen = step("s1", "s3", "PutBucketTagging", { Bucket, Tags: { Owner: "web" } }, marked);
    const changes = [{ field: "TagSet", before: null, after: { Owner: "web" } }];
    const logging = protecting.filter(({ operation }) => operation === "PutBucketLogging");
    const boundary = hardening.filter(({ operation }) => operation === "PutRolePermissionsBoundary");
    const { template, textOf } = await built(planOf([{ ...unseen, changes }, ...logging, ...boundary]));
    expect(JSON.stringify(template)).not.toContain("PutBucketTagging");
    for (const seen of ["PutBucketLogging", "PutRolePermissionsBoundary"]) expect(JSON.stringify(template)).toContain(seen);
    const manual = textOf("PULL_REQUEST.md")
      .split("\n")
      .filter((line) => /^- \[ \] (s3|iam)/.test(line));
    expect(manual).toEqual([expect.stringMatching(/PutBucketTagging.*Owner.*web/)]);
  });

  test("a runbook with a script is YAML: SSM takes none in one of JSON", async () => {
    const { template } = await built(planOf(protecting));
    expect(template.Resources.ChangeAutomation.Properties).toMatchObject({ DocumentFormat: "YAML", Content: { schemaVersion: "0.3" } });
    const own: { action: string; inputs: { Script?: string } }[] = template.Resources.ChangeAutomation.Properties.Content.mainSteps;
    expect(new Set(own.filter(({ action }) => action === "aws:executeScript").map(({ inputs }) => inputs.Script))).toEqual(new Set([LOOK_SCRIPT]));
  });

  test("what one document of SSM's has no room for is a manual step, and its size is kept", async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...(protecting[0] as PlanStep), id: `s${index + 1}` }));
    const { template, textOf } = await built(planOf(many));
    const { Content } = template.Resources.ChangeAutomation.Properties;
    expect(Buffer.byteLength(JSON.stringify(Content))).toBeLessThan(64_000);
    const changes = Content.mainSteps.filter(({ name }: { name: string }) => name.startsWith("Change")).length;
    expect(changes).toBeGreaterThan(10);
    expect(textOf("PULL_REQUEST.md").match(/^- \[ \] s3 PutBucketPolicy/gm)).toHaveLength(40 - changes);
    // More than a request to CloudFormation takes.
    expect(textOf("README.md")).toContain("--s3-bucket");
    expect((await built(planOf(many.slice(0, 3)))).textOf("README.md")).not.toContain("--s3-bucket");
  });

  test("a bucket is made with all that the plan promises of it, its policy a resource of its own", async () => {
    const { template } = await built(planOf([bucket]));
    const { CreateBucketS3: made, CreateBucketS3Policy: policy, ...more } = template.Resources;
    expect(more).toEqual({});
    expect(policy).toEqual({
      Type: "AWS::S3::BucketPolicy",
      Properties: { Bucket: { Ref: "CreateBucketS3" }, PolicyDocument: bucket.promised.GetBucketPolicy?.Policy },
    });
    expect(made.Properties).toMatchObject({
      BucketName: "acme-web-production-logs",
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true }] },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "coworker-managed",
            Status: "Enabled",
            Prefix: "",
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            NoncurrentVersionTransitions: [{ TransitionInDays: 90, StorageClass: "GLACIER" }],
          },
        ],
      },
      LoggingConfiguration: { DestinationBucketName: "acme-access-logs", LogFilePrefix: "acme-web-production-logs/" },
    });
    const { LogBucket, ...input } = bucket.input;
    const unlogged = await built(planOf([step("s3", "s3", "CreateBucket", input)]));
    expect(unlogged.template.Resources.CreateBucketS3.Properties).not.toHaveProperty("LoggingConfiguration");
  });

  test("templates are clean for cfn-lint", async () => {
    const { textOf } = await built(
      planOf([group, rule, bucket, block("s4", "acme-web-production-assets"), block("s5", "acme-web-production-media"), ...hardening, ...protecting]),
    );
    const folder = mkdtempSync(join(tmpdir(), "artifact-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "template.yaml");
    writeFileSync(file, textOf(".yaml"));
    // Exits non-zero and prints what it finds.
    const bin = new URL("../../../.local/venv/bin/cfn-lint", import.meta.url).pathname;
    expect(execFileSync(bin, ["--regions", "us-east-1", "--", file], { encoding: "utf8" }).trim()).toBe("");
  }, 60_000);

  test("the automation asserts before and after, and a failure goes to the undo of what was done, last first", () => {
    const steps = automationSteps([block("s1", "acme-one"), block("s2", "acme-two")]);
    const named = (name: string) => steps.find((one) => one.name === name);
    const names = steps.map(({ name }) => name);
    expect(names.indexOf("BeforeS1x1")).toBeLessThan(names.indexOf("ChangeS1"));
    expect(names.indexOf("ChangeS1")).toBeLessThan(names.indexOf("AfterS1x1"));
    expect(named("ChangeS1")?.onFailure).toBe("Abort");
    expect(named("AfterS1x1")?.onFailure).toBe("step:UndoS1");
    expect(named("ChangeS2")?.onFailure).toBe("step:UndoS1");
    expect(named("AfterS2x1")?.onFailure).toBe("step:UndoS2");
    expect(named("UndoS2")?.nextStep).toBe("UndoS1");
    expect(named("UndoS1")?.isEnd).toBe(true);
    // The last forward step ends: success never runs into the undo.
    expect(steps[names.indexOf("UndoS2") - 1]?.isEnd).toBe(true);
    expect(named("UndoS1")?.inputs).toMatchObject({
      Api: "PutPublicAccessBlock",
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false, BlockPublicAcls: true },
    });
    expect(steps.filter(({ name }) => name.startsWith("BeforeS1")).map(({ inputs }) => inputs.DesiredValues)).toContainEqual(["False"]);
  });

  test("what was not configured is looked at before it would be replaced, and a look that fails goes where any failure goes", () => {
    const steps = automationSteps([block("s1", "acme-one"), ...protecting]);
    const named = (name: string) => steps.find((one) => one.name === name);
    const Parameters = { Bucket, ExpectedBucketOwner: "555555555555" };
    expect(named("LookS10")).toMatchObject({
      action: "aws:executeScript",
      inputs: {
        InputPayload: {
          Service: "s3",
          Reads: [
            { Api: "GetBucketPolicy", Parameters, Absent: ["NoSuchBucketPolicy"] },
            { Api: "GetBucketTagging", Parameters, Absent: ["NoSuchTagSet"] },
          ],
        },
      },
      onFailure: "step:UndoS1",
      nextStep: "ChangeS10",
    });
    expect(named("LookS12")?.inputs.InputPayload).toEqual({
      Service: "s3",
      Reads: [{ Api: "GetBucketLogging", Parameters, Planned: '{"LoggingEnabled.TargetBucket":null}' }],
    });
    expect(named("LookS12")).toMatchObject({ onFailure: "step:UndoS11", nextStep: "ChangeS12" });
    // What is compared as a single value needs no look.
    expect(named("LookS1")).toBeUndefined();
    expect(steps.some(({ onFailure }) => onFailure.startsWith("step:Change"))).toBe(false);
  });

  test("and its role may read what it looks at", () => {
    const actions = automationStatements([...protecting, ...hardening]).flatMap(({ Action }) => Action);
    expect(actions).toEqual(
      expect.arrayContaining(["s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:GetLifecycleConfiguration", "s3:GetBucketLogging", "iam:GetRole"]),
    );
  });

  test("it puts the fixed policy, rule and log, and takes them away again", () => {
    const steps = automationSteps(protecting);
    const inputs = (name: string) => steps.find((one) => one.name === name)?.inputs;
    expect(JSON.parse(String(inputs("ChangeS10")?.Policy))).toEqual(protecting[0]?.promised.GetBucketPolicy?.Policy);
    expect(steps.filter(({ name }) => name.startsWith("BeforeS10")).map(({ inputs }) => inputs.DesiredValues)).toEqual(flagsOn);
    expect(inputs("AfterS12x1")).toMatchObject({ PropertySelector: "$.LoggingEnabled.TargetBucket", DesiredValues: ["acme-access-logs"] });
    expect(["UndoS10", "UndoS11", "UndoS12"].map((name) => inputs(name)?.Api)).toEqual(["DeleteBucketPolicy", "DeleteBucketLifecycle", "PutBucketLogging"]);
    expect(inputs("UndoS12")?.BucketLoggingStatus).toEqual({});
    const actions = automationStatements(protecting).flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(["s3:DeleteBucketPolicy", "s3:PutBucketLogging", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"]));
  });

  test("the automation's role may do that and nothing else", () => {
    const statements = automationStatements([block("s1", "acme-one")]);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toContain("s3:PutBucketPublicAccessBlock");
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    const write = statements.find(({ Action }) => Action.includes("s3:PutBucketPublicAccessBlock"));
    expect(write?.Resource).toEqual(["arn:aws:s3:::acme-one"]);
  });

  test("what makes things safer asserts what it finds and leaves; what can't be taken back has no undo, and a failure goes to the last that has one", () => {
    const steps = automationSteps(hardening);
    const inputs = (name: string) => steps.find((one) => one.name === name)?.inputs;
    expect(inputs("BeforeS6x1")).toMatchObject({ PropertySelector: "$.Reservations[0].Instances[0].MetadataOptions.HttpTokens", DesiredValues: ["optional"] });
    expect(inputs("ChangeS6")).toEqual({ Service: "ec2", Api: "ModifyInstanceMetadataOptions", InstanceId: "i-0123456789abcdef0", HttpTokens: "required" });
    expect(inputs("UndoS6")).toMatchObject({ Api: "ModifyInstanceMetadataOptions", HttpTokens: "optional" });
    expect(inputs("ChangeS7")).toEqual({ Service: "iam", Api: "PutRolePermissionsBoundary", RoleName: "web", PermissionsBoundary: BOUNDARY });
    expect(inputs("AfterS7x1")).toMatchObject({ PropertySelector: "$.Role.PermissionsBoundary.PermissionsBoundaryArn", DesiredValues: [BOUNDARY] });
    expect(inputs("BeforeS8x1")).toMatchObject({ Api: "GetFunctionUrlConfig", PropertySelector: "$.AuthType", DesiredValues: ["NONE"] });
    expect(inputs("ChangeS8")).toEqual({ Service: "lambda", Api: "UpdateFunctionUrlConfig", FunctionName: "acme-orders", AuthType: "AWS_IAM" });
    expect(steps.filter(({ name }) => name.startsWith("Undo")).map(({ name }) => name)).toEqual(["UndoS6"]);
    expect(steps.find(({ name }) => name === "AfterS8x1")?.onFailure).toBe("step:UndoS6");
  });

  test("and its role holds the catalog's conditions: it can neither put another boundary nor open a URL", () => {
    const conditionOf = (action: string) => automationStatements(hardening).flatMap(({ Action, Condition }) => (Action.includes(action) ? [Condition] : []));
    expect(conditionOf("iam:PutRolePermissionsBoundary")).toEqual([{ StringEquals: { "iam:PermissionsBoundary": BOUNDARY } }]);
    expect(conditionOf("lambda:UpdateFunctionUrlConfig")).toEqual([{ StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } }]);
    expect(conditionOf("ec2:ModifyInstanceMetadataOptions")).toEqual([
      { StringEquals: { "ec2:Attribute/HttpTokens": "required" } },
      { StringEquals: { "ec2:Attribute/HttpTokens": "optional" } },
    ]);
    expect(conditionOf("iam:GetRole")).toEqual([undefined]);
  });

  test("README and pull request carry what R07 asks for, escaped, and say what blocks the release", async () => {
    const { textOf, result } = await built(planOf([block("s1", "acme-one")], { ticket: null }));
    const pull = textOf("PULL_REQUEST.md");
    for (const heading of [
      "Background",
      "Infrastructure changes",
      "Files",
      "Well-Architected",
      "Guardrail result",
      "Rollback plan",
      "Testing checklist",
      "Change ticket",
      "Change window",
      "Rollback criteria",
      "Plan-Ref",
    ])
      expect(pull).toContain(heading);
    expect(pull).not.toContain("<b>");
    expect(result.releasable).toBe(false);
    expect(result.blockers.map(({ code }) => code)).toEqual(expect.arrayContaining(["ticket_missing", "window_closed", "change_board_pending"]));
    expect(textOf("README.md")).toContain("NOT RELEASABLE");
  });

  test("a plan that is not the examined one writes nothing", async () => {
    const written: string[] = [];
    const handler = makeHandler({ settings, putObject: async (key) => void written.push(key) });
    const plan = planOf([block("s1", "acme-one")]);
    await expect(handler({ plan: { ...plan, summary: "another" }, planHash: digest(plan), now: "2026-11-25T10:00:00.000Z" })).rejects.toThrow("hash differs");
    expect(written).toEqual([]);
  });
});

describe("release", () => {
  const staging = [ENVIRONMENT_RULES.staging];
  const calendar = { ...CLOSED_CHANGES.calendar, timeZone: "Europe/Berlin" };
  const codes = (ticket: string | null, at: string, more = {}) =>
    blockersOf({ ticket, governance: [] }, staging, { ...calendar, ...more }, new Date(at)).map(({ code }) => code);

  test("business hours are those of the settings' time zone", () => {
    expect(codes("CHG1", "2026-11-25T08:30:00Z")).toEqual([]); // 9:30 in Berlin
    expect(codes("CHG1", "2026-11-25T16:30:00Z")).toEqual(["window_closed"]); // 17:30
    expect(codes("CHG1", "2026-11-28T10:00:00Z")).toEqual(["window_closed"]); // Saturday
  });

  test("a freeze and a missing ticket are told, and are gone when they are", () => {
    const freezes = [{ from: "2026-11-25T00:00:00Z", to: "2026-11-26T00:00:00Z", reason: "Black Friday" }];
    expect(codes(null, "2026-11-25T09:00:00Z", { freezes })).toEqual(["ticket_missing", "change_freeze"]);
    expect(codes("CHG1", "2026-11-26T09:00:00Z", { freezes })).toEqual([]);
  });

  test("what only a person can do is told with what to do, and what merely informs is not (Y-22)", () => {
    const finding = {
      stepId: null,
      severity: "high",
      message: "MFA Delete: not enabled",
      remediation: "The root user turns it on.",
      ruleIds: ["Y-22"],
    } as const;
    const of = (effect: "blocks_release" | "acknowledge") =>
      blockersOf({ ticket: "CHG1", governance: [{ ...finding, ruleIds: [...finding.ruleIds], effect }] }, staging, calendar, new Date("2026-11-25T08:30:00Z"));
    expect(of("blocks_release")).toMatchObject([{ code: "manual_task_open", message: expect.stringContaining("The root user turns it on.") }]);
    expect(of("acknowledge")).toEqual([]);
  });
});
