/** The SDK calls of one write, in order: which are known to be done, and what an error leaves open. */
import { type CallContext, isReference, type StepInput, type WriteCall, type WriteDefinition } from "../../config/catalog/write.ts";
import { errorCode, refusalOf } from "../discovery/failure.ts";
import type { Told } from "./outcome.ts";
import type { Session } from "./sessions.ts";

export interface Sending {
  readonly write: WriteDefinition;
  /** With references filled. */
  readonly given: StepInput;
  readonly context: CallContext;
  readonly session: Session;
  /** Calls that an earlier attempt noted as done. */
  readonly done: readonly string[];
  readonly output: Readonly<Record<string, string>>;
  /** Asked before each call: every one is a write (law 10). */
  readonly blocked: () => Promise<Told | null>;
  /** Asked where a name is taken: whether it can be what an attempt of this step has just made. */
  readonly isOurs: () => Promise<boolean>;
  /** Keeps what is done so far. @returns false: another worker decided the step meanwhile. */
  readonly note: (done: readonly string[], output: Readonly<Record<string, string>>) => Promise<boolean>;
}

export interface Sent {
  /**
   * `refused`: AWS did nothing of the last call; `lost`: whether it did can't be told; `taken`: something is there under the
   * name that an attempt may have made and somebody else too; `overtaken`: another worker decided.
   */
  readonly outcome: "sent" | "blocked" | "refused" | "lost" | "taken" | "overtaken";
  readonly done: readonly string[];
  readonly output: Readonly<Record<string, string>>;
  readonly told?: Told;
  readonly error?: unknown;
  /** The command that ended it. */
  readonly command?: string;
}

export async function sendCalls({ write, given, context, session, blocked, isOurs, note, ...before }: Sending): Promise<Sent> {
  if (Object.values(given).some(isReference)) throw new Error("a write's input still refers to another step; nothing was sent");
  const calls = callsOf(write, given);
  const done = [...before.done];
  let output = before.output;
  for (const call of calls.slice(done.length)) {
    const { command } = call;
    const told = await blocked();
    if (told) return { outcome: "blocked", told, done, output };
    const input = call.input(given, context);
    const reply = await send(session, call, input);
    const isNaming = isNamed(write, given) && command === write.creates?.from;
    const mayBeTaken = "isAlready" in reply || ("answer" in reply && call.silent?.(context) === true);
    if (isNaming && mayBeTaken && !(await isOurs())) return { outcome: "taken", command, done, output };
    if ("error" in reply) return { outcome: tookNoEffect(reply.error) ? "refused" : "lost", error: reply.error, command, done, output };
    done.push(command);
    output = { ...output, ...outputsOf(write, command, reply.answer) };
    const isWorthNoting = calls.length > 1 || write.creates !== undefined || write.idempotency.kind === "none";
    if (isWorthNoting && !(await note(done, output))) return { outcome: "overtaken", done, output };
  }
  return { outcome: "sent", done, output };
}

/** Whether the calls set up what the first of them makes by its name: a name is no token (as-made.ts). */
export function isNamed(write: WriteDefinition, given: StepInput): boolean {
  return write.idempotency.kind === "name" && callsOf(write, given).length > 1;
}

/** The calls that this input asks for. */
export function callsOf({ calls }: WriteDefinition, given: StepInput): WriteCall[] {
  return calls.filter(({ when }) => when?.(given) ?? true);
}

async function send(
  { writes }: Session,
  { command, already = [] }: WriteCall,
  input: Record<string, unknown>,
): Promise<{ answer: unknown; isAlready?: true } | { error: unknown }> {
  try {
    const answer = await writes.send(command, input);
    const error = refusedInside(answer);
    return error === null || already.includes(error.name) ? { answer } : { error };
  } catch (error) {
    return already.includes(errorCode(error)) ? { answer: {}, isAlready: true } : { error };
  }
}

/** EC2's calls on lists answer 200 and name what they refused in `Unsuccessful`. */
function refusedInside(answer: unknown): Error | null {
  const [item] = (answer as { Unsuccessful?: readonly { Error?: { Code?: string; Message?: string } }[] } | undefined)?.Unsuccessful ?? [];
  return item ? Object.assign(new Error(item.Error?.Message ?? "refused"), { name: item.Error?.Code ?? "Unsuccessful", $fault: "client" }) : null;
}

/** A refusal is an answer; a server's error, a timeout or a broken connection is none. */
function tookNoEffect(error: unknown): boolean {
  if (refusalOf(error) !== null) return true;
  const { $fault, $metadata } = error as { $fault?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status === undefined ? $fault === "client" : status >= 400 && status < 500;
}

function outputsOf({ creates }: WriteDefinition, command: string, answer: unknown): Record<string, string> {
  if (creates?.from !== command) return {};
  const found = Object.entries(creates.outputs).map(([name, path]) => [name, path.split(".").reduce<unknown>(valueIn, answer)]);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function valueIn(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

export function hasOutputs({ creates }: WriteDefinition, output: Readonly<Record<string, string>>): boolean {
  return Object.keys(creates?.outputs ?? {}).every((name) => output[name] !== undefined);
}
