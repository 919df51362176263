import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { NOT_HALTED, parseHalt } from "../../../functions/shared/halt.ts";
import { decide } from "../iam/evaluate.ts";
import { policySchema } from "../iam/policy.ts";
import { ALL } from "./synthesize.ts";
import { resourcesOf } from "./template.ts";

/** Every type of resource there is: one that is not here has no proof yet. */
const TYPES = [
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::DynamoDB::Table",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Role",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SSM::Parameter",
  "AWS::StepFunctions::StateMachine",
];

/** What a bucket does not say is left empty, for a test to name the bucket. */
const bucketSchema = z.object({
  BucketName: z.string(),
  BucketEncryption: z
    .object({ ServerSideEncryptionConfiguration: z.array(z.object({ ServerSideEncryptionByDefault: z.object({ SSEAlgorithm: z.string() }) })) })
    .default({ ServerSideEncryptionConfiguration: [] }),
  PublicAccessBlockConfiguration: z.record(z.string(), z.boolean()).default({}),
  VersioningConfiguration: z.object({ Status: z.string() }).default({ Status: "never" }),
  LifecycleConfiguration: z
    .object({
      Rules: z.array(
        z.object({ Status: z.string(), ExpirationInDays: z.number().optional(), Prefix: z.string().optional(), TagFilters: z.unknown().optional() }),
      ),
    })
    .default({ Rules: [] }),
});

