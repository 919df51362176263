/** Which part of a per-resource list a call reads: stable, so that parts never overlap and never miss an item. */
import { createHash } from "node:crypto";

export function inShard(key: string, { index, of }: { readonly index: number; readonly of: number }): boolean {
  return of === 1 || createHash("sha256").update(key).digest().readUInt32BE(0) % of === index;
}
