import { describe, expect, it } from "vitest";
import { assumeOwnRole, type Sts } from "../../../functions/discovery/identity.ts";
import { named } from "../shared/fake-model.ts";
import { REQUEST_ID, SANDBOX } from "../shared/samples.ts";
import { ROLE } from "./fake-service.ts";

const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" };
const own = `arn:aws:sts::${SANDBOX}:assumed-role/aws-coworker-discovery-s3/${REQUEST_ID}`;
const request = { account: SANDBOX, worker: "discovery-s3", role: ROLE, externalId: "external-1", requestId: REQUEST_ID, region: "us-east-1" };

async function enter(assumed: unknown, identity: unknown = own) {
  const calls: unknown[][] = [];
  const answer = <T>(value: unknown): T => {
    if (value instanceof Error) throw value;
    return value as T;
  };
  const sts: Sts = {
    assume: async (...given) => {
      calls.push(["assume", ...given]);
      return answer(assumed);
    },
    whoAmI: async () => {
      calls.push(["whoAmI"]);
      return answer(identity);
    },
  };
  return { ...(await assumeOwnRole(request, sts)), calls };
}

describe("a worker's own role", () => {
  it("is assumed with the registered external id and confirmed by GetCallerIdentity", async () => {
    const { resolution, outcome, calls } = await enter(credentials);
    expect(resolution).toEqual({ account: SANDBOX, worker: "discovery-s3", scopedRole: ROLE, exists: "yes", using: own });
    expect(outcome).toEqual({ credentials });
    expect(calls).toEqual([["assume", `arn:aws:iam::${SANDBOX}:role/${ROLE}`, "external-1", REQUEST_ID], ["whoAmI"]]);
  });

  it.each([
    ["AccessDenied", "refused"],
    ["NoSuchEntity", "no"],
  ])("that answers %s is a failure report after one attempt; nothing else is tried", async (code, exists) => {
    const { resolution, outcome, calls } = await enter(named(code));
    expect(calls.map(([call]) => call)).toEqual(["assume"]);
    expect(resolution).toMatchObject({ exists, using: "nothing" });
    expect(outcome).toEqual({
      failure: expect.objectContaining({
        operation: "AssumeRole",
        account: SANDBOX,
        role: ROLE,
        errorCode: code,
        access: expect.stringMatching(/missing in account \d+ or refused this worker.*deploy the member stack.*No other role was tried/),
      }),
    });
  });

  it.each([
    ["Throttling", /allowed but AWS throttled it/],
    ["InternalFailure", /None known to be missing/],
  ])("of which %s says nothing is not told as missing", async (code, access) => {
    const { resolution, outcome } = await enter(named(code));
    expect(resolution).toMatchObject({ exists: "unverified", using: "nothing" });
    expect(outcome).toEqual({ failure: expect.objectContaining({ operation: "AssumeRole", errorCode: code, access: expect.stringMatching(access) }) });
  });

  it.each([
    ["another account", `arn:aws:sts::999999999999:assumed-role/aws-coworker-discovery-s3/x`],
    ["another role", `arn:aws:sts::${SANDBOX}:assumed-role/Admin/x`],
    ["a role whose name begins alike", `arn:aws:sts::${SANDBOX}:assumed-role/aws-coworker-discovery-s3-admin/x`],
    ["a user", `arn:aws:iam::${SANDBOX}:user/aws-coworker-discovery-s3`],
    ["nothing", ""],
  ])("is not trusted when the caller turns out to be %s", async (_, arn) => {
    const { resolution, outcome } = await enter(credentials, arn);
    expect(resolution).toMatchObject({ exists: "refused", using: "nothing" });
    expect(outcome).toEqual({ failure: expect.objectContaining({ operation: "GetCallerIdentity", errorCode: "IdentityMismatch" }) });
  });

  it("that can't say who it is gives no credentials", async () => {
    expect((await enter(credentials, named("ExpiredToken"))).outcome).toEqual({
      failure: expect.objectContaining({ operation: "GetCallerIdentity", errorCode: "ExpiredToken" }),
    });
  });
});
