/** Governance findings on what a plan touches, with what each does to it by the environment's enforcement level (G13, G14). Pure. */
import { ENFORCEMENT, type Severity } from "../../../config/environments.ts";
import type { Settings } from "../../../config/settings.ts";
import { checkTags } from "../../../config/tag-check.ts";
import type { GovernanceFinding, WellArchitectedRow } from "../../shared/contracts.ts";
import type { Draft } from "./draft.ts";
import { told } from "./told.ts";

const ORDER: readonly Severity[] = ["critical", "high", "medium", "low"];

export function effectOf(severity: Severity, { environment }: Draft["plan"], settings: Settings): GovernanceFinding["effect"] {
  const level = ENFORCEMENT[settings.environments[environment].enforcement];
  if (level.blocks.includes(severity)) return "blocks";
  return level.acknowledge ? "acknowledge" : "informs";
}

/** Of config/checks: what the table says of a resource's tags is not said again. */
const TAGS_ITEM = "Governance tags";
/** Resources that one finding names; the others it counts. */
const NAMED = 3;

/**
 * Tags that existing resources lack, with those that the plan would give them; resources that lack the same are one finding.
 * The gap is older than the plan, so it is told and never stops what closes another.
 */
export function tagFindings(drafts: readonly Draft[], rows: readonly WellArchitectedRow[], settings: Settings): GovernanceFinding[] {
  const inTable = (resource: string) => rows.some((row) => row.item === TAGS_ITEM && row.resource.includes(resource));
  const existing = drafts.filter(
    ({ plan, observed }) => !plan.creates && !plan.before.absent && plan.class !== "destructive" && hasTagsRead(observed) && !inTable(plan.resource),
  );
  const gaps = [...Map.groupBy(existing, ({ plan }) => plan.resource).values()].flatMap((own) => gapOf(own, settings));
  return [...Map.groupBy(gaps, ({ step, text }) => `${step.environment} ${text}`).values()].flatMap((alike): GovernanceFinding[] => {
    const [first] = alike;
    if (!first) return [];
    const who = listed(alike.map(({ step }) => step.resource));
    return [
      {
        stepId: alike.length === 1 ? first.step.id : null,
        severity: first.severity,
        effect: effectOf(first.severity, first.step, settings) === "informs" ? "informs" : "acknowledge",
        message: told(`${first.text}: ${who}.`, 400),
        remediation: "Tag what is there: ask the requester for the values.",
        ruleIds: first.ruleIds,
      },
    ];
  });
}

interface Gap {
  readonly step: Draft["plan"];
  readonly severity: Severity;
  readonly text: string;
  readonly ruleIds: string[];
}

/** What the system alone may set is no gap that anybody could close. */
function gapOf(own: readonly Draft[], { tags: rules }: Settings): Gap[] {
  const [first] = own;
  if (!first) return [];
  const tags = Object.assign({}, ...own.map(({ observed }) => observed.tags), ...own.map(({ plan }) => textsOf(plan.input.Tags)));
  const isSystems = (key: string) => rules.some((rule) => rule.key === key && rule.setBy === "system");
  const found = checkTags(rules, tags, { environment: first.plan.environment, origin: "resource" }).filter(
    ({ code, key }) => code !== "recommended" && !isSystems(key),
  );
  const severity = ORDER.find((one) => found.some((finding) => finding.severity === one));
  if (severity === undefined) return [];
  const text = `Tags are not as they must be: ${told(found.map(({ message }) => message).join("; "), 300)}`;
  return [{ step: first.plan, severity, text, ruleIds: [...new Set(found.flatMap(({ source }) => source.split(", ")))] }];
}

function hasTagsRead({ context, image }: Draft["observed"]): boolean {
  return Object.values({ ...context, ...image }).some((rows) => rows.some((row) => "Tags" in row || "TagSet" in row));
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/**
 * G14: gaps of the table that stop the plan or have to be acknowledged, one finding an item; what only informs is in the table.
 * Whether a gap stops the plan is its status: one that is older than the plan is not BLOCKED, whatever its severity.
 */
export function rowFindings(rows: readonly WellArchitectedRow[], drafts: readonly Draft[], settings: Settings): GovernanceFinding[] {
  const gaps = rows.flatMap((row) => {
    const step = drafts.find(({ plan }) => plan.resource === row.resource) ?? drafts[0];
    if (row.status === "PASS" || !step) return [];
    const weaker = effectOf(row.severity, step.plan, settings) === "informs" ? ("informs" as const) : ("acknowledge" as const);
    const effect = row.status === "BLOCKED" ? blockOf(row, step.plan, settings) : weaker;
    return effect === "informs" ? [] : [{ row, effect, stepId: step.plan.id }];
  });
  return [...Map.groupBy(gaps, ({ row, effect }) => `${row.item} ${row.severity} ${effect}`).values()].flatMap((alike): GovernanceFinding[] => {
    const [first] = alike;
    if (!first) return [];
    const { row, effect, stepId } = first;
    const who = listed(alike.map((one) => one.row.resource));
    const message = told(`${row.item}: ${told(row.detail, 200)}: ${who}`, 400);
    return [{ stepId: alike.length === 1 ? stepId : null, severity: row.severity, effect, message, remediation: row.remediation, ruleIds: row.ruleIds }];
  });
}

/** Y-22: what only a person can do keeps a pipeline's artifact from its release. Where changes are direct there is no release, so it stops the plan. */
function blockOf({ exit }: WellArchitectedRow, { environment }: Draft["plan"], settings: Settings): "blocks" | "blocks_release" {
  const { directMutation, pipelineArtifact } = settings.environments[environment];
  return exit === "manual" && pipelineArtifact && !directMutation ? "blocks_release" : "blocks";
}

function listed(resources: readonly string[]): string {
  return `${resources.slice(0, NAMED).join(", ")}${resources.length > NAMED ? ` and ${resources.length - NAMED} more` : ""}`;
}
