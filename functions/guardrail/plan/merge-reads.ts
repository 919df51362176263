/** Reads of one place, as few as say the same: one among many resources, one list of ids or filter values. Pure. */
import canonicalize from "canonicalize";
import { findRead } from "../../../config/catalog/index.ts";
import { BOUNDS, type WorkerRead } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import type { WantedRead } from "./wanted.ts";

/** Values of one list: below the catalog's 200, and short enough for a read's input. */
const MOST_VALUES = 60;
/** Resources of one per-resource read (contracts/read-call.ts). */
const MOST_AMONG = 600;

/** @param reads of one service, account and region. */
export function mergeReads(reads: readonly WantedRead[]): WorkerRead[] {
  const shaped = reads.map((read) => ({ read, shape: shapeOf(read) }));
  const groups = Map.groupBy(shaped, ({ read, shape }) => canonicalize([read.operation, shape.kind, shape.of]) ?? "");
  return [...groups.values()].flatMap((alike) => {
    const [{ read, shape } = { read: undefined, shape: undefined }] = alike;
    if (!read || !shape) return [];
    const values = [...new Set(alike.map((one) => one.shape.value))];
    if (shape.kind === "among") return chunks(values, MOST_AMONG).map((among): WorkerRead => ({ operation: read.operation, input: {}, among }));
    if (shape.kind === "whole") return [{ operation: read.operation, input: { ...read.input } }];
    return fittingChunks(values, (some) => shape.input(some)).map((some): WorkerRead => ({ operation: read.operation, input: shape.input(some) }));
  });
}

/** What reads must share to be one, and the value that each adds. */
type Shape =
  | { readonly kind: "among"; readonly of: unknown; readonly value: string }
  | { readonly kind: "whole"; readonly of: unknown; readonly value: string }
  | { readonly kind: "list"; readonly of: unknown; readonly value: string; readonly input: (values: readonly string[]) => Record<string, unknown> };

function shapeOf({ service, operation, input }: WantedRead): Shape {
  const [entry, ...more] = Object.entries(input);
  const whole: Shape = { kind: "whole", of: input, value: "" };
  if (!entry || more.length > 0) return whole;
  const [field, given] = entry;
  const [bound] = Object.keys(findRead(service, operation)?.each?.bind ?? {});
  if (typeof given === "string") return field === bound ? { kind: "among", of: field, value: given } : whole;
  const [only, ...others] = Array.isArray(given) ? (given as unknown[]) : [];
  if (others.length > 0) return whole;
  if (typeof only === "string") return { kind: "list", of: field, value: only, input: (values) => ({ [field]: [...values] }) };
  if (!isFilter(only) || only.Values.length !== 1) return whole;
  const { Name, Values } = only;
  return { kind: "list", of: [field, Name], value: Values[0] ?? "", input: (values) => ({ [field]: [{ Name, Values: [...values] }] }) };
}

function isFilter(value: unknown): value is { readonly Name: string; readonly Values: readonly string[] } {
  return typeof value === "object" && value !== null && "Name" in value && "Values" in value && Array.isArray(value.Values);
}

function fittingChunks(values: readonly string[], input: (values: readonly string[]) => unknown): string[][] {
  return chunks(values, MOST_VALUES).flatMap((chunk) =>
    chunk.length > 1 && jsonBytes(input(chunk)) > BOUNDS.readInput
      ? chunks(chunk, Math.ceil(chunk.length / 2)).flatMap((half) => fittingChunks(half, input))
      : [chunk],
  );
}

function chunks<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}
