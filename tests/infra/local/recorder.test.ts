import { readFileSync } from "node:fs";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, DeletePublicAccessBlockCommand, GetBucketPolicyCommand, GetPublicAccessBlockCommand, HeadBucketCommand, ListBucketsCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCalls, type RecordedCall } from "../../../infra/local/calls.ts";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { remove, root, startedCopy } from "./set-up.ts";

const HUB = "111111111111";
const MEMBER = "222222222222";
let copy: LocalCopy;

beforeAll(async () => {
  process.env["PERSONS_SECRET"] = "must not reach a function";
  copy = await startedCopy();
}, 60_000);
afterAll(async () => {
  delete process.env["PERSONS_SECRET"];
  await remove(copy);
});

/** The calls that `work` made. Waits until the last one's line is there: it is written after the answer went out. */
async function recorded(work: () => Promise<unknown>): Promise<RecordedCall[]> {
  const before = readCalls(copy).length;
  await work();
  const marker = crypto.randomUUID();
  await new S3Client(root(copy, HUB)).send(new HeadBucketCommand({ Bucket: marker })).catch(() => undefined);
  await expect.poll(() => readCalls(copy).some((call) => call.resource.endsWith(marker))).toBe(true);
  return readCalls(copy).slice(before).filter((call) => !call.resource.endsWith(marker));
}
const refused = (code: string) => (error: Error) => expect(error.name).toBe(code);

describe("a call by an account's root", () => {
  it("names principal, operation, IAM action, resource, region and the caller's app", async () => {
    const s3 = new S3Client({ ...root(copy, HUB, "eu-west-1"), userAgentAppId: "req-7" });
    const [made, listed] = await recorded(async () => {
      await s3.send(new CreateBucketCommand({ Bucket: "recorder-one", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
      await s3.send(new ListBucketsCommand({}));
    });
    expect(made).toMatchObject({ kind: "call", principal: `arn:aws:iam::${HUB}:root`, service: "s3", operation: "CreateBucket", resource: "arn:aws:s3:::recorder-one", account: HUB, region: "eu-west-1", status: 200, result: "ok", appId: "req-7" });
    expect(listed).toMatchObject({ operation: "ListBuckets", iamAction: "s3:ListAllMyBuckets", result: "ok" });
  });

  it("tells operations apart that share a path, and a missing document from a denial", async () => {
    const s3 = new S3Client(root(copy, HUB));
    const Bucket = "recorder-two";
    const calls = await recorded(async () => {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await s3.send(new GetPublicAccessBlockCommand({ Bucket })).catch(refused("NoSuchPublicAccessBlockConfiguration"));
      await s3.send(new HeadBucketCommand({ Bucket: "recorder-absent" })).catch(refused("NotFound"));
    });
    expect(calls.map(({ operation, result }) => `${operation} ${result}`)).toEqual([
      "CreateBucket ok",
      "GetPublicAccessBlock ok",
      "DeletePublicAccessBlock ok",
      "GetPublicAccessBlock NoSuchPublicAccessBlockConfiguration",
      "HeadBucket HTTP404",
    ]);
  });
});

describe("a call by a role's session", () => {
  it("is recorded with the session's ARN, allowed and denied, in the account it worked in", async () => {
    const iam = new IAMClient(root(copy, MEMBER));
    await iam.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: "sts:AssumeRole" }] }) }));
    await iam.send(new PutRolePolicyCommand({ RoleName: "reader", PolicyName: "reads", PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }] }) }));
    const calls = await recorded(async () => {
      const { Credentials } = await new STSClient(root(copy, HUB)).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${MEMBER}:role/reader`, RoleSessionName: "worker" }));
      const session = { ...root(copy, MEMBER), credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! } };
      await new S3Client(session).send(new ListBucketsCommand({}));
      await new EC2Client(session).send(new DescribeInstancesCommand({})).catch(refused("UnauthorizedOperation"));
    });
    const principal = `arn:aws:sts::${MEMBER}:assumed-role/reader/worker`;
    expect(calls).toMatchObject([
      { principal: `arn:aws:iam::${HUB}:root`, operation: "AssumeRole", resource: `arn:aws:iam::${MEMBER}:role/reader`, result: "ok" },
      { principal, operation: "ListBuckets", account: MEMBER, status: 200, result: "ok" },
      { principal, service: "ec2", operation: "DescribeInstances", iamAction: "ec2:DescribeInstances", account: MEMBER, status: 403, result: "UnauthorizedOperation" },
    ]);
  });
});

describe("who can't be known", () => {
  it("is unknown with a key nobody has, anonymous without a signature, and nobody's health checks are recorded", async () => {
    const calls = await recorded(async () => {
      const stranger = new S3Client({ ...root(copy, HUB), credentials: { accessKeyId: "AKIAABCDEFGHIJKLMNOP", secretAccessKey: "x" } });
      await stranger.send(new ListBucketsCommand({})).catch(refused("InvalidAccessKeyId"));
      await fetch(`${copy.endpoint}/_aws/execute-api/nothere/v1/requests?token=query-secret`);
      await fetch(`${copy.endpoint}/_ministack/health`);
    });
    expect(calls).toMatchObject([
      { principal: "unknown", operation: "ListBuckets", status: 403, result: "InvalidAccessKeyId" },
      { principal: "anonymous", service: "execute-api", operation: "GET /requests", status: 404 },
    ]);
  });
});

describe("a Lambda function", () => {
  it("is recorded as an invocation, runs on Node 24 and sees nothing of the person's environment", async () => {
    const lambda = new LambdaClient(root(copy, HUB));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "looks-around",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${HUB}:role/looks-around`,
        Code: { ZipFile: zipOf("index.mjs", "export const handler = async () => ({ node: process.version, env: process.env });") },
      }),
    );
    let seen: { node: string; env: Record<string, string> } | undefined;
    const calls = await recorded(async () => {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "looks-around" }));
      seen = JSON.parse(Buffer.from(Payload!).toString());
    });
    expect(calls.map(({ kind, operation, resource, result }) => ({ kind, operation, resource, result }))).toEqual(
      ["invocation", "call"].map((kind) => ({ kind, operation: "Invoke", resource: `arn:aws:lambda:us-east-1:${HUB}:function:looks-around`, result: "ok" })),
    );
    expect(seen?.node).toMatch(/^v24\./);
    expect(seen?.env).toMatchObject({ AWS_ENDPOINT_URL: copy.endpoint, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: copy.modelEndpoint });
    expect(seen?.env["AWS_ACCESS_KEY_ID"]).toMatch(/^ASIA/);
    expect(seen?.env).not.toHaveProperty("PERSONS_SECRET");
  });
});

