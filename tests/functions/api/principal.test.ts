import { describe, expect, it } from "vitest";
import { requesterOf } from "../../../functions/api/principal.ts";
import { proxyEvent } from "./fakes.ts";

const of = (caller: string | null) => requesterOf(proxyEvent({ caller }));

describe("the requester of a call", () => {
  it.each([
    ["arn:aws:sts::111122223333:assumed-role/Analyst/alice", "arn:aws:iam::111122223333:role/Analyst"],
    ["arn:aws:sts::111122223333:assumed-role/Analyst/bob", "arn:aws:iam::111122223333:role/Analyst"],
    [
      "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0a1b2c3d4e5f6071/alice@example.com",
      "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0a1b2c3d4e5f6071/alice@example.com",
    ],
    ["arn:aws:iam::111122223333:user/team/alice", "arn:aws:iam::111122223333:user/team/alice"],
    ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"],
    ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0a1b/alice", "arn:aws:iam::111122223333:role/AWSReservedSSO_ReadOnly_0a1b"],
    ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Mine/alice", "arn:aws:iam::111122223333:role/AWSReservedSSO_Mine"],
    ["arn:aws-us-gov:sts::111122223333:assumed-role/Analyst/alice", "arn:aws-us-gov:iam::111122223333:role/Analyst"],
  ])("%s is %s", (caller, requester) => {
    expect(of(caller)).toBe(requester);
  });

  it("a federated user, whose name is the caller's choice, is refused with what to do", () => {
    expect(() => of("arn:aws:sts::111122223333:federated-user/alice")).toThrow(
      expect.objectContaining({ code: "caller_unknown", message: expect.stringMatching(/IAM role or IAM user/) }),
    );
  });

  it.each([
    null,
    "",
    "alice",
    "arn:aws:iam::1:user/alice",
    "arn:aws:sts::111122223333:assumed-role/Analyst",
    "arn:aws:iam::111122223333:root\n",
    "arn:aws:s3:::bucket",
  ])("%j is nobody", (caller) => {
    expect(() => of(caller)).toThrow(expect.objectContaining({ code: "caller_unknown" }));
  });
});
