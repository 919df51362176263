import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import { trusts } from "../iam/evaluate.ts";
import { policySchema } from "../iam/policy.ts";
import { allowedActions } from "./actions.ts";
import { rolesOf } from "./roles.ts";
import { ALL } from "./synthesize.ts";
import { resourcesOf } from "./template.ts";

const keySchema = z.object({ KeySpec: z.string(), KeyUsage: z.string(), KeyPolicy: policySchema });

describe.each(ALL)("$name: the key that binds approvals", (assembly) => {
  const { hub, path, prefix } = assembly.settings.deployment;
  const [resource, ...more] = resourcesOf(assembly.templates, "AWS::KMS::Key");
  const { KeySpec, KeyUsage, KeyPolicy } = keySchema.parse(resource?.properties);
  /** A key policy names no resource but itself, so it is evaluated as a trust: who may do what with it. */
  const lets = (principal: string, action: string) => trusts(KeyPolicy, { principal, action });
  const role = (name: string, account = hub.account) => `arn:aws:iam::${account}:role${path}${prefix}-${name}`;

  test("is one, for MACs, under its alias", () => {
    expect(more).toEqual([]);
    expect({ KeySpec, KeyUsage }).toEqual({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    expect(resourcesOf(assembly.templates, "AWS::KMS::Alias").map(({ properties }) => properties)).toMatchObject([
      { AliasName: `alias/${prefix}-approvals`, TargetKeyId: expect.stringContaining(`key/${resource?.id}`) },
    ]);
  });

  test("lets only the approval API make a MAC, and only mutation workers check one: no administrator, whatever their own policy says", () => {
    expect(lets(role("api-approval"), "kms:GenerateMac")).toBe(true);
    expect(lets(role("api-approval"), "kms:VerifyMac")).toBe(false);
    for (const service of MUTABLE_SERVICES) {
      expect(lets(role(`mutation-${service}`), "kms:VerifyMac")).toBe(true);
      expect(lets(role(`mutation-${service}`), "kms:GenerateMac")).toBe(false);
    }
    for (const principal of [
      `arn:aws:iam::${hub.account}:root`,
      `arn:aws:iam::${hub.account}:role/Administrator`,
      `arn:aws:iam::${hub.account}:user/admin`,
      role("api-requests"),
      role("orchestrator"),
      role("discovery-s3"),
      `${role("api-approval")}-more`,
      role("api-approval").replace(path, "/"),
      role("api-approval", "999999999999"),
    ])
      expect([lets(principal, "kms:GenerateMac"), lets(principal, "kms:VerifyMac")], principal).toEqual([false, false]);
  });

  test("is kept by the hub's administrators, who can neither use it nor grant its use", () => {
    const administrator = `arn:aws:iam::${hub.account}:role/Administrator`;
    // Without these nobody could ever change the key: KMS refuses such a policy.
    for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DescribeKey"]) {
      expect(lets(administrator, action), action).toBe(true);
      expect(lets("arn:aws:iam::999999999999:role/Administrator", action), action).toBe(false);
    }
    expect(lets(administrator, "kms:CreateGrant")).toBe(false);
    const statements = KeyPolicy.Statement;
    expect(statements.map(({ Principal }) => Principal)).toEqual(statements.map(() => ({ AWS: [`arn:aws:iam::${hub.account}:root`] })));
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action?.includes("*"))).toEqual([]);
  });

  test("and among all roles the right to make MACs, check them or answer the machine is held by those alone", () => {
    const holders = (action: string) => rolesOf(assembly).filter(({ held, template }) => allowedActions(held, [template.account]).includes(action));
    const names = (action: string) => holders(action).map(({ name, template }) => `${template.place} ${name}`);
    expect(names("kms:GenerateMac")).toEqual(["hub api-approval"]);
    expect(names("kms:VerifyMac").sort()).toEqual(MUTABLE_SERVICES.map((service) => `hub mutation-${service}`).sort());
    expect(names("states:SendTaskSuccess")).toEqual(["hub api-approval"]);
    expect([...names("states:SendTaskFailure"), ...names("states:SendTaskHeartbeat")]).toEqual([]);
    expect(names("lambda:PutFunctionConcurrency").filter((name) => name.startsWith("hub api-"))).toEqual(["hub api-halt"]);
    expect(names("states:StartExecution")).toEqual(["hub api-requests"]);
  });
});
