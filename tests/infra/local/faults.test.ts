/** Faults of the local AWS, as the SDK's clients meet them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CreateVolumeCommand, DescribeInstancesCommand, DescribeVolumesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, HeadBucketCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { SdkError } from "@smithy/types";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readCalls } from "../../../infra/local/calls.ts";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { type Fault, type Faults, faultsOf, faultsText } from "../../../infra/local/faults.ts";
import { emptyCopy } from "../../../infra/local/stack.ts";
import { makeRole, remove, root, startedCopy } from "./set-up.ts";

const ACCOUNT = "111111111111";
let copy: LocalCopy;
let faults: Faults;
beforeAll(async () => {
  copy = await startedCopy();
  faults = faultsOf(copy);
}, 60_000);
afterEach(() => faults.clear());
afterAll(() => remove(copy));

const once = () => ({ ...root(copy, ACCOUNT), maxAttempts: 1 });
const results = (operation: string) => readCalls(copy).flatMap((call) => (call.operation === operation ? [call.result] : []));
const waiting = () => vi.waitUntil(async () => (await faults.list()).some(({ held }) => held > 0), { timeout: 10_000, interval: 20 });

describe("an error", () => {
  it.each<[Fault["service"], string, () => Promise<unknown>, Record<"throttled" | "internal" | "unavailable", string>]>([
    [
      "s3",
      "ListBuckets",
      () => new S3Client(once()).send(new ListBucketsCommand({})),
      { throttled: "SlowDown 503", internal: "InternalError 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "ec2",
      "DescribeInstances",
      () => new EC2Client(once()).send(new DescribeInstancesCommand({})),
      { throttled: "RequestLimitExceeded 503", internal: "InternalError 500", unavailable: "Unavailable 503" },
    ],
    [
      "iam",
      "ListUsers",
      () => new IAMClient(once()).send(new ListUsersCommand({})),
      { throttled: "Throttling 400", internal: "ServiceFailureException 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "sts",
      "GetCallerIdentity",
      () => new STSClient(once()).send(new GetCallerIdentityCommand({})),
      { throttled: "Throttling 400", internal: "InternalFailure 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "lambda",
      "ListFunctions",
      () => new LambdaClient(once()).send(new ListFunctionsCommand({})),
      { throttled: "TooManyRequestsException 429", internal: "ServiceException 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "dynamodb",
      "ListTables",
      () => new DynamoDBClient(once()).send(new ListTablesCommand({})),
      { throttled: "ProvisionedThroughputExceededException 400", internal: "InternalServerError 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "kms",
      "ListKeys",
      () => new KMSClient(once()).send(new ListKeysCommand({})),
      { throttled: "ThrottlingException 400", internal: "KMSInternalException 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "ssm",
      "DescribeParameters",
      () => new SSMClient(once()).send(new DescribeParametersCommand({})),
      { throttled: "ThrottlingException 400", internal: "InternalServerError 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "states",
      "ListStateMachines",
      () => new SFNClient(once()).send(new ListStateMachinesCommand({})),
      { throttled: "ThrottlingException 400", internal: "InternalFailure 500", unavailable: "ServiceUnavailable 503" },
    ],
    [
      "cloudtrail",
      "LookupEvents",
      () => new CloudTrailClient(once()).send(new LookupEventsCommand({})),
      { throttled: "ThrottlingException 400", internal: "InternalFailure 500", unavailable: "ServiceUnavailable 503" },
    ],
  ])("of %s is told in its own protocol, and recorded as what it was", async (service, operation, call, told) => {
    for (const [error, expected] of Object.entries(told)) {
      await faults.add({ service, operation, error: error as keyof typeof told });
      const caught = await call().then(
        () => expect.fail(`${service} did not fail`),
        (thrown: SdkError) => thrown,
      );
      const status = caught.$metadata?.httpStatusCode ?? 0;
      expect(`${caught.name} ${status}`).toBe(expected);
      expect(caught.message).toContain("local AWS");
      expect([isThrottlingError(caught), isTransientError(caught)]).toEqual([error === "throttled", status >= 500]);
      await faults.clear();
    }
    await call();
    expect(results(operation).at(-1)).toBe("ok");
    expect(results(operation)).toHaveLength(4);
  });

  it("of a HEAD has no document", async () => {
    await faults.add({ service: "s3", operation: "HeadBucket", error: "unavailable" });
    await expect(new S3Client(once()).send(new HeadBucketCommand({ Bucket: "nobody-has-it" }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await faults.clear();
    await expect(new S3Client(once()).send(new HeadBucketCommand({ Bucket: "nobody-has-it" }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it("comes as often as it was asked for, and the SDK's retries get past it", async () => {
    await faults.add({ service: "s3", operation: "ListBuckets", error: "throttled", times: 2 });
    const before = results("ListBuckets").length;
    await new S3Client({ ...root(copy, ACCOUNT), maxAttempts: 4 }).send(new ListBucketsCommand({}));
    expect(results("ListBuckets").slice(before)).toEqual(["SlowDown", "SlowDown", "ok"]);
    expect(await faults.list()).toMatchObject([{ met: 2, held: 0 }]);
  });

  it("comes instead of the effect, or after it", async () => {
    const ec2 = new EC2Client(once());
    const volumes = async () => (await ec2.send(new DescribeVolumesCommand({}))).Volumes?.length ?? 0;
    const create = () => ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 })).catch((error: Error) => error.name);
    const before = await volumes();
    await faults.add({ service: "ec2", operation: "CreateVolume", error: "internal", times: 1 });
    expect([await create(), (await volumes()) - before]).toEqual(["InternalError", 0]);
    await faults.add({ service: "ec2", operation: "CreateVolume", error: "internal", times: 1, after: true });
    expect([await create(), (await volumes()) - before]).toEqual(["InternalError", 1]);
  });
});

describe("a fault meets", () => {
  it("the resource, account and role that it names, and no other call", async () => {
    const s3 = new S3Client(once());
    for (const Bucket of ["faults-one", "faults-two"]) await s3.send(new CreateBucketCommand({ Bucket }));
    await makeRole(copy, ACCOUNT, "lists", "s3:ListBucket");
    const { Credentials } = await new STSClient(once()).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/lists`, RoleSessionName: "x" }));
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    const role = new S3Client({ ...once(), credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } });
    const fault: Fault = { service: "s3", iamAction: "s3:ListBucket", resource: "arn:aws:s3:::faults-one", role: "lists", account: ACCOUNT, error: "internal" };
    const listed = (client: S3Client, Bucket: string) =>
      client.send(new ListObjectsV2Command({ Bucket })).then(
        () => "ok",
        (error: Error) => error.name,
      );
    await faults.add(fault);
    expect([await listed(role, "faults-one"), await listed(role, "faults-two"), await listed(s3, "faults-one")]).toEqual(["InternalError", "ok", "ok"]);
    await faults.clear();
    for (const other of [{ account: "222222222222" }, { role: "list" }, { operation: "ListObjects" }]) await faults.add({ ...fault, ...other });
    expect(await listed(role, "faults-one")).toBe("ok");
  });

  it("a call whose body it has to read, and lets the others through whole", async () => {
    await faults.add({ service: "dynamodb", operation: "ListTables", error: "throttled" });
    const s3 = new S3Client(once());
    await s3.send(new PutObjectCommand({ Bucket: "faults-one", Key: "k", Body: Buffer.alloc(3_000_000, "x") }));
    expect((await s3.send(new ListObjectsV2Command({ Bucket: "faults-one" }))).Contents).toMatchObject([{ Key: "k", Size: 3_000_000 }]);
  });
});

describe("a call that is held", () => {
  it("waits before its effect, others go on meanwhile, and it is done when it is let go", async () => {
    await faults.add({ service: "s3", operation: "CreateBucket", hold: true });
    const s3 = new S3Client(once());
    let isDone = false;
    const making = s3.send(new CreateBucketCommand({ Bucket: "faults-held" })).then(() => {
      isDone = true;
    });
    await waiting();
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).not.toContain("faults-held");
    expect([isDone, await faults.list()]).toMatchObject([false, [{ met: 1, held: 1 }]]);
    expect(await faults.release()).toMatchObject([{ met: 1 }]);
    await making;
    await s3.send(new CreateBucketCommand({ Bucket: "faults-not-held" }));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(expect.arrayContaining(["faults-held", "faults-not-held"]));
    expect(await faults.list()).toMatchObject([{ met: 1, held: 0 }]);
  });

  it("and whose caller gives up takes no effect", async () => {
    await faults.add({ service: "s3", operation: "CreateBucket", hold: true });
    const abort = new AbortController();
    const making = new S3Client(once()).send(new CreateBucketCommand({ Bucket: "faults-given-up" }), { abortSignal: abort.signal });
    await waiting();
    abort.abort();
    await expect(making).rejects.toMatchObject({ name: "AbortError" });
    await vi.waitUntil(async () => (await faults.list()).every(({ held }) => held === 0), { timeout: 10_000, interval: 20 });
    await faults.release();
    expect((await new S3Client(once()).send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).not.toContain("faults-given-up");
    expect(results("CreateBucket").at(-1)).toBe("ConnectionLost");
  });
});

describe("the control of faults", () => {
  it.each<[string, unknown, string]>([
    ["no JSON", "{", "Expecting"],
    ["a list", [], "a fault is an object"],
    ["another key", { service: "s3", operation: "ListBuckets", error: "throttled", delay: 1 }, "a fault is an object"],
    ["an unknown service", { service: "sqs", operation: "ListQueues", error: "throttled" }, "service: one of"],
    ["an unknown error", { service: "s3", operation: "ListBuckets", error: "SlowDown" }, "either hold, or error"],
    ["neither error nor hold", { service: "s3", operation: "ListBuckets" }, "either hold, or error"],
    ["both", { service: "s3", operation: "ListBuckets", error: "throttled", hold: true }, "either hold, or error"],
    ["no times", { service: "s3", operation: "ListBuckets", error: "throttled", times: 0 }, "times:"],
    ["a held call after its effect", { service: "s3", operation: "ListBuckets", hold: true, after: true }, "after:"],
    ["a whole service", { service: "s3", error: "throttled" }, "at least"],
  ])("refuses %s", async (_, body, said) => {
    const answer = await fetch(`${copy.endpoint}/_coworker/faults`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(said)]);
    expect(await faults.list()).toEqual([]);
  });

  it("is for a terminal too, with faults from a file", async () => {
    const file = join(copy.folder, "faults.json");
    const text = (more: { add?: string; clear?: boolean } = {}) => faultsText(copy, { add: undefined, release: false, clear: false, ...more });
    writeFileSync(file, JSON.stringify([{ service: "s3", operation: "ListBuckets", error: "throttled", times: 3 }]));
    expect(await text({ add: file })).toMatch(/s3 +ListBuckets .* throttled +0 of 3 +0/);
    await expect(new S3Client(once()).send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: "SlowDown" });
    expect(await text()).toMatch(/throttled +1 of 3/);
    writeFileSync(file, JSON.stringify({ service: "s3", operation: "ListBuckets", error: "slow" }));
    await expect(text({ add: file })).rejects.toThrow(/faults.json holds no faults/);
    await expect(text({ add: join(copy.folder, "nothing") })).rejects.toThrow(/there is no such file/);
    expect(await text({ clear: true })).toBe("no faults");
  });

  it("is no AWS call, and a reset takes all faults away", async () => {
    await faults.add({ service: "s3", operation: "ListBuckets", error: "throttled" });
    expect(readCalls(copy).filter(({ resource, operation }) => `${resource} ${operation}`.includes("_coworker"))).toEqual([]);
    await emptyCopy(copy);
    expect(await faults.list()).toEqual([]);
    await new S3Client(once()).send(new ListBucketsCommand({}));
    expect(results("ListBuckets")).toEqual(["ok"]);
  });
});
