import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { cloudtrailService } from "../../../functions/discovery/cloudtrail.ts";
import { ec2Service } from "../../../functions/discovery/ec2.ts";
import { iamService } from "../../../functions/discovery/iam.ts";
import { lambdaService } from "../../../functions/discovery/lambda.ts";
import { s3Service } from "../../../functions/discovery/s3.ts";
import type { DiscoveryService } from "../../../functions/discovery/service.ts";
import { type Answer, type Endpoint, endpoint } from "./aws-endpoint.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
const userAgent = "req-0123456789abcdef0123456789abcdef";
const connect = (service: DiscoveryService) => service.connect({ region: "eu-west-1", credentials, userAgent });

const OWNER = { ExpectedBucketOwner: "111122223333" };

const services = [
  { service: ec2Service, client: EC2Client },
  { service: s3Service, client: S3Client },
  { service: iamService, client: IAMClient },
  { service: lambdaService, client: LambdaClient },
  { service: cloudtrailService, client: CloudTrailClient },
];

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.each(services)("$service.definition.service", ({ service, client }) => {
  it("is built on the registered catalog", () => {
    expect(service.definition).toBe(CATALOG[service.definition.service]);
  });

  it("sends each operation as the SDK command of the same name", async () => {
    const send = vi.spyOn(client.prototype as { send(command: object): Promise<unknown> }, "send").mockResolvedValue({});
    const connected = connect(service);
    for (const operation of Object.keys(service.definition.reads)) {
      await connected.send(operation, service.definition.reads[operation]?.owner ? OWNER : {});
      expect(send.mock.lastCall?.[0].constructor.name).toBe(`${operation}Command`);
    }
  });

  it("sends nothing that is not in its catalog", async () => {
    const send = vi.spyOn(client.prototype as { send(command: object): Promise<unknown> }, "send").mockResolvedValue({});
    const connected = connect(service);
    for (const name of ["GetObject", "GetFunction", "DeleteBucket", "toString", "constructor", "__proto__"]) {
      await expect(connected.send(name, {}), name).rejects.toThrow(`${service.definition.service} has no read named ${name} in the catalog`);
    }
    const [first] = Object.keys(service.definition.reads);
    await expect(connected.send(first ?? "", { DryRun: true })).rejects.toThrow("DryRun is not an input of its catalog entry");
    expect(send).not.toHaveBeenCalled();
  });
});

it("follows a bucket to its own region", async () => {
  const send = vi.spyOn(S3Client.prototype as { send(command: object): Promise<unknown> }, "send").mockResolvedValue({});
  await connect(s3Service).send("GetBucketPolicy", { Bucket: "acme-logs", ...OWNER });
  expect(send.mock.contexts[0]).toMatchObject({ config: { followRegionRedirects: true } });
});

describe("what is sent of an input", () => {
  const sending = () => vi.spyOn(S3Client.prototype as { send(command: object): Promise<unknown> }, "send").mockResolvedValue({});

  it("has the form its catalog entry gives it", async () => {
    const send = sending();
    await connect(s3Service).send("GetBucketPolicy", { Bucket: "acme.logs-1", ...OWNER });
    expect(send.mock.lastCall?.[0]).toMatchObject({ input: { Bucket: "acme.logs-1", ExpectedBucketOwner: "111122223333" } });
  });

  it.each([
    "arn:aws:s3:eu-west-1:999999999999:accesspoint/evil",
    "arn:aws:s3::999999999999:accesspoint/evil.mrap",
    "a/b?policyStatus&x=",
    "../..",
    "x--use1-az4--x-s3",
    "evil-s3alias",
  ])("is nothing for the bucket %s", async (Bucket) => {
    const send = sending();
    await expect(connect(s3Service).send("GetBucketPolicy", { Bucket, ...OWNER })).rejects.toMatchObject({ name: "InputNotInCatalogForm" });
    expect(send).not.toHaveBeenCalled();
  });

  it.each([undefined, "", "12", "999999999999/"])("is nothing without the account that must own the bucket: %j", async (ExpectedBucketOwner) => {
    const send = sending();
    await expect(
      connect(s3Service).send("GetBucketPolicy", { Bucket: "acme-logs", ...(ExpectedBucketOwner === undefined ? {} : { ExpectedBucketOwner }) }),
    ).rejects.toThrow("must be the target's account id");
    expect(send).not.toHaveBeenCalled();
  });
});

