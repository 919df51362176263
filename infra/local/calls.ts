/** The recorder's lines, read back: every AWS call that reached the local copy. */
import * as z from "zod";
import type { LocalCopy } from "./copy.ts";
import { readIfThere } from "./state.ts";

const callSchema = z.strictObject({
  time: z.iso.datetime(),
  /** `call` came over HTTP; `invocation` is a Lambda run, whoever started it. */
  kind: z.enum(["call", "invocation"]),
  /** ARN of who called; `anonymous` unsigned, `unknown` with a key nobody has. */
  principal: z.string(),
  service: z.string(),
  operation: z.string(),
  iamAction: z.string(),
  resource: z.string(),
  account: z.string(),
  region: z.string(),
  status: z.number().int(),
  /** `ok`, or the error code as the service named it. */
  result: z.string(),
  /** The SDK client's `userAgentAppId`. */
  appId: z.string().nullable(),
  ms: z.number().int(),
});
export type RecordedCall = z.infer<typeof callSchema>;

/** In order of their ends. @param since only calls that began then or later. @throws when a line is not the recorder's. */
export function readCalls(copy: LocalCopy, since = new Date(0)): RecordedCall[] {
  return recordLines(readIfThere(copy.files.calls) ?? "")
    .map((line) => callSchema.parse(JSON.parse(line)))
    .filter((call) => new Date(call.time) >= since);
}

/** Whole lines only: the last may still be on its way. */
export function recordLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "");
}

const DENIED = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "ForbiddenException", "UnauthorizedException"]);
export const isDenied = (call: RecordedCall): boolean => DENIED.has(call.result);

/** A session's role name, a user's name, `root`; short enough for a column. */
export function principalName(principal: string): string {
  const role = /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
  return role ?? principal.replace(/^arn:aws:iam::(\d+):/, "$1 ");
}
