/** How far an IP range reaches. Pure. */
import { BlockList, isIP, isIPv4 } from "node:net";

/** Of IPv4, private ranges are /8 at most (RFC 1918): what is wider reaches the public, and two /1 are everything. */
const WIDEST_V4 = 8;
/** Of IPv6, registries give out /12 at most (RFC 3587 and IANA's table), and to organisations far less. */
const WIDEST_V6 = 16;
/** Unique local addresses, RFC 4193: private, though wide. */
const LOCAL_V6 = new BlockList();
LOCAL_V6.addSubnet("fc00::", 7, "ipv6");
/** RFC 4291: an IPv4 address written as IPv6, in the one form that a URL gives an address. */
const MAPPED = /^\[::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}\]$/;
const MAPPED_BITS = 96;

/** Whether a range is (a large part of) the internet. What can't be read counts as such (law 9). */
export function isWorld(cidr: string): boolean {
  const [address = "", bits = "", ...rest] = cidr.trim().split("/");
  const version = isIP(address);
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (rest.length > 0 || version === 0 || Number.isNaN(prefix) || prefix > (version === 4 ? 32 : 128)) return true;
  if (isIPv4(address)) return prefix < WIDEST_V4;
  if (MAPPED.test(new URL(`http://[${address}]`).hostname)) return prefix - MAPPED_BITS < WIDEST_V4;
  return prefix < WIDEST_V6 && !(prefix >= 7 && LOCAL_V6.check(address, "ipv6"));
}
