/** What the table says of an instance that a plan launches: of what the launch promises, not of what it leaves unsaid. */

import { describe, expect, it } from "vitest";
import { findWrite } from "../../../config/catalog/index.ts";
import { CLOSED_CHANGES } from "../../../config/changes.ts";
import { afterPlan, wellArchitected } from "../../../config/checks/index.ts";
import { ENVIRONMENT_RULES } from "../../../config/environments.ts";
import { TAG_RULES } from "../../../config/tags.ts";
import { SAMPLES } from "../catalog/write-samples.ts";

const LEVELS = Object.fromEntries(Object.entries(ENVIRONMENT_RULES).map(([name, { enforcement }]) => [name, enforcement])) as Parameters<
  typeof wellArchitected
>[1];
const PROFILE = "Instance profile instead of keys";
const ADDRESS = "No public IPv4 address";

function launched(change: object, found: object = {}) {
  const promised = findWrite("ec2", "RunInstances")!.promises({ ...SAMPLES.ec2.RunInstances!.input, ...change }, {});
  const state = afterPlan(afterPlan({}, [{ promised, image: {} }]), [{ promised: { DescribeInstances: { ...found } }, image: {} }]);
  const resource = { service: "ec2", entity: "instance", resource: "arn", environment: "production", created: true, before: {}, state } as const;
  const rows = wellArchitected([resource], LEVELS, { tags: TAG_RULES, changes: CLOSED_CHANGES });
  return { promised: promised.DescribeInstances ?? {}, of: (item: string) => rows.find((row) => row.item === item) };
}

describe("a launch", () => {
  it("passes with an instance profile, whose ARN is promised, and has the gap without one", () => {
    const profile = "arn:aws:iam::666666666666:instance-profile/web";
    const withOne = launched({ IamInstanceProfile: profile });
    expect(withOne.promised).toMatchObject({ "IamInstanceProfile.Arn": profile });
    expect(withOne.of(PROFILE)).toMatchObject({ status: "PASS", detail: profile });
    const without = launched({ IamInstanceProfile: undefined, InstanceRole: undefined });
    expect(without.promised).not.toHaveProperty("IamInstanceProfile.Arn");
    expect(without.of(PROFILE)).toMatchObject({ status: "BLOCKED", detail: "none" });
  });

  it("promises that it has no public IPv4 address, so one that it got all the same is found", () => {
    expect(launched({}).promised).toHaveProperty("PublicIpAddress", null);
    expect(launched({}).of(ADDRESS)?.status).toBe("PASS");
    expect(launched({}, { PublicIpAddress: "203.0.113.7" }).of(ADDRESS)).toMatchObject({ status: "BLOCKED", detail: "203.0.113.7" });
  });
});
