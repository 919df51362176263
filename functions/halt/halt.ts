/** Halt (law 10): whether the machine may go on, asked between steps. Closed: a switch that is missing or unreadable halts. */
import * as z from "zod";
import { type HaltResult, requestDocument } from "../shared/contracts.ts";
import { type HaltSwitch, parseHalt } from "../shared/halt.ts";
import { firstIssue } from "../shared/issue.ts";
import type { Stops } from "../shared/stops-table.ts";

export interface HaltDependencies {
  readonly readSwitch: () => Promise<string | undefined>;
  readonly stops: Pick<Stops, "get">;
}

export const haltInput = z.strictObject({ requestId: requestDocument.shape.requestId });

export function makeHandler({ readSwitch, stops }: HaltDependencies): (event: unknown) => Promise<HaltResult> {
  return async function halt(event) {
    const parsed = haltInput.safeParse(event);
    if (!parsed.success) throw new Error(`halt: ${firstIssue(parsed.error)}`);
    const [text, stop] = await Promise.all([readSwitch(), stops.get(parsed.data.requestId)]);
    const state: HaltSwitch = parseHalt(text);
    if (state.halted) return { outcome: "halted", by: state.by, reason: state.reason };
    return stop ? { outcome: "stopped", by: stop.by, reason: stop.reason } : { outcome: "go", by: "", reason: "" };
  };
}
