/** The digest that law 7 speaks of: SHA-256 over RFC 8785 canonical JSON, as lower-case hexadecimal. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** The same whatever the order of keys. @throws for a value that is no JSON (undefined, NaN): nothing of it could be approved. */
export function digest(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("a value that is not JSON has no digest");
  return sha256Hex(text);
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
