import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { bedrockInvoke } from "../../../functions/shared/bedrock.ts";
import { type Answer, type Endpoint, endpoint } from "../discovery/aws-endpoint.ts";

let aws: Endpoint | undefined;
beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  // The backoff's jitter: without it a retry comes at once.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(async () => {
  await aws?.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
const at = async (...answers: readonly [Answer, ...Answer[]]) => {
  aws = await endpoint(...answers);
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", aws.url);
  return aws;
};

const throttled: Answer = { status: 429, body: '{"__type":"ThrottlingException","message":"Too many requests"}' };

it("asks again when the model is throttled, and gives its reply as it came", async () => {
  const { asked } = await at(throttled, { status: 200, body: '{"content":[]}' });
  expect(new TextDecoder().decode(await bedrockInvoke("us-east-1")("model", "{}"))).toBe('{"content":[]}');
  expect(asked).toHaveLength(2);
});

it("ends after four throttled attempts with the service's error", async () => {
  const { asked } = await at(throttled);
  await expect(bedrockInvoke("us-east-1")("model", "{}")).rejects.toMatchObject({ name: "ThrottlingException" });
  expect(asked).toHaveLength(4);
});

it("ends a call that gets no answer, and never pays for it twice", async () => {
  const { asked } = await at({ status: 200, body: "", silent: true });
  await expect(bedrockInvoke("us-east-1", 300)("model", "{}")).rejects.toMatchObject({
    name: "ModelDeadlineExceeded",
    message: expect.stringMatching(/no answer of model in 0.3 s/),
  });
  expect(asked).toHaveLength(1);
});
