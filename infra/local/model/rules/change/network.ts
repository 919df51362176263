/** Orders about security groups and flow logs. */
import { type Fields, tagsIn, textAt, valueAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { VPCS } from "../concepts/ec2-network.ts";
import { portsIn, SECURITY_GROUPS } from "../concepts/ec2-security-groups.ts";
import { type Draft, type OrderReader, unclear } from "./order.ts";
import { pairsIn } from "./pairs.ts";

const RULES = "DescribeSecurityGroupRules";
const WORLD = ["0.0.0.0/0", "::/0"];
const sourceOf = (rule: Fields) => textAt(rule, "CidrIpv4") ?? textAt(rule, "CidrIpv6") ?? "";

/** Inbound rules from the whole world for exactly one of these ports: a wider rule lets in what nobody asked to close. */
function openRules(item: Item, ports: readonly number[]): Fields[] | undefined {
  return item
    .many(RULES)
    ?.filter(
      (rule) =>
        valueAt(rule, "IsEgress") === false &&
        WORLD.includes(sourceOf(rule)) &&
        ports.some((port) => valueAt(rule, "FromPort") === port && valueAt(rule, "ToPort") === port),
    );
}

const CLOSE = /\b(?:close|revoke|remove|block|shut|stop|lock down|restrict|disable|delete)\b(?=.*\b(?:ssh|rdp|ports?|ingress|inbound)\b)/i;
const close: OrderReader = (clause) => {
  const words = CLOSE.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const ports = portsIn(clause);
  if (ports.length === 0) return unclear("the port to close, such as SSH or port 3389");
  const taken = clause.match(
    /\b(?:world[- ]open|(?:open |exposed )?(?:to|from) (?:the )?(?:whole )?(?:world|internet|anyone|everyone|anywhere)|(?:ssh|rdp|telnet|ftp|smtp|https?|mysql|postgres(?:ql)?|redis|mongodb|mssql|smb)|ports? \d+(?:(?:\s*(?:,|and|or|\/)\s*)+\d+)*|ingress|inbound|access|rules?|0\.0\.0\.0\/0|::\/0|that (?:is|are) open)\b/gi,
  );
  return {
    kind: "change",
    label: `close port ${ports.join(" and ")} to the whole internet in`,
    settled: "don't let the whole internet in there by a rule of that port alone",
    words: [words, ...(taken ?? [])],
    concept: SECURITY_GROUPS,
    reads: [RULES],
    open: (item) => {
      const rules = openRules(item, ports);
      return rules && rules.length > 0;
    },
    drafts: (item) =>
      (openRules(item, ports) ?? []).map((rule) => ({
        service: "ec2",
        region: item.region,
        operation: "RevokeSecurityGroupIngress",
        input: { GroupId: textAt(item.fields, "GroupId"), SecurityGroupRuleId: textAt(rule, "SecurityGroupRuleId") },
        reason: `It lets ${sourceOf(rule)} in on port ${textAt(rule, "FromPort")}.`,
      })),
  };
};

const GROUP = /\b(?:create|make|add) (?:an? |the |new )*(?:security group|sg)(?: (?:named|called))? ["']?([A-Za-z0-9][\w.-]*\w)["']?/i;
const ALLOW =
  /\b(?:(?:and )?(?:allow|allows|allowing|that allows|let|open|opens?)(?: in)?|with (?:a rule|ingress)) [^,;]*?\b(?:from )?(\d+\.\d+\.\d+\.\d+\/\d+)[^,;.]*/i;

/** Two steps: the group, and a rule that takes the group's id from the first. */
const make: OrderReader = (clause) => {
  const [words, GroupName] = GROUP.exec(clause) ?? [];
  if (words === undefined || GroupName === undefined) return undefined;
  const allowed = clause.replace(words, " ");
  const [rule, CidrIp] = ALLOW.exec(allowed) ?? [/\b(?:allow|open|let)\b.*/i.exec(allowed)?.[0]];
  const ports = portsIn(rule ?? "");
  if (rule !== undefined && (CidrIp === undefined || ports.length === 0)) return unclear("the rule's source as a CIDR range, and its port");
  const { tags, words: pairs } = pairsIn(clause);
  const named = /\bvpc-[0-9a-f]{8,17}\b/.exec(clause)?.[0];
  return {
    kind: "making",
    label: `create the security group ${GroupName}${rule === undefined ? "" : ` and let ${CidrIp} in on port ${ports.join(", ")}`}`,
    words: [words, ...(rule === undefined ? [] : [rule]), ...pairs, ...(named === undefined ? [] : [named, "vpc"])],
    beside: VPCS,
    drafts: ({ target, region }, vpcs) => {
      const here = vpcs.filter((item) => item.account === target.account && item.region === region);
      const fitting = named === undefined ? here : here.filter(({ fields }) => textAt(fields, "VpcId") === named);
      const [vpc, ...others] = fitting.length > 1 ? fitting.filter(({ fields }) => valueAt(fields, "IsDefault") !== true) : fitting;
      if (!vpc || others.length > 0)
        return { ask: `in which VPC of ${target.name}, ${region}: ${here.map(({ fields }) => textAt(fields, "VpcId")).join(", ") || "there is none"}` };
      const place = { service: "ec2", region };
      const group: Draft = {
        ...place,
        operation: "CreateSecurityGroup",
        input: {
          GroupName,
          Description: `${GroupName}, as a request asked`,
          VpcId: textAt(vpc.fields, "VpcId"),
          Tags: { Name: GroupName, Environment: target.environment, ...tags },
        },
        reason: "The request names it.",
      };
      const rules = ports.map(
        (port): Draft => ({
          ...place,
          operation: "AuthorizeSecurityGroupIngress",
          input: { GroupId: { $ref: "1.GroupId" }, IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIp },
          reason: `The request lets ${CidrIp} in.`,
        }),
      );
      return [group, ...rules];
    },
  };
};

const flowLogs: OrderReader = (clause) => {
  const words = /\b(?:enable|turn on|switch on|create|set up|add|start) (?:vpc )?flow ?logs?(?:ging)?(?: (?:for|on|of|in))?/i.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const [destination, bucket] = /\b(?:to|into) (?:the |an? )?(?:s3 )?(?:bucket )?["']?((?:arn:aws:s3:::)?[a-z0-9][a-z0-9.-]{2,62})["']?/.exec(clause) ?? [];
  if (destination === undefined || bucket === undefined) return unclear("the bucket that takes the flow logs");
  const { tags, words: pairs } = pairsIn(clause);
  return {
    kind: "change",
    label: "record the traffic of",
    settled: "have flow logs",
    words: [words, destination, ...pairs],
    concept: VPCS,
    reads: ["DescribeFlowLogs"],
    open: (item) => {
      const logs = item.many("DescribeFlowLogs");
      return logs && logs.length === 0;
    },
    drafts: (item, target) => {
      const ResourceId = textAt(item.fields, "VpcId");
      const LogDestination = bucket.startsWith("arn:") ? bucket : `arn:aws:s3:::${bucket}`;
      const Tags = { Name: `${tagsIn(item.fields.Tags).Name ?? ResourceId}-flow-log`, Environment: target.environment, ...tags };
      const input = { ResourceType: "VPC", ResourceId, TrafficType: "ALL", LogDestination, Tags };
      return [{ service: "ec2", region: item.region, operation: "CreateFlowLogs", input, reason: "Its traffic is not recorded." }];
    },
  };
};

export const NETWORK_ORDERS: readonly OrderReader[] = [make, flowLogs, close];
