import { CloudTrailClient, GetTrailStatusCommand } from "@aws-sdk/client-cloudtrail";
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand, ListMFADevicesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { GetFunctionUrlConfigCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetBucketLocationCommand, GetBucketPolicyCommand, GetPublicAccessBlockCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { HUB_ACCOUNT } from "../../../infra/local/environment.ts";
import { APPROVER, principal, REQUESTER } from "../../../infra/local/principals.ts";
import { DEMO_ACCOUNTS } from "../../../infra/local/seed/demo.ts";
import { seedDemo } from "../../../infra/local/seed/index.ts";
import { remove, root, startedCopy } from "./set-up.ts";

const SANDBOX = "666666666666";
const PRODUCTION = "555555555555";
let copy: LocalCopy;

beforeAll(async () => {
  copy = await startedCopy();
  await seedDemo(copy);
}, 60_000);
afterAll(() => remove(copy));

/** How many things of each kind an account holds. */
async function census(account: string, region: string) {
  const settings = root(copy, account, region);
  const ec2 = new EC2Client(settings);
  const [buckets, instances, volumes, snapshots, groups, addresses, users, functions] = await Promise.all([
    new S3Client(settings).send(new ListBucketsCommand({})),
    ec2.send(new DescribeInstancesCommand({})),
    ec2.send(new DescribeVolumesCommand({})),
    ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] })),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeAddressesCommand({})),
    new IAMClient(settings).send(new ListUsersCommand({})),
    new LambdaClient(settings).send(new ListFunctionsCommand({})),
  ]);
  const keys = await Promise.all((users.Users ?? []).map(({ UserName }) => new IAMClient(settings).send(new ListAccessKeysCommand({ UserName }))));
  return {
    buckets: buckets.Buckets?.length,
    instances: instances.Reservations?.flatMap((reservation) => reservation.Instances ?? []).length,
    volumes: volumes.Volumes?.length,
    snapshots: snapshots.Snapshots?.length,
    groups: groups.SecurityGroups?.length,
    addresses: addresses.Addresses?.length,
    users: users.Users?.length,
    keys: keys.flatMap(({ AccessKeyMetadata }) => AccessKeyMetadata ?? []).length,
    functions: functions.Functions?.length,
  };
}

it("gives every account its resources, and a second run adds nothing", { timeout: 60_000 }, async () => {
  const places = DEMO_ACCOUNTS.flatMap(({ id, regions }) => regions.map((region) => [id, region] as const));
  const before = await Promise.all(places.map(([id, region]) => census(id, region)));
  for (const counts of before) for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(0);
  await seedDemo(copy);
  expect(await Promise.all(places.map(([id, region]) => census(id, region)))).toEqual(before);
});

describe("flaws stand beside what is right", () => {
  it("buckets: public by policy, and blocked", async () => {
    const s3 = new S3Client(root(copy, SANDBOX));
    const assets = { Bucket: "acme-website-sandbox-assets" };
    await expect(s3.send(new GetPublicAccessBlockCommand(assets))).rejects.toMatchObject({ name: "NoSuchPublicAccessBlockConfiguration" });
    expect(JSON.parse((await s3.send(new GetBucketPolicyCommand(assets))).Policy!).Statement[0]).toMatchObject({ Effect: "Allow", Principal: "*" });
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket: "acme-orders-sandbox-invoices" }));
    expect(PublicAccessBlockConfiguration).toEqual({ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true });
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: "acme-hackday-sandbox-photos" }))).LocationConstraint).toBe("eu-west-1");
  });

  it("instances: running and stopped; volumes: unattached and unencrypted", async () => {
    const ec2 = new EC2Client(root(copy, SANDBOX));
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    const states = (Reservations ?? []).flatMap(({ Instances }) => (Instances ?? []).map(({ State }) => State?.Name));
    expect(states).toContain("running");
    expect(states).toContain("stopped");
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: "status", Values: ["available"] }] }));
    expect(new Set((Volumes ?? []).map(({ Encrypted }) => Encrypted))).toEqual(new Set([true, false]));
  });

  it("security groups: 22 and 3389 open to the world in the sandbox, 22 closed in production", async () => {
    const open = async (account: string) => {
      const { SecurityGroups } = await new EC2Client(root(copy, account)).send(new DescribeSecurityGroupsCommand({}));
      return (SecurityGroups ?? []).flatMap(({ IpPermissions }) =>
        (IpPermissions ?? []).filter(({ IpRanges }) => IpRanges?.some(({ CidrIp }) => CidrIp === "0.0.0.0/0")).map(({ FromPort }) => FromPort),
      );
    };
    expect(await open(SANDBOX)).toEqual(expect.arrayContaining([22, 3389, 443]));
    expect(await open(PRODUCTION)).not.toContain(22);
  });

  it("users without MFA; a function for everybody and one for IAM only; a trail that logs and one that doesn't", async () => {
    expect((await new IAMClient(root(copy, SANDBOX)).send(new ListMFADevicesCommand({ UserName: "jane.doe" }))).MFADevices).toEqual([]);
    const lambda = new LambdaClient(root(copy, SANDBOX));
    expect((await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: "acme-payments-webhook" }))).AuthType).toBe("NONE");
    expect((await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: "acme-orders-api" }))).AuthType).toBe("AWS_IAM");
    const logging = async (account: string, Name: string) =>
      (await new CloudTrailClient(root(copy, account)).send(new GetTrailStatusCommand({ Name }))).IsLogging;
    expect(await logging(SANDBOX, "acme-platform-sandbox-trail")).toBe(false);
    expect(await logging(PRODUCTION, "acme-platform-production-trail")).toBe(true);
  });

  it("a secret in a function's environment that a scanner finds, though no file of the project holds it", async () => {
    const { Functions } = await new LambdaClient(root(copy, SANDBOX)).send(new ListFunctionsCommand({}));
    const variables = Functions?.find(({ FunctionName }) => FunctionName === "acme-payments-webhook")?.Environment?.Variables ?? {};
    expect(Object.values(variables).some((value) => /^AKIA[A-Z0-9]{16}$/.test(value))).toBe(true);
    expect(Object.values(variables).some((value) => /^[A-Za-z0-9/+=]{40}$/.test(value))).toBe(true);
  });
});

describe("people of the hub", () => {
  it("keep their keys when asked for again, and get new ones when the kept one is gone", async () => {
    const first = await principal(copy, APPROVER);
    expect(await principal(copy, APPROVER)).toEqual(first);
    expect((await principal(copy, REQUESTER)).accessKeyId).not.toBe(first.accessKeyId);
    await new IAMClient(root(copy, HUB_ACCOUNT)).send(new DeleteAccessKeyCommand({ UserName: APPROVER, AccessKeyId: first.accessKeyId }));
    expect((await principal(copy, APPROVER)).accessKeyId).not.toBe(first.accessKeyId);
  });

  it("are who AWS says they are, and may look at nothing", async () => {
    const settings = { ...root(copy, HUB_ACCOUNT), credentials: await principal(copy, APPROVER) };
    expect((await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Arn).toBe(`arn:aws:iam::${HUB_ACCOUNT}:user/${APPROVER}`);
    await expect(new S3Client(settings).send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
