/** What a plan creates, as CloudFormation resources. A write without a resource type here is a manual step (R10). */
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
}

const tags = (value: unknown) => Object.entries((value ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
const given = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const MAKERS: Readonly<Record<string, Maker>> = {
  "s3.CreateBucket": {
    type: "AWS::S3::Bucket",
    attributes: { Bucket: "Ref" },
    properties: ({ Bucket, SSEAlgorithm, KMSMasterKeyID, Tags }) => ({
      BucketName: Bucket,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: given({ SSEAlgorithm: SSEAlgorithm ?? "AES256", KMSMasterKeyID }) }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: "Enabled" },
      Tags: tags(Tags),
    }),
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

/** Null: CloudFormation has no resource for it, or this table has none. */
export function resourceOf(step: PlanStep, all: readonly PlanStep[]): Resource | null {
  const maker = MAKERS[`${step.service}.${step.operation}`];
  if (!maker) return null;
  const properties = resolved(maker.properties(step.input), all);
  return { Type: maker.type, Properties: properties as Record<string, unknown> };
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
