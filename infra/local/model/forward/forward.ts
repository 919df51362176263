/** A real model behind this server: it gets the caller's body and its reply comes back as it is. */
import type { ModelReply } from "../reply.ts";

/** @throws BedrockError with the real service's status and reason. */
export type Forward = (modelId: string, body: Buffer) => Promise<ModelReply>;

/** Longest wait for a real model's reply, in ms. */
export const FORWARD_TIMEOUT_MS = 300_000;
