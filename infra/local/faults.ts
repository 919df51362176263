/** Calls to the local AWS that fail or wait on purpose (faults.py). It is the emulator's doing: nothing that is deployed knows of it. */
import * as z from "zod";
import type { LocalCopy } from "./copy.ts";
import { LocalFailure } from "./failure.ts";

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
export const faultSchema = z.union([failing, holding]);
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
