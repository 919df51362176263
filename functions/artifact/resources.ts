/** What a plan creates, as CloudFormation resources, one or more a step. A write without a resource type here is a manual step (R10). */
import { denyingPlainHttp, lifecycleRule, logPrefix } from "../../config/catalog/s3-protection-parts.ts";
import { isReference } from "../../config/catalog/write.ts";
import type { PlanStep } from "../shared/contracts.ts";
import { logicalId } from "./place.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;
interface Maker {
  readonly type: string;
  readonly properties: (input: Fields) => Record<string, unknown>;
  /** Output name that other steps refer to → the attribute, `Ref` for the resource's own id. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What CloudFormation knows as resources of their own beside it: the end of its logical id → what it is. */
  readonly companions?: Readonly<Record<string, Companion>>;
}
interface Companion {
  readonly type: string;
  /** @param owner refers to the step's own resource. */
  readonly properties: (input: Fields, owner: { readonly Ref: string }) => Record<string, unknown>;
}

const tags = (value: unknown) => Object.entries((value ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
const given = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const MAKERS: Readonly<Record<string, Maker>> = {
  "s3.CreateBucket": {
    type: "AWS::S3::Bucket",
    attributes: { Bucket: "Ref" },
    properties: (input) => ({
      BucketName: input.Bucket,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: given({ SSEAlgorithm: input.SSEAlgorithm ?? "AES256", KMSMasterKeyID: input.KMSMasterKeyID }),
            BucketKeyEnabled: input.SSEAlgorithm === "aws:kms",
          },
        ],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: { Rules: [lifecycleOf(input)] },
      ...(input.LogBucket === undefined ? {} : { LoggingConfiguration: { DestinationBucketName: input.LogBucket, LogFilePrefix: logPrefix(input) } }),
      Tags: tags(input.Tags),
    }),
    companions: {
      Policy: { type: "AWS::S3::BucketPolicy", properties: ({ Bucket }, owner) => ({ Bucket: owner, PolicyDocument: denyingPlainHttp(Bucket) }) },
    },
  },
  "ec2.CreateSecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    attributes: { GroupId: "GroupId" },
    properties: ({ GroupName, Description, VpcId, Tags }) => ({ GroupName, GroupDescription: Description, VpcId, Tags: tags(Tags) }),
  },
  "ec2.AuthorizeSecurityGroupIngress": {
    type: "AWS::EC2::SecurityGroupIngress",
    attributes: { SecurityGroupRuleId: "Id" },
    properties: ({ GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, ReferencedGroupId, Description }) =>
      given({ GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId: ReferencedGroupId, Description }),
  },
  "iam.CreateRole": {
    type: "AWS::IAM::Role",
    attributes: { RoleName: "Ref" },
    properties: ({ RoleName, RolePath, PermissionsBoundary, TrustedServices, Description, Tags }) =>
      given({
        RoleName,
        Path: RolePath,
        PermissionsBoundary,
        Description,
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: TrustedServices }, Action: "sts:AssumeRole" }],
        },
        Tags: tags(Tags),
      }),
  },
};

/** CloudFormation's names for the rule that the catalog gives. */
function lifecycleOf(input: Fields) {
  const { ID, Status, Filter, AbortIncompleteMultipartUpload, NoncurrentVersionTransitions } = lifecycleRule(input);
  return {
    Id: ID,
    Status,
    Prefix: Filter.Prefix,
    AbortIncompleteMultipartUpload,
    NoncurrentVersionTransitions: NoncurrentVersionTransitions.map(({ NoncurrentDays, StorageClass }) => ({ TransitionInDays: NoncurrentDays, StorageClass })),
  };
}

/** By logical id, the step's own first. None: CloudFormation has no resource for it, or this table has none. */
export function resourcesOf(step: PlanStep, all: readonly PlanStep[]): Readonly<Record<string, Resource>> {
  const maker = MAKERS[`${step.service}.${step.operation}`];
  if (!maker) return {};
  const id = logicalId(step);
  const resource = (type: string, properties: Fields): Resource => ({ Type: type, Properties: resolved(properties, all) as Fields });
  const companions = Object.entries(maker.companions ?? {}).map(([end, { type, properties }]) => [
    `${id}${end}`,
    resource(type, properties(step.input, { Ref: id })),
  ]);
  return { [id]: resource(maker.type, maker.properties(step.input)), ...Object.fromEntries(companions) };
}

/** The attribute that stands for an output of a step, or null where the step is no resource. */
export function attributeOf(reference: string, all: readonly PlanStep[]): unknown {
  const [id, output = ""] = reference.split(".");
  const step = all.find((one) => one.id === id);
  const attribute = step && MAKERS[`${step.service}.${step.operation}`]?.attributes[output];
  if (!step || !attribute) return null;
  return attribute === "Ref" ? { Ref: logicalId(step) } : { "Fn::GetAtt": [logicalId(step), attribute] };
}

function resolved(value: unknown, all: readonly PlanStep[]): unknown {
  if (isReference(value)) return attributeOf(value.$ref, all);
  if (Array.isArray(value)) return value.map((one) => resolved(one, all));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, all)]));
}
