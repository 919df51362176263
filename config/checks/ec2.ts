/** N01 for instances, N03's and J's ingress rules for security groups, as far as the catalog's reads can tell. */
import type { BeforeRead, State } from "../catalog/write.ts";
import { type ChecksOf, gap, governanceTags, pass, rowOf } from "./check.ts";

const instance: BeforeRead = {
  operation: "DescribeInstances",
  by: { Filters: [{ Name: "instance-id", Values: ["InstanceId"] }] },
  match: { InstanceId: "InstanceId" },
  columns: ["InstanceType", "PublicIpAddress", "MetadataOptions.HttpTokens", "IamInstanceProfile.Arn", "Tags"],
};
const rules: BeforeRead = {
  operation: "DescribeSecurityGroupRules",
  by: { Filters: [{ Name: "group-id", Values: ["GroupId"] }] },
  match: { GroupId: "GroupId" },
  columns: ["SecurityGroupRuleId", "IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6"],
};
/** M44: families before the current ones. */
const OLD_FAMILY = /^(t2|m4|c4|r4)\./;
/** H06, J02: shells, and the databases' ports. */
const SENSITIVE_PORTS = [22, 3389, 3306, 5432, 1433] as const;
const WEB_PORTS = [80, 443] as const;

export const instanceChecks: ChecksOf = {
  service: "ec2",
  entity: "instance",
  key: "InstanceId",
  reads: [instance],
  checks: [
    {
      item: "Instance profile instead of keys",
      pillar: "Security",
      severity: { common: "high" },
      ruleIds: ["N01", "I07"],
      exit: { kind: "anew", operation: "RunInstances" },
      remediation: "Launch it with IamInstanceProfile; the catalog can't add one to a running instance.",
      judge: (state, context) =>
        rowOf(state, "DescribeInstances", context, {}, (row) =>
          typeof row["IamInstanceProfile.Arn"] === "string" ? pass(String(row["IamInstanceProfile.Arn"])) : gap("none"),
        ),
    },
    governanceTags("N01", "DescribeInstances", "Tags", "CreateTags"),
    {
      item: "Current instance family",
      pillar: "Sustainability",
      severity: { common: "medium" },
      ruleIds: ["N01", "M44"],
      exit: { kind: "anew", operation: "RunInstances" },
      remediation: "Launch a current type (t3, t4g, m6g …) in its place.",
      judge: (state, context) =>
        rowOf(state, "DescribeInstances", context, {}, (row) =>
          OLD_FAMILY.test(String(row.InstanceType)) ? gap(`${String(row.InstanceType)} is of an old generation`) : pass(String(row.InstanceType)),
        ),
    },
    {
      item: "No public IPv4 address",
      pillar: "Security",
      severity: { staging: "high" },
      ruleIds: ["N01", "J06"],
      exit: { kind: "anew", operation: "RunInstances" },
      remediation: "Launch it anew: RunInstances gives no public IPv4 address. What is to be reached from outside is so through a load balancer.",
      judge: (state, context) =>
        rowOf(state, "DescribeInstances", context, {}, (row) => (typeof row.PublicIpAddress === "string" ? gap(row.PublicIpAddress) : pass("none"))),
    },
    {
      item: "IMDSv2 required",
      pillar: "Security",
      severity: { production: "high" },
      ruleIds: ["N01", "T03"],
      exit: { kind: "step", operation: "ModifyInstanceMetadataOptions" },
      remediation: "Add a ModifyInstanceMetadataOptions step, once its metric MetadataNoToken shows that nothing asks without a token.",
      judge: (state, context) =>
        rowOf(state, "DescribeInstances", context, { "MetadataOptions.HttpTokens": "required" }, (row) =>
          row["MetadataOptions.HttpTokens"] === "required" ? pass("required") : gap("IMDSv1 is allowed"),
        ),
    },
  ],
};

export const securityGroupChecks: ChecksOf = {
  service: "ec2",
  entity: "security group",
  key: "GroupId",
  lists: { DescribeSecurityGroupRules: "SecurityGroupRuleId" },
  reads: [rules],
  checks: [
    {
      item: "Nobody from the internet on shell and database ports",
      pillar: "Security",
      severity: { common: "critical" },
      ruleIds: ["N01", "H06", "J01", "J02"],
      exit: { kind: "step", operation: "RevokeSecurityGroupIngress" },
      remediation: "Add a RevokeSecurityGroupIngress step; use Session Manager or a known range.",
      judge: (state) => {
        const open = worldRules(state).filter((row) => SENSITIVE_PORTS.some((port) => covers(row, port)));
        return open.length === 0 ? pass("none is open") : gap(open.map(text).join("; "));
      },
    },
    {
      item: "Ingress from the internet only on 80 and 443",
      pillar: "Security",
      severity: { common: "critical" },
      ruleIds: ["N03"],
      exit: { kind: "step", operation: "RevokeSecurityGroupIngress" },
      remediation: "Add a RevokeSecurityGroupIngress step.",
      judge: (state) => {
        const open = worldRules(state).filter((row) => !WEB_PORTS.some((port) => row.FromPort === port && row.ToPort === port));
        return open.length === 0 ? pass("nothing else is open") : gap(open.map(text).join("; "));
      },
    },
  ],
};

type Row = Readonly<Record<string, unknown>>;

function worldRules(state: State): Row[] {
  return (state.DescribeSecurityGroupRules ?? []).filter((row) => row.IsEgress === false && (row.CidrIpv4 === "0.0.0.0/0" || row.CidrIpv6 === "::/0"));
}

/** Protocol -1 has all ports. */
function covers(row: Row, port: number): boolean {
  if (row.IpProtocol === "-1") return true;
  return typeof row.FromPort === "number" && typeof row.ToPort === "number" && row.FromPort <= port && port <= row.ToPort;
}

function text(row: Row): string {
  const ports = row.IpProtocol === "-1" ? "all ports" : `${String(row.IpProtocol)} ${String(row.FromPort)}–${String(row.ToPort)}`;
  return `${ports} from ${String(row.CidrIpv4 ?? row.CidrIpv6)}`;
}
