/** What root reads: every resource of the kinds that questions ask about, with a yes or no to each condition. */
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand, DescribeVolumesCommand, EC2Client, type SecurityGroup } from "@aws-sdk/client-ec2";
import { GetLoginProfileCommand, IAMClient, ListAccessKeysCommand, ListMFADevicesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { root } from "../local.ts";
import { unless } from "../oracle.ts";
import { RUNTIMES } from "./make.ts";
import { PORTS } from "./make-compute.ts";

export interface Thing {
  readonly noun: string;
  readonly account: string;
  /** "global" for what has no region. */
  readonly region: string;
  readonly arn: string;
  /** Predicate that follows the noun → whether it is true. */
  readonly is: Readonly<Record<string, boolean>>;
}

interface Tag {
  readonly Key?: string | undefined;
}

export async function truthIn(account: string, regions: readonly string[]): Promise<Thing[]> {
  const regional = await Promise.all(
    regions.map(async (region) => [...(await compute(account, region)), ...(await groups(account, region)), ...(await functions(account, region))]),
  );
  return [...(await buckets(account)), ...(await users(account)), ...regional.flat()];
}

const tagged = (tags: readonly Tag[]) => ({ "have no tags": tags.length === 0, "have no Owner tag": !tags.some(({ Key }) => Key === "Owner") });

async function buckets(account: string): Promise<Thing[]> {
  const s3 = new S3Client(root(account));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Promise.all(
    Buckets.map(async ({ Name: Bucket = "", BucketRegion = "us-east-1" }): Promise<Thing> => {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      const tags = await unless("NoSuchTagSet", s3.send(new GetBucketTaggingCommand({ Bucket })));
      const encryption = await unless("ServerSideEncryptionConfigurationNotFoundError", s3.send(new GetBucketEncryptionCommand({ Bucket })));
      const block = (await unless("NoSuchPublicAccessBlockConfiguration", s3.send(new GetPublicAccessBlockCommand({ Bucket }))))
        ?.PublicAccessBlockConfiguration;
      const blocked = [block?.BlockPublicAcls, block?.IgnorePublicAcls, block?.BlockPublicPolicy, block?.RestrictPublicBuckets].every((flag) => flag === true);
      const kms =
        encryption?.ServerSideEncryptionConfiguration?.Rules?.some(({ ApplyServerSideEncryptionByDefault: rule }) =>
          rule?.SSEAlgorithm?.startsWith("aws:kms"),
        ) === true;
      const is = {
        "have versioning enabled": Status === "Enabled",
        "have no versioning": Status !== "Enabled",
        "are encrypted with KMS": kms,
        "don't block all public access": !blocked,
        ...tagged(tags?.TagSet ?? []),
      };
      return { noun: "buckets", account, region: BucketRegion, arn: `arn:aws:s3:::${Bucket}`, is };
    }),
  );
}

async function compute(account: string, region: string): Promise<Thing[]> {
  const ec2 = new EC2Client(root(account, region));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
  const arn = (kind: string, id: string | undefined) => `arn:aws:ec2:${region}:${account}:${kind}/${id}`;
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances).map(({ InstanceId, State, MetadataOptions, InstanceType, Tags = [] }): Thing => {
    const required = MetadataOptions?.HttpTokens === "required";
    const is = {
      "are running": State?.Name === "running",
      "are stopped": State?.Name === "stopped",
      "have no IMDSv2": !required,
      "require IMDSv2": required,
      "are of type t3.micro": InstanceType === "t3.micro",
      ...tagged(Tags),
    };
    return { noun: "instances", account, region, arn: arn("instance", InstanceId), is };
  });
  const volumes = Volumes.map(({ VolumeId, Encrypted, State, VolumeType, Size = 0, Tags = [] }): Thing => {
    const is = {
      "are unattached": State !== "in-use",
      "are not encrypted": Encrypted !== true,
      "are encrypted": Encrypted === true,
      "are of type gp2": VolumeType === "gp2",
      "are larger than 50 GB": Size > 50,
      ...tagged(Tags),
    };
    return { noun: "volumes", account, region, arn: arn("volume", VolumeId), is };
  });
  return [...instances, ...volumes];
}

async function groups(account: string, region: string): Promise<Thing[]> {
  const { SecurityGroups = [] } = await new EC2Client(root(account, region)).send(new DescribeSecurityGroupsCommand({}));
  return SecurityGroups.map((group): Thing => {
    const is = Object.fromEntries(PORTS.map((port) => [`are open to the world on port ${port}`, isOpen(group, port)]));
    return { noun: "security groups", account, region, arn: `arn:aws:ec2:${region}:${account}:security-group/${group.GroupId}`, is };
  });
}

function isOpen({ IpPermissions = [] }: SecurityGroup, port: number): boolean {
  return IpPermissions.some(({ IpProtocol, FromPort = 0, ToPort = 65_535, IpRanges = [], Ipv6Ranges = [] }) => {
    const world = IpRanges.some(({ CidrIp }) => CidrIp === "0.0.0.0/0") || Ipv6Ranges.some(({ CidrIpv6 }) => CidrIpv6 === "::/0");
    return world && (IpProtocol === "-1" || (FromPort <= port && port <= ToPort));
  });
}

async function users(account: string): Promise<Thing[]> {
  const iam = new IAMClient(root(account));
  const { Users = [] } = await iam.send(new ListUsersCommand({}));
  return Promise.all(
    Users.map(async ({ UserName, Arn = "" }): Promise<Thing> => {
      const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
      const password = await unless("NoSuchEntityException", iam.send(new GetLoginProfileCommand({ UserName })));
      const is = {
        "have no MFA": MFADevices.length === 0,
        "have MFA": MFADevices.length > 0,
        "have access keys": keys.length > 0,
        "have no access keys": keys.length === 0,
        "have a console password": password !== undefined,
      };
      return { noun: "users", account, region: "global", arn: Arn, is };
    }),
  );
}

async function functions(account: string, region: string): Promise<Thing[]> {
  const { Functions = [] } = await new LambdaClient(root(account, region)).send(new ListFunctionsCommand({}));
  return Functions.map(({ FunctionArn = "", Runtime, TracingConfig }): Thing => {
    const traced = TracingConfig?.Mode === "Active";
    const is = {
      ...Object.fromEntries(RUNTIMES.map((runtime) => [`use ${runtime}`, Runtime === runtime])),
      "have tracing enabled": traced,
      "have no tracing": !traced,
    };
    return { noun: "functions", account, region, arn: FunctionArn, is };
  });
}
