/**
 * The STS session policy of a batch of steps: exactly what those steps need (law 7). Pure; the guardrail packs and
 * refuses with it, the mutation worker acts with it.
 */
import type { ReadDefinition } from "./define.ts";
import { type Condition, grouped, mapCondition, type Need, readPermissions } from "./needs.ts";
import { filled } from "./state.ts";
import { isReference, REQUEST_TAG, type StepInput, type WriteDefinition } from "./write.ts";

/** AWS STS API reference, AssumeRole, "Policy": 2,048 characters. Its packed size is bounded too, and known to AWS only: halve on PackedPolicyTooLarge. */
export const MOST_SESSION_CHARACTERS = 2048;

export interface SessionStep {
  readonly write: WriteDefinition;
  /** For the session itself with references filled; while packing, as the plan has them. */
  readonly input: StepInput;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
}

export interface SessionPolicy {
  readonly document: { readonly Version: "2012-10-17"; readonly Statement: readonly object[] };
  /** Of the document as compact JSON, which is how it must be sent. */
  readonly characters: number;
}

type Reads = Readonly<Record<string, ReadDefinition>>;

export function compileSessionPolicy(steps: readonly SessionStep[], reads: Reads): SessionPolicy {
  const needs = steps.flatMap((step) => needsOf(step, reads));
  const Statement = grouped(needs).map(({ Action, Resource, Condition }) => ({
    Effect: "Allow",
    Action: single(Action),
    Resource: single(Resource),
    ...(Condition ? { Condition } : {}),
  }));
  const document = { Version: "2012-10-17", Statement } as const;
  return { document, characters: JSON.stringify(document).length };
}

const single = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

function needsOf({ write, input, account, region, requestId }: SessionStep, reads: Reads): Need[] {
  const place = { account, region };
  const fill = (text: string) => everyFilling(text, input).map((given) => filled(text, given, place));
  const own = fill(write.arn);
  const changes = write.permissions
    .filter(({ when }) => when === undefined || input[when] !== undefined)
    .flatMap(({ action, resource, conditions = {}, onCreate }) => {
      const held = mapCondition(conditions, (texts) => texts.flatMap(fill));
      return fill(resource).map((arn) => ({ action, resource: arn, condition: onCreate ? withRequestTag(held, requestId) : held }));
    });
  const shows = readPermissions(write, reads).flatMap(({ action, resource }) => {
    const arn = filled(resource, {}, place);
    const narrower = own.filter((one) => covers(arn, one));
    return (narrower.length > 0 ? narrower : [arn]).map((one) => ({ action, resource: one, condition: {} }));
  });
  return [...changes, ...shows];
}

function withRequestTag(condition: Condition, requestId: string): Condition {
  return { ...condition, StringEquals: { ...condition.StringEquals, [`aws:RequestTag/${REQUEST_TAG}`]: requestId } };
}

/** The input once for each value of a list that the text names: one ARN each. */
function everyFilling(text: string, input: StepInput): StepInput[] {
  const field = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name).find((name) => Array.isArray(input[name]));
  if (field === undefined) return [input];
  return (input[field] as readonly unknown[]).map((value) => ({ ...input, [field]: value }));
}

/** Whether the pattern, an ARN with `*`, takes the ARN in. */
function covers(pattern: string, arn: string): boolean {
  const texts = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return pattern !== "*" && new RegExp(`^${texts.join(".*")}$`).test(arn);
}

/** Characters of the longest output, a role's name: the filled policy is no longer than the packed one. */
const LONGEST_OUTPUT = 64;

export type Packing<Step> =
  | { readonly fits: true; readonly batches: Step[][] }
  /** `step`: it alone needs a longer policy than STS takes. */
  | { readonly fits: false; readonly step: Step; readonly characters: number };

/**
 * Steps of one service, in order: a batch ends where the account or region changes, at `most` steps (F06), and before
 * its policy would not fit.
 */
export function packBatches<Step extends SessionStep>(steps: readonly Step[], most: number, reads: Reads): Packing<Step> {
  const batches: Step[][] = [];
  for (const step of steps) {
    const alone = packedSize([step], reads);
    if (alone > MOST_SESSION_CHARACTERS) return { fits: false, step, characters: alone };
    const last = batches.at(-1);
    const isSamePlace = last?.[0]?.account === step.account && last[0].region === step.region;
    if (last && isSamePlace && last.length < most && packedSize([...last, step], reads) <= MOST_SESSION_CHARACTERS) last.push(step);
    else batches.push([step]);
  }
  return { fits: true, batches };
}

function packedSize(steps: readonly SessionStep[], reads: Reads): number {
  return compileSessionPolicy(
    steps.map((step) => ({ ...step, input: withOutputs(step.input) })),
    reads,
  ).characters;
}

function withOutputs(input: StepInput): StepInput {
  // Each reference another value, or they would share an ARN.
  const value = (given: unknown): unknown => (isReference(given) ? given.$ref.padEnd(LONGEST_OUTPUT, "x") : Array.isArray(given) ? given.map(value) : given);
  return Object.fromEntries(Object.entries(input).map(([field, given]) => [field, value(given)]));
}
