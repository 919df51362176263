import { describe, expect, it } from "vitest";
import { type Attempt, failureOf, mergeFailures, shortened } from "../../../functions/discovery/failure.ts";
import { named } from "../shared/fake-model.ts";
import { SANDBOX } from "../shared/samples.ts";
import { ROLE } from "./fake-service.ts";

const attempt: Attempt = {
  operation: "GetBucketPolicy",
  account: SANDBOX,
  region: "global",
  role: ROLE,
  permissions: [{ action: "s3:GetBucketPolicy", resource: "arn:aws:s3:::*" }],
  resource: "arn:aws:s3:::mine",
};

describe("failureOf", () => {
  it.each(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"])(
    "of %s names operation, role, account and the access that is needed (D22)",
    (code) => {
      expect(failureOf(named(code, "not authorized"), attempt)).toEqual({
        operation: "GetBucketPolicy",
        account: SANDBOX,
        region: "global",
        role: ROLE,
        resource: "arn:aws:s3:::mine",
        errorCode: code,
        message: "not authorized",
        access: expect.stringMatching(new RegExp(`^s3:GetBucketPolicy for role ${ROLE} in account ${SANDBOX}`)),
        count: 1,
      });
    },
  );

  it.each(["ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"])(
    "of %s says that nothing is missing",
    (code) => {
      expect(failureOf(named(code), attempt).access).toMatch(/^None missing: .* throttled/);
    },
  );

  it("names an action once, on however many resources it is needed", () => {
    const [one] = attempt.permissions;
    const { access } = failureOf(named("AccessDenied"), { ...attempt, permissions: [one!, { ...one!, resource: "arn:aws:s3:::*/*" }] });
    expect(access.match(/s3:GetBucketPolicy/g)).toHaveLength(1);
  });

  it("of anything else does not claim a missing permission", () => {
    expect(failureOf(named("NoSuchBucket"), attempt).access).toMatch(/^None known to be missing/);
    expect(failureOf("thrown text", attempt)).toMatchObject({ errorCode: "UnknownError", message: "thrown text" });
  });

  it("hides every ARN but the resource asked for (C22)", () => {
    const { message } = failureOf(
      named(
        "AccessDenied",
        `User: arn:aws:sts::${SANDBOX}:assumed-role/x/y is not authorized to perform: s3:GetBucketPolicy on resource: "arn:aws:s3:::mine" because of arn:aws-us-gov:iam::1:policy/p`,
      ),
      attempt,
    );
    expect(message).toBe('User: [arn] is not authorized to perform: s3:GetBucketPolicy on resource: "arn:aws:s3:::mine" because of [arn]');
  });

  it("leaves a message whole for the secrets scan; shortened cuts it", () => {
    const failure = failureOf(named("E", "m".repeat(5000)), attempt);
    expect(failure.message).toHaveLength(5000);
    expect(shortened([failure, { ...failure, message: "short" }]).map(({ message }) => message)).toEqual(["m".repeat(500), "short"]);
  });
});

describe("mergeFailures", () => {
  it("counts what differs only in its resource, and nothing else", () => {
    const failure = (changes: Partial<Attempt> = {}, code = "AccessDenied") => failureOf(named(code), { ...attempt, ...changes });
    const merged = mergeFailures([
      failure(),
      failure({ resource: "other" }),
      failure({ operation: "GetBucketTagging" }),
      failure({ account: "1" }),
      failure({}, "SlowDown"),
    ]);
    expect(merged.map(({ operation, account, errorCode, count }) => [operation, account, errorCode, count])).toEqual([
      ["GetBucketPolicy", SANDBOX, "AccessDenied", 2],
      ["GetBucketTagging", SANDBOX, "AccessDenied", 1],
      ["GetBucketPolicy", "1", "AccessDenied", 1],
      ["GetBucketPolicy", SANDBOX, "SlowDown", 1],
    ]);
    expect(merged[0]?.resource).toBe("arn:aws:s3:::mine");
  });
});
