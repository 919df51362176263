/** The columns of a read's table. */
import type { Mask, ReadDefinition } from "./define.ts";

/** Every leaf of a mask as a dotted path: the columns of the read's table, in order. */
export function maskPaths(mask: Mask, prefix = ""): string[] {
  return Object.entries(mask).flatMap(([field, below]) => (typeof below === "object" ? maskPaths(below, `${prefix}${field}.`) : [`${prefix}${field}`]));
}

/** The columns of a read's table, in order. */
export function columnsOf(read: ReadDefinition): string[] {
  return [
    ...(read.arn === undefined ? [] : ["Arn"]),
    ...Object.keys(read.each?.bind ?? {}),
    ...(read.absent?.length ? ["Absent"] : []),
    ...maskPaths(read.project),
  ];
}
