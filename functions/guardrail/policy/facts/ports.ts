/** Ports that are never open to the world (H06, J01, J02), and which of them a rule covers. Pure. */

/** SSH, Telnet, RPC, SMB, Docker, RDP, VNC, WinRM, Kubernetes and kubelet. */
export const MANAGEMENT_PORTS = [22, 23, 135, 445, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 10250] as const;
/** H06's 1433, 3306, 5432 "etc.": Oracle, Redshift, Redis, Cassandra, Elasticsearch, Memcached, MongoDB, Db2. */
export const DATABASE_PORTS = [1433, 1521, 3306, 5432, 5439, 6379, 9042, 9200, 11211, 27017, 50000] as const;

export interface Range {
  readonly protocol: string;
  /** Null: not given. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Names and numbers (IANA) of what carries ports, and of ICMP, which does not: its numbers are type and code. */
const WITH_PORTS = ["tcp", "6", "udp", "17"];
const WITHOUT_PORTS = ["icmp", "1", "icmpv6", "58"];

/** EC2 opens every port for a protocol other than these, -1 among them, whatever the ports say. A missing or wrong port counts as all (law 9). */
export function covers({ protocol, from, to }: Range, port: number): boolean {
  const name = protocol.toLowerCase();
  if (WITHOUT_PORTS.includes(name)) return false;
  if (!WITH_PORTS.includes(name) || from === null || to === null || from < 0 || to < 0 || from > to) return true;
  return from <= port && port <= to;
}
