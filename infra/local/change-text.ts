/** What became of a change, for a terminal: each step with who did it, and the last look at what was promised. */
import * as z from "zod";
import { planSchema } from "./approval.ts";
import type { RequestView } from "./ask.ts";
import { changeLines } from "./plan-text.ts";
import { table } from "./table.ts";
import { printable, shown } from "./words.ts";

const outcomeSchema = z.looseObject({ outcome: z.string(), message: z.string(), principal: z.string(), resource: z.string() });
/** The part of a request's view that is shown here. */
export const changeView = z.looseObject({
  verdict: z.looseObject({ decision: z.string(), code: z.string(), reason: z.string() }).nullable(),
  plan: z.looseObject({ hash: z.string(), document: planSchema }).nullable(),
  approvals: z.array(z.looseObject({ phase: z.number(), status: z.string(), approver: z.string().nullable() })),
  steps: z.array(
    z.looseObject({ stepId: z.string(), mode: z.string(), operation: z.string(), resource: z.string(), status: z.string(), outcome: outcomeSchema.nullable() }),
  ),
  verification: z
    .looseObject({
      outcome: z.string(),
      rows: z.array(z.looseObject({ stepId: z.string(), resource: z.string(), field: z.string(), after: z.unknown(), found: z.unknown(), match: z.boolean() })),
    })
    .nullable(),
});
export type ChangeView = z.infer<typeof changeView>;

const MOST_COLUMN = 20;

/** Undefined: the request came to no change. */
export function changeOf(view: RequestView): ChangeView | undefined {
  return changeView.safeParse(view.change).data;
}

export function changeText(view: RequestView): string {
  const change = changeOf(view);
  if (!change) return "";
  return [...verdict(change), ...decisions(change), ...steps(change), ...verification(change)].join("\n");
}

function verdict({ verdict: said, plan }: ChangeView): string[] {
  return said && !plan ? [`The guardrail: ${said.decision} (${said.code})`, `  ${printable(said.reason)}`] : [];
}

function decisions({ approvals }: ChangeView): string[] {
  return approvals.map(({ phase, status, approver }) => `Phase ${phase}: ${status}${approver ? ` by ${approver}` : ""}`);
}

function steps({ steps: all, plan }: ChangeView): string[] {
  if (all.length === 0) return ["", "Nothing was changed."];
  const planned = plan?.document.phases.flatMap((phase) => phase.steps) ?? [];
  const lines = all.flatMap(({ stepId, mode, operation, resource, status, outcome }) => {
    const step = planned.find(({ id }) => id === stepId);
    const quiet = ["done", "already_done", "undone", "nothing_to_undo"].includes(status);
    return [
      `  ${quiet ? "✓" : "✗"} ${stepId.padEnd(4)}${mode === "undo" ? `undo of ${operation}` : operation}   ${status}`,
      `      on    ${printable(outcome?.resource || resource)}`,
      ...(outcome?.principal ? [`      as    ${outcome.principal}`] : []),
      ...(mode === "apply" && step && quiet ? changeLines(step).map((line) => `      ${line}`) : []),
      ...(quiet || !outcome ? [] : [`      ${printable(outcome.message)}`]),
    ];
  });
  return ["", "What was done", ...lines];
}

function verification({ verification: look }: ChangeView): string[] {
  if (!look) return [];
  const groups = new Map<string, { cells: string[]; fields: string[] }>();
  for (const { stepId, resource, field, after, found, match } of look.rows) {
    const cells = [match ? "✓" : "✗", stepId, resource.split(":").at(-1) ?? resource, shown(after), shown(found)];
    const group = groups.get(cells.join("\n")) ?? { cells, fields: [] };
    group.fields.push(columnOf(field));
    groups.set(cells.join("\n"), group);
  }
  const rows = [...groups.values()].map(({ cells, fields }) => [...cells, fields.join(", ")]);
  return ["", `Read back by discovery, which can change nothing: ${look.outcome}`, table(["", "step", "resource", "promised", "found", "what"], rows)];
}

/** "State.Name" of DescribeInstances.State.Name; of a long path its end. */
function columnOf(field: string): string {
  const path = field.split(".");
  const column = path.slice(1).join(".");
  return column !== "" && column.length <= MOST_COLUMN ? column : (path.at(-1) ?? field);
}
