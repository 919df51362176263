import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWorld } from "../../../../../functions/guardrail/policy/facts/cidr.ts";
import { networkFacts } from "../../../../../functions/guardrail/policy/facts/network.ts";
import { covers, DATABASE_PORTS, MANAGEMENT_PORTS } from "../../../../../functions/guardrail/policy/facts/ports.ts";
import type { JudgedStep } from "../../../../../functions/guardrail/policy/step.ts";

describe("a range is the world", () => {
  test.each([
    "0.0.0.0/0",
    "::/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "8.0.0.0/7",
    "2000::/3",
    "::ffff:0:0/96",
    "::ffff:0.0.0.0/96",
    "::FFFF:128.0.0.0/97",
    "0:0:0:0:0:ffff:0:0/96",
    "fc00::/6",
  ])("%s", (cidr) => expect(isWorld(cidr)).toBe(true));

  test.each(["", "0.0.0.0", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0/8", "everywhere", "10.0.0.0/-1", "::/129"])("if it can't be read: %j", (cidr) =>
    expect(isWorld(cidr)).toBe(true),
  );

  test.each(["10.0.0.0/8", "192.168.0.0/16", "203.0.113.7/32", "fc00::/7", "fd12:3456::/48", "2001:db8::/32", "::ffff:10.0.0.0/104"])("but not %s", (cidr) =>
    expect(isWorld(cidr)).toBe(false),
  );
});

describe("a rule covers a port", () => {
  test.each([
    { protocol: "-1", from: null, to: null },
    { protocol: "-1", from: 443, to: 443 },
    { protocol: "tcp", from: 0, to: 65535 },
    { protocol: "TCP", from: 20, to: 25 },
    { protocol: "6", from: 22, to: 22 },
    { protocol: "tcp", from: null, to: null },
    { protocol: "tcp", from: -1, to: -1 },
    { protocol: "50", from: 443, to: 443 },
  ])("%j covers 22", (range) => expect(covers(range, 22)).toBe(true));

  test.each([
    { protocol: "tcp", from: 443, to: 443 },
    { protocol: "tcp", from: 23, to: 1024 },
    { protocol: "icmp", from: -1, to: -1 },
    { protocol: "58", from: 22, to: 22 },
  ])("%j does not", (range) => expect(covers(range, 22)).toBe(false));
});

const step = (input: Record<string, unknown>, operation = "AuthorizeSecurityGroupIngress") => ({ operation, input }) as unknown as JudgedStep;
const opened = (input: Record<string, unknown>, operation?: string) => networkFacts(step(input, operation));

describe("a step opens", () => {
  const ssh = { IpProtocol: "tcp", FromPort: 22, ToPort: 22 };

  test("SSH to the world, in whatever form the rule is written", () => {
    const management = { opensManagement: true, opensDatabase: false };
    expect(opened({ ...ssh, CidrIp: "0.0.0.0/0" })).toEqual(management);
    expect(opened({ ...ssh, CidrIpv6: "::/0" })).toEqual(management);
    expect(opened({ ...ssh, PrefixListId: "pl-1" })).toEqual(management);
    expect(opened({ IpPermissions: [{ ...ssh, IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "0.0.0.0/1" }] }] })).toEqual(management);
  });

  test("nothing to the world from a known range, another group, or by taking a rule away", () => {
    const nothing = { opensManagement: false, opensDatabase: false };
    expect(opened({ ...ssh, CidrIp: "203.0.113.0/24" })).toEqual(nothing);
    expect(opened({ ...ssh, SourceGroupId: "sg-1" })).toEqual(nothing);
    expect(opened({ ...ssh, CidrIp: "0.0.0.0/0" }, "RevokeSecurityGroupIngress")).toEqual(nothing);
    expect(opened({ IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" })).toEqual(nothing);
  });

  test("both kinds with every protocol, and with a reference in a port's or range's place", () => {
    const both = { opensManagement: true, opensDatabase: true };
    expect(opened({ IpProtocol: "-1", CidrIp: "0.0.0.0/0" })).toEqual(both);
    expect(opened({ IpProtocol: "tcp", FromPort: { $ref: "s1.Port" }, CidrIp: "0.0.0.0/0" })).toEqual(both);
    expect(opened({ IpProtocol: "tcp", FromPort: 0, ToPort: 65535, CidrIp: { $ref: "s1.Range" } })).toEqual(both);
  });

  test("a sensitive port exactly when the range holds one, for every range of ports", () => {
    const port = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(port, port, (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const holds = (ports: readonly number[]) => ports.some((port) => from <= port && port <= to);
        expect(opened({ IpProtocol: "tcp", FromPort: from, ToPort: to, CidrIp: "0.0.0.0/0" })).toEqual({
          opensManagement: holds(MANAGEMENT_PORTS),
          opensDatabase: holds(DATABASE_PORTS),
        });
      }),
    );
  });
});
