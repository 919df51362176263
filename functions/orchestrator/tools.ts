/** The planner's five tools: one for each decision, offered only where the decision is possible. */
import type Anthropic from "@anthropic-ai/sdk";
import * as z from "zod";
import { CATALOG } from "../../config/catalog/index.ts";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { catalogText } from "../../config/catalog/tools.ts";
import { limitsText, proposeSchema, writesText } from "../../config/catalog/write-tools.ts";
import type { Settings } from "../../config/settings.ts";
import { type Admission, type Decision, decision, proposal, proposedStep, task } from "../shared/contracts.ts";
import { firstIssue } from "../shared/issue.ts";

/** Characters of a problem as model and person are told it. */
const MOST_PROBLEM = 500;

export interface Offer {
  /** Discovery is possible while rounds are left. */
  readonly discover: boolean;
  /** F01: nothing about an account is answered before something was read. */
  readonly answer: boolean;
}

export function offeredTools({ discover, answer }: Offer, admission: Admission, { changes, limits }: Pick<Settings, "changes" | "limits">): Anthropic.Tool[] {
  return [
    ...(discover
      ? [tool("discover", `Read from the accounts. Services and reads, with what each read's rows hold:\n${catalogText()}`, discoverSchema(admission))]
      : []),
    ...(answer ? [tool("answer", "Answer the person from the evidence.", schemaOf("answer"))] : []),
    tool("ask", "The request is too vague to plan: list what is missing.", schemaOf("ask")),
    tool("propose", proposeText(changes), changeSchema(admission, limits.plan.steps)),
    tool("decline", "The request has nothing to do with the AWS accounts, or must not be done.", schemaOf("decline")),
  ];
}

/** A tool call as a decision, or what is wrong with it. Closed: unknown tools and fields are errors. */
export function parseDecision(name: string, input: unknown, offer: Offer): { decision: Decision } | { problem: string } {
  if ((name === "discover" && !offer.discover) || (name === "answer" && !offer.answer)) return { problem: `${name} is not possible in this round` };
  const parsed = decision.safeParse({ ...(typeof input === "object" ? input : {}), kind: name });
  if (parsed.success) return { decision: parsed.data };
  // An issue may quote names of the model's own making, however long.
  return { problem: `${name.slice(0, 60)}: ${firstIssue(parsed.error)}`.slice(0, MOST_PROBLEM) };
}

/** How many steps a reply proposes, whether or not it is a decision; 0: it proposes none. */
export function stepsOf(uses: readonly Pick<Anthropic.ToolUseBlock, "name" | "input">[]): number {
  const [use, ...more] = uses;
  if (use?.name !== "propose" || more.length > 0) return 0;
  const { steps } = Object(use.input) as { readonly steps?: unknown };
  return Array.isArray(steps) ? steps.length : 0;
}

function tool(name: Decision["kind"], description: string, schema: object): Anthropic.Tool {
  return { name, description, input_schema: { ...schema, type: "object" } };
}

function schemaOf(kind: Decision["kind"]): object {
  const option = decision.options.find((one) => one.shape.kind.value === kind);
  if (!option) throw new Error(`no decision ${kind}`);
  const { kind: _, ...fields } = option.shape;
  return jsonSchema(z.strictObject(fields));
}

/** The names this request may use stand in the schema; the guardrail checks them again (law 5). */
function discoverSchema({ targets }: Admission): object {
  const operations = SERVICES.flatMap((service) => Object.keys(CATALOG[service].reads));
  const narrow = task.extend({
    service: z.enum(SERVICES),
    accounts: z.array(z.enum(targets.flatMap(({ account, name }) => [account, name]))).min(1),
    regions: z.array(z.enum([...new Set(targets.flatMap(({ regions }) => regions))])).default([]),
    reads: z.array(z.strictObject({ operation: z.enum([...new Set(operations)]), input: z.record(z.string(), z.unknown()).default({}) })).default([]),
  });
  return jsonSchema(z.strictObject({ rationale: z.string().max(2000).default(""), tasks: z.array(narrow).min(1).max(20) }));
}

function proposeText(changes: Settings["changes"]): string {
  return [
    "The person wants something changed: name the steps, in order, one resource each. Nothing runs before the guardrail and a person agree.",
    `Writes, with their input:\n${writesText()}`,
    `What the settings allow:\n${limitsText(changes)}`,
  ].join("\n");
}

/** As discoverSchema: closed lists of what this request may name. */
function changeSchema({ targets }: Admission, mostSteps: number): object {
  const { operation } = proposeSchema();
  const narrow = proposedStep.extend({
    service: z.enum(MUTABLE_SERVICES),
    account: z.enum(targets.flatMap(({ account, name }) => [account, name])),
    region: z.enum(["global", ...new Set(targets.flatMap(({ regions }) => regions))]),
    operation: z.enum(operation.enum),
  });
  const { kind: _, ...fields } = proposal.shape;
  return jsonSchema(z.strictObject({ ...fields, steps: z.array(narrow).min(1).max(mostSteps) }));
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