describe("a bucket that asks for TLS", () => {
  it("takes calls of the local AWS, which stands for TLS endpoints, and still denies what it denies", async () => {
    const s3 = new S3Client(root(copy, HUB));
    const Bucket = "recorder-tls";
    const iam = new IAMClient(root(copy, HUB));
    await s3.send(new CreateBucketCommand({ Bucket }));
    const deny = (Sid: string, Action: string, Condition?: object) => ({ Sid, Effect: "Deny", Principal: "*", Action, Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`], ...(Condition ? { Condition } : {}) });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [deny("Tls", "s3:*", { Bool: { "aws:SecureTransport": "false" } }), deny("Writes", "s3:PutObject")] }) }));
    await iam.send(new CreateRoleCommand({ RoleName: "s3-all", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: "sts:AssumeRole" }] }) }));
    await iam.send(new PutRolePolicyCommand({ RoleName: "s3-all", PolicyName: "all", PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }) }));
    const { Credentials } = await new STSClient(root(copy, HUB)).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${HUB}:role/s3-all`, RoleSessionName: "tls" }));
    const session = new S3Client({ ...root(copy, HUB), credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! } });
    expect((await session.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toContain("SecureTransport");
    await expect(session.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }))).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

it("keeps no key, secret, token, query value or body in its file", async () => {
  await recorded(async () => {
    const { Credentials } = await new STSClient(root(copy, HUB)).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${HUB}:role/s3-all`, RoleSessionName: "secrets" }));
    const session = { ...root(copy, HUB), credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! } };
    await new S3Client(session).send(new PutObjectCommand({ Bucket: "recorder-one", Key: "k", Body: "body-secret" }));
    const file = readFileSync(copy.files.calls, "utf8");
    expect(file).toContain("assumed-role/s3-all");
    for (const secret of [Credentials!.AccessKeyId!, Credentials!.SecretAccessKey!, Credentials!.SessionToken!, "AKIAABCDEFGHIJKLMNOP", "query-secret", "body-secret"]) expect(file).not.toContain(secret);
  });
});
