import { readFileSync } from "node:fs";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateFunctionCommand, GetFunctionConcurrencyCommand, InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RecordedCall, readCalls } from "../../../infra/local/calls.ts";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { makeRole, remove, root, startedCopy } from "./set-up.ts";

const HUB = "111111111111";
const MEMBER = "222222222222";
let copy: LocalCopy;

beforeAll(async () => {
  process.env.PERSONS_SECRET = "must not reach a function";
  copy = await startedCopy();
}, 60_000);
afterAll(async () => {
  delete process.env.PERSONS_SECRET;
  await remove(copy);
});

/** The calls that `work` made: a call's line is there before its caller has the answer. */
async function recorded(work: () => Promise<unknown>): Promise<RecordedCall[]> {
  const before = readCalls(copy).length;
  await work();
  return readCalls(copy).slice(before);
}

/** A client's settings with a session of a role of the hub account. */
async function session(role: string) {
  const { Credentials } = await new STSClient(root(copy, HUB)).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${HUB}:role/${role}`, RoleSessionName: "test" }),
  );
  return {
    ...root(copy, HUB),
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! },
  };
}

const refused = (code: string) => (error: Error) => expect(error.name).toBe(code);

describe("a call by an account's root", () => {
  it("names principal, operation, IAM action, resource, region and the caller's app", async () => {
    const s3 = new S3Client({ ...root(copy, HUB, "eu-west-1"), userAgentAppId: "req-7" });
    const [made, listed] = await recorded(async () => {
      await s3.send(new CreateBucketCommand({ Bucket: "recorder-one", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
      await s3.send(new ListBucketsCommand({}));
    });
    expect(made).toMatchObject({
      kind: "call",
      principal: `arn:aws:iam::${HUB}:root`,
      service: "s3",
      operation: "CreateBucket",
      resource: "arn:aws:s3:::recorder-one",
      account: HUB,
      region: "eu-west-1",
      status: 200,
      result: "ok",
      appId: "req-7",
    });
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
    await makeRole(copy, MEMBER, "reader", "s3:ListAllMyBuckets", HUB);
    const calls = await recorded(async () => {
      const { Credentials } = await new STSClient(root(copy, HUB)).send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${MEMBER}:role/reader`, RoleSessionName: "worker" }),
      );
      const session = {
        ...root(copy, MEMBER),
        credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! },
      };
      await new S3Client(session).send(new ListBucketsCommand({}));
      await new EC2Client(session).send(new DescribeInstancesCommand({})).catch(refused("UnauthorizedOperation"));
    });
    const principal = `arn:aws:sts::${MEMBER}:assumed-role/reader/worker`;
    expect(calls).toMatchObject([
      { principal: `arn:aws:iam::${HUB}:root`, operation: "AssumeRole", resource: `arn:aws:iam::${MEMBER}:role/reader`, result: "ok" },
      { principal, operation: "ListBuckets", account: MEMBER, status: 200, result: "ok" },
      {
        principal,
        service: "ec2",
        operation: "DescribeInstances",
        iamAction: "ec2:DescribeInstances",
        account: MEMBER,
        status: 403,
        result: "UnauthorizedOperation",
      },
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
    await makeRole(copy, HUB, "looks-around", "s3:ListAllMyBuckets");
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
    expect(seen?.env).toMatchObject({ AWS_ENDPOINT_URL: `https://127.0.0.1:${copy.tlsPort}`, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: copy.modelEndpoint });
    expect(seen?.env.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(seen?.env).not.toHaveProperty("PERSONS_SECRET");
  });
});

