/** Writes of inbound rules: one rule a step, with one source. */
import * as z from "zod";
import { arnOf, id } from "./ec2-parts.ts";
import { firstRow } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type StepInput } from "./write.ts";

const ARN = arnOf("security-group", "${GroupId}");
const COLUMNS = [
  "SecurityGroupRuleId",
  "IsEgress",
  "IpProtocol",
  "FromPort",
  "ToPort",
  "CidrIpv4",
  "CidrIpv6",
  "PrefixListId",
  "ReferencedGroupInfo.GroupId",
  "Description",
] as const;
const byGroup = { Filters: [{ Name: "group-id", Values: ["GroupId"] }] } as const;
const byRule: BeforeRead = {
  operation: "DescribeSecurityGroupRules",
  by: byGroup,
  match: { GroupId: "GroupId", SecurityGroupRuleId: "SecurityGroupRuleId" },
  columns: COLUMNS,
};
/** Column of a rule → input field: AWS allows no second rule with the same. */
const REQUESTED = {
  IpProtocol: "IpProtocol",
  FromPort: "FromPort",
  ToPort: "ToPort",
  CidrIpv4: "CidrIp",
  CidrIpv6: "CidrIpv6",
  "ReferencedGroupInfo.GroupId": "ReferencedGroupId",
} as const;
const IDENTITY = { ...REQUESTED, PrefixListId: "PrefixListId" } as const;
const byContent = (identity: Readonly<Record<string, string>>): BeforeRead => ({
  operation: "DescribeSecurityGroupRules",
  by: byGroup,
  match: { GroupId: "GroupId", ...identity },
  columns: COLUMNS,
});

/** AWS keeps a range by its network address, so another would never read back as it was asked for. */
const isNetwork = (cidr: string) => {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return value % 2 ** (32 - Number(bits)) === 0;
};
const port = z.number().int().min(-1).max(65_535);
const rule = {
  GroupId: id("sg"),
  /** ICMP's ports are type and code; -1 stands for all. */
  IpProtocol: z.enum(["tcp", "udp", "icmp", "icmpv6", "-1"]),
  FromPort: port,
  ToPort: port,
  CidrIp: z.cidrv4().refine(isNetwork, "not a network's address: its host bits are set").optional(),
  CidrIpv6: z
    .cidrv6()
    .regex(/^[^A-Z]+$/)
    .optional(),
  ReferencedGroupId: id("sg").optional(),
  Description: z
    .string()
    .regex(/^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{0,255}$/)
    .optional(),
};
const SOURCES = ["CidrIp", "CidrIpv6", "ReferencedGroupId", "PrefixListId"] as const;
const hasOneSource = (given: StepInput) => SOURCES.filter((source) => given[source] !== undefined).length === 1;

function ipPermission({ IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, ReferencedGroupId, PrefixListId, Description }: StepInput) {
  const with_ = (source: object) => [{ ...source, ...(Description === undefined ? {} : { Description }) }];
  return {
    IpProtocol,
    FromPort,
    ToPort,
    ...(CidrIp === undefined ? {} : { IpRanges: with_({ CidrIp }) }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: with_({ CidrIpv6 }) }),
    ...(ReferencedGroupId === undefined ? {} : { UserIdGroupPairs: with_({ GroupId: ReferencedGroupId }) }),
    ...(PrefixListId === undefined ? {} : { PrefixListIds: with_({ PrefixListId }) }),
  };
}

const authorize = {
  entity: "security group rule",
  class: "sensitive",
  permissions: [{ action: "ec2:AuthorizeSecurityGroupIngress", resource: ARN }],
  arn: ARN,
  creates: { from: "AuthorizeSecurityGroupIngress", outputs: { SecurityGroupRuleId: "SecurityGroupRules.0.SecurityGroupRuleId" } },
  calls: [
    {
      command: "AuthorizeSecurityGroupIngress",
      input: (given: StepInput) => ({ GroupId: given.GroupId, IpPermissions: [ipPermission(given)] }),
      already: ["InvalidPermission.Duplicate"],
    },
  ],
  promises: (given: StepInput) => ({
    DescribeSecurityGroupRules: {
      IsEgress: false,
      ...Object.fromEntries(Object.entries(IDENTITY).flatMap(([column, field]) => (given[field] === undefined ? [] : [[column, given[field]]]))),
    },
  }),
  reversible: "yes",
  idempotency: { kind: "natural" },
  seconds: 3,
} as const;

export const ec2RuleWrites = {
  AuthorizeSecurityGroupIngress: defineWrite({
    ...authorize,
    summary: "Adds one inbound rule with one source: an IPv4 or IPv6 range, or another security group. Ports -1 and protocol -1 mean all.",
    input: z.strictObject(rule).refine(hasOneSource, "give exactly one of CidrIp, CidrIpv6 and ReferencedGroupId"),
    references: ["GroupId", "ReferencedGroupId"],
    before: [byContent(REQUESTED)],
    inverse: ({ GroupId }, _, output) => ({
      operation: "RevokeSecurityGroupIngress",
      input: { GroupId, SecurityGroupRuleId: output("SecurityGroupRuleId") },
    }),
  }),
  RestoreSecurityGroupIngress: defineWrite({
    ...authorize,
    summary: "Puts an inbound rule back that was there before.",
    inverseOnly: true,
    input: z.strictObject({ ...rule, PrefixListId: id("pl").optional() }).refine(hasOneSource, "a rule has exactly one source"),
    before: [byContent(IDENTITY)],
    inverse: ({ GroupId }, _, output) => ({
      operation: "RevokeSecurityGroupIngress",
      input: { GroupId, SecurityGroupRuleId: output("SecurityGroupRuleId") },
    }),
  }),
  RevokeSecurityGroupIngress: defineWrite({
    summary: "Takes one inbound rule away, by its id (DescribeSecurityGroupRules).",
    entity: "security group rule",
    class: "sensitive",
    permissions: [{ action: "ec2:RevokeSecurityGroupIngress", resource: ARN }],
    input: z.strictObject({ GroupId: id("sg"), SecurityGroupRuleId: id("sgr") }),
    references: ["GroupId", "SecurityGroupRuleId"],
    arn: ARN,
    before: [byRule],
    calls: [
      {
        command: "RevokeSecurityGroupIngress",
        input: ({ GroupId, SecurityGroupRuleId }) => ({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] }),
        already: ["InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"],
      },
    ],
    promises: () => ({ DescribeSecurityGroupRules: null }),
    inverse: ({ GroupId }, before) => {
      const row = firstRow(before, "DescribeSecurityGroupRules");
      if (row.IpProtocol === undefined) return null;
      const found = [...Object.entries(IDENTITY), ["Description", "Description"] as const].map(([column, field]) => [field, row[column]] as const);
      return {
        operation: "RestoreSecurityGroupIngress",
        input: { GroupId, ...Object.fromEntries(found.filter(([, value]) => value !== null && value !== undefined)) },
      };
    },
    reversible: "partly",
    notRestorable: ["the rule's id and its tags"],
    idempotency: { kind: "natural" },
    seconds: 3,
  }),
} as const;
