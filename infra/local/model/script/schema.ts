/** Scripted replies: what a test or a person loads in the model's place. Closed. */
import * as z from "zod";
import { FAMILIES } from "../families.ts";

const contentBlock = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({ type: z.literal("tool_use"), name: z.string(), input: z.unknown(), id: z.string().optional() }),
]);

/** Longest wait of a `hang`, in ms: above the longest Lambda timeout of 15 minutes nothing is left to wait for. */
const MOST_HANG_MS = 900_000;
/** Largest `giant`, in bytes: Bedrock's own bound of an InvokeModel body. */
const MOST_GIANT_BYTES = 25_000_000;

const reply = z.union([
  /** A whole Messages API reply, sent as it is. */
  z.strictObject({ message: z.record(z.string(), z.unknown()) }),
  z.strictObject({ content: z.array(contentBlock) }),
  z.strictObject({ text: z.string() }),
  z.strictObject({ tool: z.strictObject({ name: z.string(), input: z.unknown() }) }),
  /** A body sent as it is with status 200: invalid JSON, say. */
  z.strictObject({ raw: z.string() }),
  z.strictObject({ status: z.int().min(400).max(599), errorType: z.string().min(1), message: z.string() }),
  /** Nothing is answered for so many ms, then the connection is cut. */
  z.strictObject({ hang: z.int().min(0).max(MOST_HANG_MS) }),
  /** A valid message whose text has so many bytes. */
  z.strictObject({ giant: z.int().min(1).max(MOST_GIANT_BYTES) }),
]);
export type ScriptReply = z.infer<typeof reply>;

const entry = z.strictObject({
  family: z.enum(FAMILIES),
  /** Assistant messages already in the conversation, plus one. */
  turn: z.int().positive().optional(),
  /** The planner's round: it starts a new conversation each round. */
  round: z.int().positive().optional(),
  /** Text that the request's messages must contain. */
  match: z.string().min(1).optional(),
  /** How often it is given; once unless said. */
  times: z.int().min(1).max(10_000).default(1),
  reply,
});
export type ScriptEntry = z.infer<typeof entry>;
export type ScriptEntryInput = z.input<typeof entry>;

export const scriptSchema = z.array(entry).min(1).max(1_000);
