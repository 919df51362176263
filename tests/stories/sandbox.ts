/** Things a story changes: made by root, gone when the test ends. */
import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import { root } from "./local.ts";
import { unless } from "./oracle.ts";

const TAGS = { Owner: "web-team", CostCenter: "CC-10010", Application: "stories", CreatedBy: "root", CreatedDate: "2026-11-25" };
const tagList = (Name: string, Environment: string, more: object = {}) =>
  Object.entries({ ...TAGS, Name, Environment, ...more }).map(([Key, Value]) => ({ Key, Value: String(Value) }));

/** Buckets without Block Public Access, named after `purpose` and numbered. */
export async function openBuckets(account: string, environment: string, purpose: string, count = 1): Promise<string[]> {
  const s3 = new S3Client(root(account));
  const names = Array.from({ length: count }, (_, index) => `acme-${purpose}-${index + 1}-${Date.now().toString(36)}`);
  await Promise.all(
    names.map(async (Bucket) => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(Bucket, environment, { DataClassification: "internal" }) } }));
      onTestFinished(async () => void (await unless("NoSuchBucket", s3.send(new DeleteBucketCommand({ Bucket })))));
    }),
  );
  return names;
}

/** Flags of Block Public Access, or null where there are none. */
export async function blockOf(account: string, Bucket: string): Promise<object | null> {
  const s3 = new S3Client(root(account));
  const block = await unless("NoSuchPublicAccessBlockConfiguration", s3.send(new GetPublicAccessBlockCommand({ Bucket })));
  return block?.PublicAccessBlockConfiguration ?? null;
}

export async function unattachedVolume(account: string, environment: string, name: string): Promise<string> {
  const ec2 = new EC2Client(root(account));
  const TagSpecifications = [{ ResourceType: "volume" as const, Tags: tagList(name, environment, { DataClassification: "internal" }) }];
  const { VolumeId = "" } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 8, VolumeType: "gp3", TagSpecifications }));
  onTestFinished(async () => void (await unless("InvalidVolume.NotFound", ec2.send(new DeleteVolumeCommand({ VolumeId })))));
  return VolumeId;
}

export async function volumeIsThere(account: string, VolumeId: string): Promise<boolean> {
  const { Volumes = [] } = await new EC2Client(root(account)).send(new DescribeVolumesCommand({ Filters: [{ Name: "volume-id", Values: [VolumeId] }] }));
  return Volumes.length > 0;
}

/** Ids of a volume's snapshots. */
export async function snapshotsOf(account: string, volume: string): Promise<(string | undefined)[]> {
  const { Snapshots = [] } = await new EC2Client(root(account)).send(new DescribeSnapshotsCommand({ Filters: [{ Name: "volume-id", Values: [volume] }] }));
  return Snapshots.map(({ SnapshotId }) => SnapshotId);
}

export async function runningInstance(account: string, environment: string, name: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const ec2 = new EC2Client(root(account));
  const TagSpecifications = [{ ResourceType: "instance" as const, Tags: tagList(name, environment) }];
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: "ami-0c02fb55956c7d316", InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, TagSpecifications, ...more }),
  );
  const InstanceId = Instances[0]?.InstanceId ?? "";
  onTestFinished(async () => void (await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))));
  return InstanceId;
}
