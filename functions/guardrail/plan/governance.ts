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

/** Tags that an existing resource lacks, once a resource, with those that the plan would give it. The gap is older than the plan, so it is told and never stops what closes another. */
export function tagFindings(drafts: readonly Draft[], settings: Settings): GovernanceFinding[] {
  const existing = drafts.filter(({ plan, observed }) => !plan.creates && !plan.before.absent && plan.class !== "destructive" && hasTagsRead(observed));
  const byResource = Map.groupBy(existing, ({ plan }) => plan.resource);
  return [...byResource.values()].flatMap((own): GovernanceFinding[] => {
    const [first] = own;
    if (!first) return [];
    const tags = Object.assign({}, ...own.map(({ observed }) => observed.tags), ...own.map(({ plan }) => textsOf(plan.input.Tags)));
    const { environment } = first.plan;
    const found = checkTags(settings.tags, tags, { environment, origin: "resource" }).filter(({ code }) => code !== "recommended");
    const severity = ORDER.find((one) => found.some((finding) => finding.severity === one));
    if (severity === undefined) return [];
    return [
      {
        stepId: first.plan.id,
        severity,
        effect: effectOf(severity, first.plan, settings) === "informs" ? "informs" : "acknowledge",
        message: `${first.plan.resource} has not the tags it must have: ${told(found.map(({ message }) => message).join("; "), 300)}.`,
        remediation: "Tag it: ask the requester for what is missing.",
        ruleIds: [...new Set(found.flatMap(({ source }) => source.split(", ")))],
      },
    ];
  });
}

function hasTagsRead({ context, image }: Draft["observed"]): boolean {
  return Object.values({ ...context, ...image }).some((rows) => rows.some((row) => "Tags" in row || "TagSet" in row));
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** G14: a gap that the tier does not accept stops the plan, one that it accepts is told: once an item, however many resources have it. */
export function rowFindings(rows: readonly WellArchitectedRow[], drafts: readonly Draft[], settings: Settings): GovernanceFinding[] {
  const gaps = rows.filter(({ status }) => status !== "PASS");
  return [...Map.groupBy(gaps, ({ item, status, severity }) => `${item} ${status} ${severity}`).values()].flatMap((alike): GovernanceFinding[] => {
    const [row] = alike;
    const step = row && (drafts.find(({ plan }) => plan.resource === row.resource) ?? drafts[0]);
    if (!row || !step) return [];
    const acknowledged = ENFORCEMENT[settings.environments[step.plan.environment].enforcement].acknowledge;
    const effect = row.status === "BLOCKED" ? "blocks" : acknowledged ? "acknowledge" : "informs";
    const also = alike.length > 1 ? ` (and ${alike.length - 1} more)` : "";
    const message = `${row.item}, ${row.resource}${also}: ${row.detail}`;
    return [{ stepId: step.plan.id, severity: row.severity, effect, message, remediation: row.remediation, ruleIds: row.ruleIds }];
  });
}
