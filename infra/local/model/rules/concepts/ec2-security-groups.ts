/** Security groups: who may come in, on which ports. */
import { itemsAt, textAt } from "../cells.ts";
import type { Concept, Item, Reader } from "./concept.ts";
import { negated } from "./phrases.ts";

/** Ports that people call by name (IANA service names). */
const NAMED_PORTS: Readonly<Record<string, number>> = {
  ssh: 22,
  rdp: 3389,
  telnet: 23,
  ftp: 21,
  smtp: 25,
  http: 80,
  https: 443,
  mysql: 3306,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
  mongodb: 27017,
  mssql: 1433,
  smb: 445,
};
/** Open to the world these are an invitation. */
const ADMIN_PORTS = [22, 3389, 23, 445, 3306, 5432, 1433, 6379, 27017];
const WORLD = new Set(["0.0.0.0/0", "::/0"]);
/** TCP, UDP and all, by name and number; of other protocols FromPort is no port (ICMP: a type). */
const WITH_PORTS = new Set(["tcp", "udp", "6", "17", "-1"]);

const FIELDS = ["IpProtocol", "FromPort", "ToPort", "IpRanges.CidrIp", "Ipv6Ranges.CidrIpv6"];
const WORLD_WORDS =
  /\b(?:not )?(?:world|internet|everyone|everybody|anyone|anybody|anywhere|everywhere|publicly|public|open|opens|exposed?|exposing|exposes)\b|0\.0\.0\.0\/0|::\/0/gi;
const PORT_WORDS = /\bports? (\d+(?:(?:\s*(?:,|and|or|\/)\s*)+\d+)*)/gi;

export function portsIn(clause: string): number[] {
  const numbered = [...clause.matchAll(PORT_WORDS)].flatMap(([, list = ""]) => list.match(/\d+/g) ?? []).map(Number);
  const named = Object.entries(NAMED_PORTS).flatMap(([name, port]) => (new RegExp(`\\b${name}\\b`, "i").test(clause) ? [port] : []));
  return [...new Set([...numbered, ...named])];
}

/** Whether a rule lets in any of the ports (all, when none is named), from the world or from anywhere at all. */
export function letsIn({ fields }: Pick<Item, "fields">, ports: readonly number[], fromWorld: boolean): boolean {
  return itemsAt(fields, "IpPermissions", FIELDS).some((rule) => {
    const sources = [...(rule["IpRanges.CidrIp"] ?? []), ...(rule["Ipv6Ranges.CidrIpv6"] ?? [])].map(String);
    if (fromWorld && !sources.some((source) => WORLD.has(source))) return false;
    const protocol = String(rule.IpProtocol?.[0] ?? "").toLowerCase();
    if (ports.length === 0 || protocol === "-1") return true;
    if (!WITH_PORTS.has(protocol)) return false;
    const from = Number(rule.FromPort?.[0] ?? 0);
    const to = Number(rule.ToPort?.[0] ?? 65_535);
    return ports.some((port) => from <= port && port <= to);
  });
}

const openReader: Reader = (clause) => {
  const ports = portsIn(clause);
  const world = [...clause.matchAll(WORLD_WORDS)].map(([words]) => words);
  if (ports.length === 0 && world.length === 0) return undefined;
  const not = world.some((words) => /^not /i.test(words)) || /\bnot (?:\w+ )?open\b/i.test(clause);
  const fromWorld = world.length > 0;
  const on = ports.length === 0 ? "" : ` on port ${ports.join(" or ")}`;
  const test = (item: Item) => letsIn(item, ports, fromWorld);
  return {
    label: `${not ? "don't let" : "let"} ${fromWorld ? "the whole internet" : "somebody"} in${on}`,
    severity: not ? "info" : ports.some((port) => ADMIN_PORTS.includes(port)) ? "critical" : fromWorld ? "high" : "info",
    reads: [],
    words: [...world, ...[...clause.matchAll(PORT_WORDS)].map(([words]) => words), ...Object.keys(NAMED_PORTS), "let in"],
    test: not ? (item) => negated(test(item)) : test,
  };
};

export const SECURITY_GROUPS: Concept = {
  service: "ec2",
  noun: "security group",
  plural: "security groups",
  words: /\b(?:security groups?|sgs?|firewall rules?|firewalls?)\b/i,
  implied: /\b(?:ssh|rdp|ports? \d+)\b.*\b(?:open|exposed|allowed|reachable)\b|\b(?:open|exposed|reachable|allow(?:s|ed)?)\b.*\b(?:ssh|rdp|ports?)\b/i,
  base: "DescribeSecurityGroups",
  key: "GroupId",
  name: (fields) => `${textAt(fields, "GroupName") ?? ""} (${textAt(fields, "GroupId") ?? ""})`,
  tags: { operation: "DescribeSecurityGroups", column: "Tags" },
  joins: { DescribeSecurityGroupRules: { theirs: "GroupId", ours: "GroupId" } },
  readers: [openReader],
};
