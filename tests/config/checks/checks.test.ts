import { describe, expect, test } from "vitest";
import type { Environment } from "../../../config/accounts.ts";
import { findWrite } from "../../../config/catalog/index.ts";
import type { MutableService } from "../../../config/catalog/services.ts";
import type { State } from "../../../config/catalog/write.ts";
import { CLOSED_CHANGES } from "../../../config/changes.ts";
import { afterPlan, CHECKS, type CheckedResource, statusOf, wellArchitected } from "../../../config/checks/index.ts";
import { ENFORCEMENT_LEVELS, ENVIRONMENT_RULES, SEVERITIES } from "../../../config/environments.ts";
import { TAG_RULES } from "../../../config/tags.ts";
import { ALL_TAGS } from "./flip.ts";

const LEVELS = Object.fromEntries(Object.entries(ENVIRONMENT_RULES).map(([name, rule]) => [name, rule.enforcement])) as Record<
  Environment,
  (typeof ENFORCEMENT_LEVELS)[number]
>;
function rows(service: MutableService, entity: string, state: State, more: Partial<CheckedResource> = {}) {
  return wellArchitected([{ service, entity, resource: "arn", environment: "sandbox", created: false, before: {}, state, ...more }], LEVELS, {
    tags: TAG_RULES,
    changes: CLOSED_CHANGES,
  });
}
function statusOfItem(item: string, ...rest: Parameters<typeof rows>) {
  const found = rows(...rest).find((row) => row.item === item);
  if (!found) throw new Error(`no row ${item}`);
  return found.status;
}