describe.each(ALL)("$name: what is kept", (assembly) => {
  const { prefix, hub, retention } = assembly.settings.deployment;
  const { templates } = assembly;
  const buckets = resourcesOf(templates, "AWS::S3::Bucket").map((resource) => ({ ...resource, bucket: bucketSchema.parse(resource.properties) }));

  test("only types of resources that these proofs know", () => {
    expect([...new Set(templates.flatMap(({ resources }) => resources.map(({ type }) => type)))].sort()).toEqual(TYPES);
  });

  test("four buckets: encrypted, private, versioned, expiring", () => {
    expect(buckets.map(({ bucket }) => bucket.BucketName).sort()).toEqual(
      ["access-logs", "artifacts", "evidence", "reports"].map((name) => `${prefix}-${name}-${hub.account}-${hub.region}`),
    );
    for (const { bucket } of buckets) {
      expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration.map((rule) => rule.ServerSideEncryptionByDefault.SSEAlgorithm)).toEqual(["AES256"]);
      expect(bucket.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(bucket.VersioningConfiguration.Status).toBe("Enabled");
      const everything = bucket.LifecycleConfiguration.Rules.filter(({ Prefix, TagFilters }) => Prefix === undefined && TagFilters === undefined);
      const days = bucket.BucketName.includes("access-logs") ? retention.logDays : retention.evidenceDays;
      expect(everything.map(({ Status, ExpirationInDays }) => ({ Status, ExpirationInDays }))).toEqual([{ Status: "Enabled", ExpirationInDays: days }]);
    }
  });

  test("buckets answer over TLS only, and grant nothing but access logs to S3's log delivery", () => {
    const policies = resourcesOf(templates, "AWS::S3::BucketPolicy");
    expect(policies).toHaveLength(buckets.length);
    for (const { id, bucket } of buckets) {
      const arn = `arn:aws:s3:::${bucket.BucketName}`;
      const text = JSON.stringify(policies.find(({ properties }) => properties.Bucket === id)?.properties.PolicyDocument);
      const policy = policySchema.parse(JSON.parse(text.replaceAll(`${id}.Arn`, arn)));
      const over = (secure: string, action: string, resource: string) =>
        decide({ identity: [policy] }, { action, resource, context: { "aws:SecureTransport": secure } });
      for (const [action, resource] of [
        ["s3:GetObject", `${arn}/key`],
        ["s3:PutObject", `${arn}/key`],
        ["s3:ListBucket", arn],
      ] as const) {
        expect(over("false", action, resource), action).toBe("explicit-deny");
        expect(over("true", action, resource), action).toBe("not-allowed");
      }
      const grants = policy.Statement.filter(({ Effect }) => Effect === "Allow");
      expect(grants.map(({ Action, Principal }) => ({ Action, Principal }))).toEqual(
        bucket.BucketName.includes("access-logs")
          ? [1, 2, 3].map(() => ({ Action: ["s3:PutObject"], Principal: { Service: ["logging.s3.amazonaws.com"] } }))
          : [],
      );
    }
  });

  test("five tables: encrypted, restorable, expiring", () => {
    const tables = resourcesOf(templates, "AWS::DynamoDB::Table").map(({ properties }) => properties);
    expect(tables.map(({ TableName }) => TableName)).toEqual(["requests", "journal", "approvals", "ledger", "stops"].map((name) => `${prefix}-${name}`));
    for (const table of tables) {
      // None: the key DynamoDB owns, which is always on and which no boundary without kms: actions can cut off.
      expect(table).not.toHaveProperty("SSESpecification");
      expect(table).toMatchObject({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      });
    }
  });

  test("the index of what waits shows whose it is, without plan and task token", () => {
    const [approvals] = resourcesOf(templates, "AWS::DynamoDB::Table").filter(({ properties }) => properties.TableName === `${prefix}-approvals`);
    expect(approvals?.properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: "byExpiry",
        KeySchema: [
          { AttributeName: "waiting", KeyType: "HASH" },
          { AttributeName: "planExpiresAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["phase", "requester", "accounts", "createdAt"] },
      },
    ]);
  });

  test("tables, buckets and the key outlive the stack; the halt switch need not, since one that is missing halts", () => {
    const kept = readFileSync(join(assembly.assembly, `${prefix}-store.template.json`), "utf8");
    const { Resources } = z
      .object({ Resources: z.record(z.string(), z.object({ Type: z.string(), DeletionPolicy: z.string().optional() })) })
      .parse(JSON.parse(kept));
    const policies = (type: string) => Object.values(Resources).flatMap(({ Type, DeletionPolicy }) => (Type === type ? [DeletionPolicy ?? "Delete"] : []));
    for (const [type, count] of [
      ["AWS::DynamoDB::Table", 5],
      ["AWS::S3::Bucket", 4],
      ["AWS::KMS::Key", 1],
    ] as const)
      expect(policies(type), type).toEqual(Array(count).fill("Retain"));
    expect([...policies("AWS::SSM::Parameter"), ...policies("AWS::KMS::Alias")]).toEqual(["Delete", "Delete"]);
  });

  test("the halt switch says what the functions read as not halted, under a name that AWS does not keep for itself", () => {
    const [parameter, ...more] = resourcesOf(templates, "AWS::SSM::Parameter").map(({ properties }) => properties);
    expect(more).toEqual([]);
    expect(parameter).toMatchObject({ Type: "String", Name: `/coworker/${prefix}-halt` });
    // SSM API reference, PutParameter: no name may begin with "aws" or "ssm".
    expect(parameter?.Name).not.toMatch(/^\/?(aws|ssm)/i);
    expect(parseHalt(String(parameter?.Value))).toEqual(NOT_HALTED);
    expect(parseHalt(undefined).halted).toBe(true);
  });

  test("log groups keep as long as configured", () => {
    const logged = [
      "discovery-ec2",
      "discovery-s3",
      "discovery-iam",
      "discovery-lambda",
      "discovery-cloudtrail",
      "mutation-ec2",
      "mutation-s3",
      "mutation-iam",
      "mutation-lambda",
      "approval",
      "halt",
      "undo",
      "artifact",
      "record",
      "report",
      "api-requests",
      "api-events",
      "api-approval",
      "api-halt",
    ];
    const groups = resourcesOf(templates, "AWS::Logs::LogGroup").map(({ properties }) => properties);
    expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual(
      [...logged.map((name) => `/aws/lambda/${prefix}-${name}`), `/aws/vendedlogs/states/${prefix}-request`, `/aws/apigateway/${prefix}-api`].sort(),
    );
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(groups.map(() => retention.logDays));
  });
});
