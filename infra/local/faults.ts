/** Calls to the local AWS that fail or wait on purpose (faults.py). It is the emulator's doing: nothing that is deployed knows of it. */
import * as z from "zod";
import type { LocalCopy } from "./copy.ts";
import { LocalFailure } from "./failure.ts";
import { readIfThere } from "./state.ts";
import { table } from "./table.ts";

const met = {
  service: z.enum(["s3", "ec2", "iam", "sts", "lambda", "dynamodb", "kms", "ssm", "states", "cloudtrail"]),
  /** As the recorder writes them. */
  operation: z.string().optional(),
  iamAction: z.string().optional(),
  resource: z.string().optional(),
  account: z.string().optional(),
  /** Name of the calling session's role. */
  role: z.string().optional(),
};
const failing = z.strictObject({
  ...met,
  error: z.enum(["throttled", "internal", "unavailable"]),
  /** Calls that fail; all until it is taken away, unless it is given. */
  times: z.number().int().positive().optional(),
  /** The call takes effect, and the error is its answer. */
  after: z.boolean().optional(),
});
const holding = z.strictObject({ ...met, hold: z.literal(true), times: z.number().int().positive().optional() });
const faultSchema = z.union([failing, holding]);
export type Fault = z.input<typeof faultSchema>;

const seen = { met: z.number().int(), held: z.number().int() };
const answerSchema = z.strictObject({ faults: z.array(z.union([failing.extend(seen), holding.extend(seen)])) });
/** `met`: calls so far; `held`: those that wait now. */
export type ShownFault = z.infer<typeof answerSchema>["faults"][number];

export interface Faults {
  /** The first that was added and fits counts. */
  add(fault: Fault): Promise<ShownFault[]>;
  list(): Promise<ShownFault[]>;
  /** Held calls go on, and none is held any more. */
  release(): Promise<ShownFault[]>;
  /** All of them are gone; held calls go on. */
  clear(): Promise<ShownFault[]>;
}

/** @throws {LocalFailure} from each, when the local AWS does not take it. */
export function faultsOf({ endpoint, port }: LocalCopy): Faults {
  const call = async (method: string, path = "", body?: Fault): Promise<ShownFault[]> => {
    const answer = await fetch(`${endpoint}/_coworker/faults${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new LocalFailure(`The local AWS on port ${port} does not take that fault: HTTP ${answer.status} ${await answer.text()}`);
    return answerSchema.parse(await answer.json()).faults;
  };
  return {
    add: (fault) => call("POST", "", fault),
    list: () => call("GET"),
    release: () => call("POST", "/release"),
    clear: () => call("DELETE"),
  };
}

/** For a terminal: what there is once that is done. @param add a file with one fault or a list of them. @throws {LocalFailure} */
export async function faultsText(copy: LocalCopy, { add, release, clear }: { add: string | undefined; release: boolean; clear: boolean }): Promise<string> {
  const faults = faultsOf(copy);
  for (const fault of add === undefined ? [] : faultsIn(add)) await faults.add(fault);
  const all = await (release ? faults.release() : clear ? faults.clear() : faults.list());
  const rows = all.map((fault) => {
    const { service, operation, iamAction, resource, account, role, times, met, held } = fault;
    const what = "hold" in fault ? "hold" : `${fault.error}${fault.after ? " after its effect" : ""}`;
    return [service, operation ?? iamAction ?? "*", resource ?? "*", account ?? "*", role ?? "*", what, `${met}${times ? ` of ${times}` : ""}`, String(held)];
  });
  return rows.length === 0 ? "no faults" : table(["service", "operation", "resource", "account", "role", "what", "met", "held"], rows);
}

function faultsIn(file: string): Fault[] {
  const content = readIfThere(file);
  if (content === undefined) throw new LocalFailure(`--add ${file}: there is no such file`);
  try {
    const parsed: unknown = JSON.parse(content);
    return z.array(faultSchema).parse(Array.isArray(parsed) ? parsed : [parsed]);
  } catch (error) {
    throw new LocalFailure(`${file} holds no faults: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`, { cause: error });
  }
}