describe("a bucket that asks for TLS", () => {
  it("refuses a role over plain HTTP and takes a function, which comes over TLS", async () => {
    const Bucket = "recorder-tls";
    const s3 = new S3Client(root(copy, HUB));
    await s3.send(new CreateBucketCommand({ Bucket }));
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) }));
    await makeRole(copy, HUB, "s3-all", "s3:*");

    const lambda = new LambdaClient(root(copy, HUB));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "reads-bucket",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${HUB}:role/s3-all`,
        Code: { ZipFile: zipOf("index.mjs", READS_BUCKET) },
      }),
    );
    const calls = await recorded(async () => {
      await new S3Client(await session("s3-all")).send(new GetBucketPolicyCommand({ Bucket })).catch(refused("AccessDenied"));
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "reads-bucket", Payload: Buffer.from(JSON.stringify({ Bucket })) }));
      expect(Buffer.from(Payload!).toString()).toBe("200");
    });
    expect(calls.filter(({ operation }) => operation === "GetBucketPolicy").map(({ principal, result }) => `${principal} ${result}`)).toEqual([
      `arn:aws:sts::${HUB}:assumed-role/s3-all/test AccessDenied`,
      `arn:aws:sts::${HUB}:assumed-role/s3-all/reads-bucket ok`,
    ]);
  });
});

/** Signs with nothing but Node: a function of the tests has no packages. */
const READS_BUCKET = String.raw`
import { createHash, createHmac } from "node:crypto";
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const sha = (text) => createHash("sha256").update(text).digest("hex");
export const handler = async ({ Bucket }) => {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token, AWS_ENDPOINT_URL: endpoint } = process.env;
  const url = new URL("/" + Bucket + "?policy=", endpoint);
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = time.slice(0, 8) + "/us-east-1/s3/aws4_request";
  const signed = "host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
  const canonical = ["GET", url.pathname, "policy=", "host:" + url.host, "x-amz-content-sha256:" + sha(""), "x-amz-date:" + time, "x-amz-security-token:" + token, "", signed, sha("")].join("\n");
  const key = scope.split("/").reduce((last, part) => hmac(last, part), "AWS4" + secret);
  const signature = createHmac("sha256", key).update(["AWS4-HMAC-SHA256", time, scope, sha(canonical)].join("\n")).digest("hex");
  const headers = { "x-amz-content-sha256": sha(""), "x-amz-date": time, "x-amz-security-token": token, authorization: "AWS4-HMAC-SHA256 Credential=" + id + "/" + scope + ", SignedHeaders=" + signed + ", Signature=" + signature };
  return (await fetch(url, { headers })).status;
};`;

it("keeps no key, secret, token, query value or body in its file", async () => {
  const settings = await session("s3-all");
  await recorded(() => new S3Client(settings).send(new PutObjectCommand({ Bucket: "recorder-two", Key: "k", Body: "body-secret" })));
  const file = readFileSync(copy.files.calls, "utf8");
  expect(file).toContain("arn:aws:s3:::recorder-two/k");
  const { accessKeyId, secretAccessKey, sessionToken } = settings.credentials;
  for (const secret of [accessKeyId, secretAccessKey, sessionToken, "AKIAABCDEFGHIJKLMNOP", "query-secret", "body-secret"]) expect(file).not.toContain(secret);
});

describe("what the emulator gets wrong is corrected", () => {
  it("reading a function's concurrency needs the read's action, not the write's", async () => {
    await makeRole(copy, HUB, "concurrency-reader", "lambda:GetFunctionConcurrency");
    const lambda = new LambdaClient(await session("concurrency-reader"));
    const input = { FunctionName: "recorder-nothing" };
    const calls = await recorded(async () => {
      await lambda.send(new GetFunctionConcurrencyCommand(input)).then(() => expect.fail("there is no such function"), refused("ResourceNotFoundException"));
      await lambda
        .send(new PutFunctionConcurrencyCommand({ ...input, ReservedConcurrentExecutions: 1 }))
        .then(() => expect.fail("was allowed"), refused("AccessDeniedException"));
    });
    expect(calls.map(({ iamAction }) => iamAction)).toEqual(["lambda:GetFunctionConcurrency", "lambda:PutFunctionConcurrency"]);
  });
});