it("ends a call that gets no answer, and does not only warn", async () => {
  const send = vi.spyOn(S3Client.prototype as { send(command: object): Promise<unknown> }, "send").mockResolvedValue({});
  await connect(s3Service).send("ListBuckets", {});
  const { requestHandler } = (send.mock.contexts[0] as S3Client).config;
  await expect((requestHandler as unknown as { configProvider: Promise<unknown> }).configProvider).resolves.toMatchObject({
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  });
});

describe("a call to AWS", () => {
  const throttled: Answer = {
    status: 503,
    body: "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow down.</Message></Error></Errors></Response>",
  };
  const vpcs: Answer = { status: 200, body: "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>" };
  let aws: Endpoint | undefined;

  beforeEach(() => {
    // The backoff's jitter: without it a retry comes at once.
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(async () => {
    await aws?.close();
  });
  const at = async (...answers: readonly [Answer, ...Answer[]]) => {
    aws = await endpoint(...answers);
    vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
    return aws;
  };

  it("names the request in its user agent, so that CloudTrail shows it", async () => {
    const { asked } = await at(vpcs);
    expect(await connect(ec2Service).send("DescribeVpcs", {})).toMatchObject({ Vpcs: [{ VpcId: "vpc-1" }] });
    expect(asked[0]?.headers["user-agent"]).toContain(userAgent);
  });

  it("is repeated when AWS throttles it", async () => {
    const { asked } = await at(throttled, throttled, vpcs);
    expect(await connect(ec2Service).send("DescribeVpcs", {})).toMatchObject({ Vpcs: [{ VpcId: "vpc-1" }] });
    expect(asked).toHaveLength(3);
  });

  it("ends after four attempts with the service's error", async () => {
    const { asked } = await at(throttled);
    await expect(connect(ec2Service).send("DescribeVpcs", {})).rejects.toMatchObject({ name: "RequestLimitExceeded" });
    expect(asked).toHaveLength(4);
  });

  it("is not repeated when AWS denies it", async () => {
    const { asked } = await at({
      status: 403,
      body: "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></Errors></Response>",
    });
    await expect(connect(ec2Service).send("DescribeVpcs", {})).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    expect(asked).toHaveLength(1);
  });

  it("sends what the catalog fixes, whatever the input says", async () => {
    const { asked } = await at({ status: 200, body: "<DescribeSnapshotsResponse/>" });
    await connect(ec2Service).send("DescribeSnapshots", { OwnerIds: ["amazon"] });
    expect(new URLSearchParams(asked[0]?.body).getAll("Owner.1")).toEqual(["self"]);
  });

  it("sends a time's ISO text as the date it names", async () => {
    const { asked } = await at({ status: 200, body: '{"Events":[]}' });
    await connect(cloudtrailService).send("LookupEvents", { StartTime: "2026-11-01T00:00:00Z", MaxResults: 50 });
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ StartTime: Date.UTC(2026, 10, 1) / 1000, MaxResults: 50 });
  });

  it.each([
    [s3Service, "GetBucketPolicy", { Bucket: "acme-logs", ...OWNER }, "<Error><Code>NoSuchBucketPolicy</Code><Message>none</Message></Error>"],
    [s3Service, "GetBucketTagging", { Bucket: "acme-logs", ...OWNER }, "<Error><Code>NoSuchTagSet</Code><Message>none</Message></Error>"],
    [
      s3Service,
      "GetPublicAccessBlock",
      { Bucket: "acme-logs", ...OWNER },
      "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code><Message>none</Message></Error>",
    ],
    [
      s3Service,
      "GetBucketEncryption",
      { Bucket: "acme-logs", ...OWNER },
      "<Error><Code>ServerSideEncryptionConfigurationNotFoundError</Code><Message>none</Message></Error>",
    ],
    [
      s3Service,
      "GetBucketLifecycleConfiguration",
      { Bucket: "acme-logs", ...OWNER },
      "<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>",
    ],
    [
      iamService,
      "GetLoginProfile",
      { UserName: "eve" },
      "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>",
    ],
    [
      iamService,
      "GetAccountPasswordPolicy",
      {},
      "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>",
    ],
    [lambdaService, "GetPolicy", { FunctionName: "f" }, '{"__type":"ResourceNotFoundException","Message":"none"}'],
    [lambdaService, "GetFunctionUrlConfig", { FunctionName: "f" }, '{"__type":"ResourceNotFoundException","Message":"none"}'],
  ])("fails with an error that the entry calls absent: %#", async (service, operation, input, body) => {
    await at({ status: 404, body });
    const name = await connect(service)
      .send(operation, input)
      .then(
        () => "nothing",
        (error: Error) => error.name,
      );
    expect(CATALOG[service.definition.service].reads[operation]?.absent).toContain(name);
  });
});
