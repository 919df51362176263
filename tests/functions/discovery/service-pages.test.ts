/** The catalog's pagination against the SDK's own paginators. */
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { SERVICES } from "../../../config/catalog/services.ts";

type Paginator = (configuration: { client: unknown; pageSize?: number }, input: object) => AsyncGenerator<unknown>;
type Sent = { input: Record<string, unknown> };

const sdk: Record<string, Record<string, unknown>> = { ec2, s3, iam, lambda, cloudtrail };
const clients = { ec2: ec2.EC2Client, s3: s3.S3Client, iam: iam.IAMClient, lambda: lambda.LambdaClient, cloudtrail: cloudtrail.CloudTrailClient };
const reads = SERVICES.flatMap((service) =>
  Object.entries(CATALOG[service].reads).map(([operation, read]) => ({ service, operation, read, name: `${service}.${operation}` })),
);
const paginated = reads.filter(({ read }) => read.paginate);

/** AWS service quotas and API references: the largest page an operation gives. */
const LARGEST: Readonly<Record<string, number>> = {
  "lambda.ListFunctions": 50,
  "cloudtrail.LookupEvents": 50,
  "ec2.DescribeRouteTables": 100,
  "ec2.DescribeVolumes": 500,
};

afterEach(() => {
  vi.restoreAllMocks();
});

it.each(reads)("$name has pages exactly if the SDK has", ({ service, operation, read }) => {
  expect(read.paginate !== undefined).toBe(`paginate${operation}` in (sdk[service] ?? {}));
});

describe.each(paginated)("$name", ({ service, operation, read, name }) => {
  it("goes on by the fields that the SDK's paginator uses", async () => {
    const { paginate } = read;
    const Client = clients[service];
    const send = vi
      .spyOn(Client.prototype as { send(command: Sent): Promise<unknown> }, "send")
      .mockResolvedValueOnce({ [paginate?.response ?? ""]: "second", IsTruncated: true })
      .mockResolvedValueOnce({});
    const pages = sdk[service]?.[`paginate${operation}`] as Paginator;
    for await (const _ of pages({ client: new Client({ region: "eu-west-1" }), pageSize: 7 }, {}));
    expect(send).toHaveBeenCalledTimes(2);
    const [first, second] = send.mock.calls.map(([command]) => command.input);
    expect(first?.[paginate?.limit?.field ?? ""]).toBe(7);
    expect(second?.[paginate?.request ?? ""]).toBe("second");
  });

  it("asks for pages no larger than AWS gives, and bounds every read", () => {
    expect(read.paginate?.limit?.value).toBe(LARGEST[name] ?? 1000);
    expect(read.paginate?.maxItems).toBe(name === "cloudtrail.LookupEvents" ? 1000 : 10_000);
  });
});
