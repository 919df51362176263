/** VPCs, subnets, addresses, and what is only listed and counted. */
import { textAt, valueAt, valuesAt } from "../cells.ts";
import type { Concept } from "./concept.ts";
import { either, having, lacking, not } from "./phrases.ts";

export const VPCS: Concept = {
  service: "ec2",
  noun: "VPC",
  plural: "VPCs",
  words: /\b(?:vpcs?|virtual private clouds?)\b(?! endpoints?)/i,
  base: "DescribeVpcs",
  key: "VpcId",
  tags: { operation: "DescribeVpcs", column: "Tags" },
  joins: { DescribeFlowLogs: { theirs: "ResourceId", ours: "VpcId" } },
  readers: [
    either({
      no: [lacking("(?:vpc )?flow ?logs?(?:ging)?")],
      yes: [having("(?:vpc )?flow ?logs?(?:ging)?")],
      label: "have flow logs",
      opposite: "have no flow logs",
      oppositeSeverity: "medium",
      reads: ["DescribeFlowLogs"],
      test: (item) => {
        const logs = item.many("DescribeFlowLogs");
        return logs && logs.length > 0;
      },
    }),
    either({
      no: [not("default")],
      yes: ["default\\b"],
      label: "are default VPCs",
      opposite: "are not default VPCs",
      test: ({ fields }) => valueAt(fields, "IsDefault") === true,
    }),
  ],
};

const ASSIGN =
  "(?:auto(?:matically)?[- ]?)?(?:assign|map|give|hand out)(?:s|ing)?(?: (?:a|new|out|instances|their|all))* public(?: ipv4)?(?: ips?| ip addresse?s?| addresse?s?)?(?: on launch| by default| automatically)?";

export const SUBNETS: Concept = {
  service: "ec2",
  noun: "subnet",
  plural: "subnets",
  words: /\bsubnets?\b/i,
  base: "DescribeSubnets",
  key: "SubnetId",
  tags: { operation: "DescribeSubnets", column: "Tags" },
  joins: {},
  readers: [
    either({
      no: [`not ${ASSIGN}`, "private\\b", "not public\\b"],
      yes: [`${ASSIGN}\\b`, "public(?: addresses)?\\b"],
      label: "assign public addresses to new instances",
      opposite: "don't assign public addresses to new instances",
      severity: "medium",
      test: ({ fields }) => valueAt(fields, "MapPublicIpOnLaunch") === true,
    }),
  ],
};

export const ADDRESSES: Concept = {
  service: "ec2",
  noun: "Elastic IP address",
  plural: "Elastic IP addresses",
  words: /\b(?:elastic ip(?: address(?:es)?)?s?|eips?|(?<!public (?:ip )?)(?<!public )(?:ip )?address(?:es)?)\b/i,
  base: "DescribeAddresses",
  key: "AllocationId",
  name: (fields) => [textAt(fields, "PublicIp"), textAt(fields, "AllocationId")].filter((part) => part !== undefined).join(" "),
  tags: { operation: "DescribeAddresses", column: "Tags" },
  joins: {},
  readers: [
    either({
      no: [not("(?:associated|attached|used|in use)"), "unused", "idle\\b", "orphaned", "without (?:an )?association"],
      yes: ["associated\\b", "attached\\b", "in[- ]use\\b"],
      label: "are associated",
      opposite: "are not associated with anything",
      oppositeSeverity: "low",
      test: ({ fields }) =>
        valuesAt(fields, "AssociationId").length > 0 || valuesAt(fields, "InstanceId").length > 0 || valuesAt(fields, "NetworkInterfaceId").length > 0,
    }),
  ],
};

const listed = (noun: string, plural: string, words: RegExp, base: string, key: string, tagged = true): Concept => ({
  service: "ec2",
  noun,
  plural,
  words,
  base,
  key,
  joins: {},
  readers: [],
  ...(tagged ? { tags: { operation: base, column: "Tags" } } : {}),
});

export const OTHER_NETWORK: readonly Concept[] = [
  listed("route table", "route tables", /\broute tables?\b/i, "DescribeRouteTables", "RouteTableId"),
  listed("network ACL", "network ACLs", /\b(?:network acls?|nacls?)\b/i, "DescribeNetworkAcls", "NetworkAclId"),
  listed("NAT gateway", "NAT gateways", /\bnat(?: gateways?|s)?\b/i, "DescribeNatGateways", "NatGatewayId"),
  listed("VPC endpoint", "VPC endpoints", /\b(?:vpc )?endpoints?\b/i, "DescribeVpcEndpoints", "VpcEndpointId"),
  listed("flow log", "flow logs", /\bflow ?logs?\b/i, "DescribeFlowLogs", "FlowLogId", false),
];
