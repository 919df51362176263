/** What a copy remembers between two commands. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { type LocalCopy, MODELS } from "./copy.ts";
import { LocalFailure } from "./failure.ts";

const recordSchema = z.strictObject({ name: z.string(), pid: z.number().int().positive(), birth: z.string() });
const stateSchema = z.strictObject({ model: z.enum(MODELS), aws: recordSchema.nullable(), modelServer: recordSchema.nullable(), scratch: z.string().min(1) });
export type CopyState = z.infer<typeof stateSchema>;

/** Undefined when the copy was never started, or was stopped. */
export function readState(copy: LocalCopy): CopyState | undefined {
  const text = readIfThere(copy.files.state);
  if (text === undefined || text === "") return undefined;
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new LocalFailure(`${copy.files.state} can't be read: ${z.prettifyError(parsed.error)}\nDelete ${copy.folder} and end what it had started.`);
  return parsed.data;
}

/** In one step, so that a reader never meets half a file. */
export function writeState(copy: LocalCopy, state: CopyState | undefined): void {
  const draft = `${copy.files.state}.${process.pid}`;
  writeFileSync(draft, state ? JSON.stringify(state) : "", { mode: 0o600 });
  renameSync(draft, copy.files.state);
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
