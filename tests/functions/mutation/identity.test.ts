import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { narrowStsOf, sourceIdentityOf } from "../../../functions/mutation/identity.ts";
import { type Endpoint, endpoint } from "../discovery/aws-endpoint.ts";
import { REQUEST_ID, SANDBOX } from "../shared/samples.ts";

const CREDENTIALS =
  "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken><Expiration>2026-11-22T10:15:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
const request = {
  role: `arn:aws:iam::${SANDBOX}:role/x`,
  externalId: "external-1",
  session: REQUEST_ID,
  sourceIdentity: sourceIdentityOf("arn:aws:iam::000000000000:user/bob"),
  tags: { CoworkerRequest: REQUEST_ID, PlanHash: "0".repeat(64) },
  policy: '{"Version":"2012-10-17","Statement":[]}',
};

describe("the narrowed session", () => {
  let sts: Endpoint;
  const before = { ...process.env };
  beforeAll(async () => {
    sts = await endpoint({ status: 200, body: CREDENTIALS });
    Object.assign(process.env, { AWS_ENDPOINT_URL_STS: sts.url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  });
  afterAll(async () => {
    for (const name of ["AWS_ENDPOINT_URL_STS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) delete process.env[name];
    Object.assign(process.env, before);
    await sts.close();
  });

  it("is asked for with session policy, external id, source identity, tags and the least duration", async () => {
    expect(await narrowStsOf("us-east-1").assume(request)).toEqual({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" });
    const asked = Object.fromEntries(new URLSearchParams(sts.asked[0]?.body));
    expect(asked).toMatchObject({
      Action: "AssumeRole",
      RoleArn: request.role,
      RoleSessionName: REQUEST_ID,
      ExternalId: "external-1",
      SourceIdentity: request.sourceIdentity,
      Policy: request.policy,
      DurationSeconds: "900",
      "Tags.member.1.Key": "CoworkerRequest",
      "Tags.member.2.Value": "0".repeat(64),
    });
  });

  it("names its approver by a hash that STS takes, another for each", () => {
    expect(request.sourceIdentity).toMatch(/^[\w+=,.@-]{2,64}$/);
    expect(sourceIdentityOf("arn:aws:iam::000000000000:user/eve")).not.toBe(request.sourceIdentity);
  });
});