describe("the Well-Architected table", () => {
  test("a read that was not possible is a gap, and says so", () => {
    const [row] = rows("s3", "bucket", {});
    expect(row).toMatchObject({ item: "Block Public Access, all four flags", status: "REMEDIATE", severity: "critical" });
    expect(row?.detail).toContain("not readable");
  });

  test("what AWS gives a new resource is no gap (B19)", () => {
    const made = rows("s3", "bucket", {}, { created: true });
    expect(made.find(({ item }) => item.startsWith("No wildcard"))?.status).toBe("PASS");
    expect(made.find(({ item }) => item === "Default encryption")?.status).toBe("PASS");
    expect(made.find(({ item }) => item === "Governance tags")?.status).not.toBe("PASS");
  });

  test("a new bucket leaves production one gap, which is nobody's here to close; without a log bucket two", () => {
    const open = (more: object) => {
      const input = { Bucket: "b-1", SSEAlgorithm: "AES256", Tags: ALL_TAGS, ...more };
      const state = afterPlan({}, [{ promised: findWrite("s3", "CreateBucket")?.promises(input, {}) ?? {}, image: {} }]);
      return rows("s3", "bucket", state, { created: true, environment: "production" }).filter(({ status }) => status !== "PASS");
    };
    expect(open({ LogBucket: "acme-access-logs" })).toMatchObject([{ item: "MFA Delete", status: "BLOCKED", exit: "manual" }]);
    expect(open({}).map(({ item, exit }) => [item, exit])).toEqual([
      ["Access logging to another bucket", "step"],
      ["MFA Delete", "manual"],
    ]);
  });

  test("tiers are cumulative, sandbox adds nothing, and test has development's (Y-06)", () => {
    const items = (environment: Environment) => rows("s3", "bucket", {}, { environment }).map(({ item }) => item);
    expect(items("sandbox")).not.toContain("Versioning");
    expect(items("development")).toContain("Versioning");
    expect(items("test")).toEqual(items("development"));
    expect(items("staging")).toEqual(expect.arrayContaining(items("development")));
    expect(items("production")).toEqual(expect.arrayContaining(items("staging")));
    expect(items("unknown")).toEqual(items("production"));
  });

  test("the same severity has the same status at one level, whatever the item (N11)", () => {
    for (const environment of ["sandbox", "development", "test", "staging", "production", "unknown"] as const) {
      const bySeverity = new Map<string, Set<string>>();
      for (const { service, entity } of CHECKS) {
        for (const row of rows(service, entity, {}, { environment, created: true })) {
          if (row.status !== "PASS") bySeverity.set(row.severity, (bySeverity.get(row.severity) ?? new Set()).add(row.status));
        }
      }
      for (const statuses of bySeverity.values()) expect(statuses.size).toBe(1);
    }
  });

  test("a gap that the plan makes is blocked where the level blocks; one that was there before is told", () => {
    const open = {
      DescribeSecurityGroupRules: [{ SecurityGroupRuleId: "sgr-1", IsEgress: false, CidrIpv4: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 22, ToPort: 22 }],
    };
    const item = "Nobody from the internet on shell and database ports";
    const staging = { environment: "staging" } as const;
    expect(statusOfItem(item, "ec2", "security group", open, { ...staging, before: { DescribeSecurityGroupRules: [] } })).toBe("BLOCKED");
    expect(statusOfItem(item, "ec2", "security group", open, { ...staging, before: open })).toBe("REMEDIATE");
  });

  test("a list loses the row that a step takes away, and keeps the others", () => {
    const row = (SecurityGroupRuleId: string) => ({ SecurityGroupRuleId, IsEgress: false });
    const before = { DescribeSecurityGroupRules: [row("sgr-1"), row("sgr-2")] };
    const lists = { DescribeSecurityGroupRules: "SecurityGroupRuleId" };
    const revoked = afterPlan(before, [{ promised: { DescribeSecurityGroupRules: null }, image: { DescribeSecurityGroupRules: [row("sgr-1")] } }], lists);
    expect(revoked.DescribeSecurityGroupRules).toEqual([row("sgr-2")]);
    const authorized = afterPlan(before, [{ promised: { DescribeSecurityGroupRules: { FromPort: 22 } }, image: { DescribeSecurityGroupRules: [] } }], lists);
    expect(authorized.DescribeSecurityGroupRules).toHaveLength(3);
  });

  test("strict blocks medium and above, enforce blocks all, the others block nothing (G14, Y-13)", () => {
    const blocked = ENFORCEMENT_LEVELS.map((level) => SEVERITIES.filter((severity) => statusOf(severity, level) === "BLOCKED"));
    expect(blocked).toEqual([[], [], ["critical", "high", "medium"], ["critical", "high", "medium", "low"]]);
  });

  test.each([
    [{ CidrIpv4: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 22, ToPort: 22 }, true],
    [{ CidrIpv6: "::/0", IpProtocol: "tcp", FromPort: 3000, ToPort: 4000 }, true],
    [{ CidrIpv4: "0.0.0.0/0", IpProtocol: "-1", FromPort: -1, ToPort: -1 }, true],
    [{ CidrIpv4: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 443, ToPort: 443 }, false],
    [{ CidrIpv4: "10.0.0.0/8", IpProtocol: "tcp", FromPort: 22, ToPort: 22 }, false],
  ])("a security group's rule %o is a gap: %s", (rule, isGap) => {
    const state = { DescribeSecurityGroupRules: [{ IsEgress: false, ...rule }] };
    expect(statusOfItem("Nobody from the internet on shell and database ports", "ec2", "security group", state) !== "PASS").toBe(isGap);
  });

  test("a role with a full-access policy is critical, one with a policy for its job is not", () => {
    const attached = (PolicyArn: string) => ({ ListAttachedRolePolicies: [{ PolicyArn }] });
    const item = "No full-access policy attached";
    expect(statusOfItem(item, "iam", "role", attached("arn:aws:iam::aws:policy/AmazonBedrockFullAccess"))).toBe("REMEDIATE");
    expect(statusOfItem(item, "iam", "role", attached("arn:aws:iam::aws:policy/AdministratorAccess"))).toBe("REMEDIATE");
    expect(statusOfItem(item, "iam", "role", attached("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"))).toBe("PASS");
  });

  test("every read of a check is in the catalog's service and names its columns", async () => {
    const { CATALOG } = await import("../../../config/catalog/index.ts");
    const { columnsOf } = await import("../../../config/catalog/read-tools.ts");
    for (const { service, reads } of CHECKS) {
      for (const { operation, columns } of reads) {
        const read = CATALOG[service].reads[operation];
        if (!read) throw new Error(`${service} has no read ${operation}`);
        expect(columnsOf(read)).toEqual(expect.arrayContaining([...columns]));
      }
    }
  });
});
