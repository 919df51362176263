/** What a step opens in a security group to the world. */
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { JudgedStep } from "../step.ts";
import { isWorld } from "./cidr.ts";
import { covers, DATABASE_PORTS, MANAGEMENT_PORTS, type Range } from "./ports.ts";

interface Rule extends Range {
  readonly world: boolean;
}

export function networkFacts({ operation, input }: JudgedStep): PolicyContext["network"] {
  // Taking a rule away opens nothing.
  const world = operation.startsWith("Revoke") ? [] : rulesIn(input, { protocol: "-1", from: null, to: null }).filter(({ world }) => world);
  const reaches = (ports: readonly number[]) => world.some((rule) => ports.some((port) => covers(rule, port)));
  return { opensManagement: reaches(MANAGEMENT_PORTS), opensDatabase: reaches(DATABASE_PORTS) };
}

/** Rules at any depth, flat or in EC2's IpPermissions: ports stand at the rule or above it. */
function rulesIn(value: unknown, around: Range): Rule[] {
  if (Array.isArray(value)) return value.flatMap((one) => rulesIn(one, around));
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Record<string, unknown>;
  const port = (name: string, outer: number | null) => (typeof fields[name] === "number" ? fields[name] : outer);
  const range: Range = {
    protocol: typeof fields.IpProtocol === "string" ? fields.IpProtocol : around.protocol,
    from: port("FromPort", around.from),
    to: port("ToPort", around.to),
  };
  const own = Object.entries(fields).flatMap(([name, source]) => sourceOf(name, source).map((world) => ({ ...range, world })));
  return [...own, ...Object.values(fields).flatMap((inner) => rulesIn(inner, range))];
}

/** A prefix list may hold anything, so it counts as the world. */
function sourceOf(name: string, source: unknown): boolean[] {
  if (name === "CidrIp" || name === "CidrIpv6") return [typeof source !== "string" || isWorld(source)];
  return name === "PrefixListId" ? [true] : [];
}
