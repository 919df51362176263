import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { MUTABLE_SERVICES, type MutableService } from "../../../config/catalog/services.ts";
import { ec2Mutation } from "../../../functions/mutation/ec2.ts";
import { iamMutation } from "../../../functions/mutation/iam.ts";
import { lambdaMutation } from "../../../functions/mutation/lambda.ts";
import { s3Mutation } from "../../../functions/mutation/s3.ts";
import type { MutationService } from "../../../functions/mutation/service.ts";
import { ACCOUNT, REGION, SAMPLES } from "../../config/catalog/write-samples.ts";
import { type Answer, type Endpoint, endpoint } from "../discovery/aws-endpoint.ts";

const SERVICES: Readonly<Record<MutableService, MutationService>> = { ec2: ec2Mutation, s3: s3Mutation, iam: iamMutation, lambda: lambdaMutation };
const context = { account: ACCOUNT, region: REGION, clientToken: "token-0123456789" };
const connect = (service: MutableService) =>
  SERVICES[service].connect({ region: REGION, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" }, userAgent: "req-1" });

const open: Endpoint[] = [];
async function awsThatAnswers(...answers: readonly [Answer, ...Answer[]]): Promise<Endpoint> {
  const aws = await endpoint(...answers);
  open.push(aws);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  return aws;
}
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((aws) => aws.close()));
});

/** Every value in an input, and the name of every switch: what the SDK does not know it leaves out in silence. */
function leaves(value: unknown, name = ""): string[] {
  if (typeof value === "boolean") return [`${name.toLowerCase()}`];
  if (typeof value !== "object" || value === null) return value === undefined ? [] : [String(value)];
  return Object.entries(value).flatMap(([field, inner]) => leaves(inner, Array.isArray(value) ? name : field));
}

const calls = MUTABLE_SERVICES.flatMap((service) =>
  Object.entries(CATALOG[service].writes ?? {}).flatMap(([operation, { calls, compensate = [] }]) =>
    [...calls, ...compensate].map((call) => ({ service, call, name: `${service}.${operation} → ${call.command}`, given: SAMPLES[service][operation]!.input })),
  ),
);

it.each(MUTABLE_SERVICES)("%s is built on the registered catalog and sends no other command", async (service) => {
  const aws = await awsThatAnswers({ status: 200, body: "" });
  expect(SERVICES[service].definition).toBe(CATALOG[service]);
  for (const name of ["PutObject", "DeleteFunction", "CreateUser", "toString", "__proto__"])
    await expect(connect(service).send(name, {}), name).rejects.toThrow(`${service} has no write that sends ${name}`);
  expect(aws.asked).toEqual([]);
});

describe.each(calls)("$name", ({ service, call, given }) => {
  it("puts everything of its input on the wire", async () => {
    const aws = await awsThatAnswers({ status: 200, body: service === "lambda" ? "{}" : "<Response/>" });
    const input = call.input(given, context);
    await connect(service).send(call.command, input);
    const [asked] = aws.asked;
    const wire = decodeURIComponent(`${asked?.url} ${JSON.stringify(asked?.headers)} ${asked?.body}`.replaceAll("+", " "));
    expect(leaves(input).filter((value) => !wire.includes(value) && !wire.toLowerCase().includes(value.toLowerCase()))).toEqual([]);
    expect(asked?.headers["user-agent"]).toContain("req-1");
  });
});

describe("a 500", () => {
  const failing = { status: 500, body: "<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>" };
  const attempts = async (service: MutableService, operation: string) => {
    const aws = await awsThatAnswers(failing);
    const call = CATALOG[service].writes![operation]!.calls[0];
    await expect(connect(service).send(call.command, call.input(SAMPLES[service][operation]!.input, context))).rejects.toThrow();
    return aws.asked.length;
  };

  it("is tried again where a second call has no second effect, and never where it could have one", async () => {
    expect(await attempts("s3", "PutPublicAccessBlock")).toBe(4);
    expect(await attempts("ec2", "RunInstances")).toBe(4);
    expect(await attempts("ec2", "CreateSnapshot")).toBe(1);
  });
});
