/** One read of the catalog: what the planner asks for and a worker is given. Apart from both, since a worker needs none of the planner's schemas. */
import * as z from "zod";
import { BOUNDS } from "./bounds.ts";

/** Names and filters of one read; lists of values belong into several reads. */
const readInput = z
  .record(z.string(), z.unknown())
  .refine((input) => Buffer.byteLength(JSON.stringify(input)) <= BOUNDS.readInput, `at most ${BOUNDS.readInput} bytes of JSON`);

export const readCall = z.strictObject({ operation: z.string().min(1).max(100), input: readInput.default({}) });

/** A worker's read: the guardrail may name the resources that a per-resource read runs over, in place of its list (values of its first bound field). */
export const workerRead = readCall.extend({ among: z.array(z.string().max(2048)).min(1).max(600).optional() });
export type WorkerRead = z.infer<typeof workerRead>;
export type ReadCall = z.infer<typeof readCall>;
