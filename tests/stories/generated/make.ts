/** Resources by chance in one account: whatever comes out, the oracle reads it again. */
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { root } from "../local.ts";
import type { Chance } from "./chance.ts";
import { makeGroup, makeInstance, makeVolume } from "./make-compute.ts";
import type { Place } from "./place.ts";

/** Runtimes that questions ask about. */
export const RUNTIMES = ["nodejs22.x", "nodejs18.x", "python3.9", "python3.13"] as const;

const times = async (count: number, make: (index: number) => Promise<void>): Promise<void> => {
  for (let index = 0; index < count; index++) await make(index);
};

export async function makeResources(place: Place, dice: Chance): Promise<void> {
  await times(2 + dice.below(3), (index) => makeBucket(place, dice, index));
  for (const region of place.regions) {
    const ec2 = new EC2Client(root(place.account, region));
    const instances: string[] = [];
    await times(1 + dice.below(3), async () => void instances.push(await makeInstance(ec2, dice)));
    await times(1 + dice.below(3), () => makeVolume(ec2, region, dice, instances));
    await times(1 + dice.below(3), (index) => makeGroup(ec2, place, dice, index));
    await times(1 + dice.below(2), (index) => makeFunction(place, region, dice, index));
  }
  await times(2 + dice.below(3), (index) => makeUser(place, dice, index));
}

async function makeBucket({ account, regions, prefix }: Place, dice: Chance, index: number): Promise<void> {
  const region = dice.pick(regions);
  const s3 = new S3Client(root(account, region));
  const Bucket = `${prefix}-${account.slice(0, 4)}-${index}`;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
    }),
  );
  const Status = dice.pick(["Enabled", "Suspended", undefined] as const);
  if (Status) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const tags = dice.pick([[], [{ Key: "Owner", Value: "web-team" }], [{ Key: "Team", Value: "web" }]]);
  if (tags.length > 0) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
  if (dice.flip())
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] },
      }),
    );
  const block = dice.pick(["whole", "partial", "gone"] as const);
  const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: dice.flip(), RestrictPublicBuckets: false };
  if (block === "gone") await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  if (block === "partial") await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags }));
}

async function makeFunction({ account, prefix }: Place, region: string, dice: Chance, index: number): Promise<void> {
  const lambda = new LambdaClient(root(account, region));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: `${prefix}-${index}`,
      Runtime: dice.pick(RUNTIMES),
      Handler: "index.handler",
      Role: `arn:aws:iam::${account}:role/acme-orders-function`,
      Code: { ZipFile: zipOf("index.js", "exports.handler = async () => 0;\n") },
      TracingConfig: { Mode: dice.pick(["Active", "PassThrough"]) },
    }),
  );
}

async function makeUser({ account, prefix }: Place, dice: Chance, index: number): Promise<void> {
  const iam = new IAMClient(root(account));
  const UserName = `${prefix}-${index}`;
  await iam.send(new CreateUserCommand({ UserName }));
  if (dice.flip()) await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (dice.flip()) await iam.send(new CreateLoginProfileCommand({ UserName, Password: `${crypto.randomUUID()}Aa1!` }));
  if (dice.flip()) return;
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  await iam.send(
    new EnableMFADeviceCommand({ UserName, SerialNumber: VirtualMFADevice?.SerialNumber, AuthenticationCode1: "123456", AuthenticationCode2: "654321" }),
  );
}
