/** The Well-Architected table of a plan: each resource once, in the state that all its steps would leave. Pure. */

import { stateOf } from "../../../config/catalog/state.ts";
import { isReference, type State } from "../../../config/catalog/write.ts";
import { afterPlan, type CheckedResource, wellArchitected } from "../../../config/checks/index.ts";
import type { Settings } from "../../../config/settings.ts";
import type { WellArchitectedRow } from "../../shared/contracts.ts";
import { jsonBytes } from "../../shared/cut.ts";
import type { Draft } from "./draft.ts";
import { type CheckedStep, checkedStep, named } from "./inventory.ts";
import { isGap, type Snapshot } from "./snapshot.ts";
import { told } from "./told.ts";
import { spotOf } from "./wanted.ts";

/** UTF-8 bytes of the table in a plan; above it, rows that say the same of several resources are one. */
const MOST_BYTES = 16 * 1024;
/** Resources that one row names. */
const MOST_NAMED = 3;

interface Checked {
  readonly draft: Draft;
  readonly step: CheckedStep;
}

export function wellArchitectedTable(settings: Settings): (drafts: readonly Draft[], snapshot: Snapshot) => WellArchitectedRow[] {
  const levels = Object.fromEntries(Object.entries(settings.environments).map(([name, { enforcement }]) => [name, enforcement])) as Parameters<
    typeof wellArchitected
  >[1];
  return (drafts, snapshot) => {
    const checked = drafts.flatMap((draft): Checked[] => {
      const step = checkedStep(draft.observed);
      return step ? [{ draft, step }] : [];
    });
    const resources = [...Map.groupBy(checked, keyOf).values()].flatMap((own) => resourceOf(own, snapshot) ?? []);
    const rows = wellArchitected(resources, levels, settings).map((row) => ({ ...row, detail: told(row.detail, 300) }));
    return jsonBytes(rows) <= MOST_BYTES ? rows : together(rows);
  };
}

/** A made resource is its step, and so is what refers to it. */
function keyOf({ draft: { plan }, step: { checks, input } }: Checked): string {
  const value = input[checks.key];
  const named = isReference(value) ? value.$ref.split(".")[0] : plan.creates && typeof value !== "string" ? plan.id : value;
  return `${plan.service} ${checks.entity} ${plan.account} ${plan.region} ${String(named)}`;
}

function resourceOf(own: readonly Checked[], snapshot: Snapshot): CheckedResource | null {
  const [first] = own;
  if (!first) return null;
  const { plan, observed } = first.draft;
  const { checks } = first.step;
  const created = plan.creates && observed.write.entity === checks.entity;
  const before = created || !named(first.step) ? {} : readBefore(first, snapshot);
  const effects = own.map(({ draft }) => ({ promised: draft.plan.promised, image: draft.plan.before.image }));
  return {
    service: plan.service,
    entity: checks.entity,
    resource: plan.resource,
    environment: plan.environment,
    created,
    before,
    state: afterPlan(before, effects, checks.lists),
  };
}

/** A read that is not there whole is left out: its checks then say so. */
function readBefore({ draft, step }: Checked, snapshot: Snapshot): State {
  const tables = step.checks.reads.flatMap(({ operation }) => {
    const rows = snapshot.rows(spotOf(draft.observed), operation);
    return isGap(rows) ? [] : [rows];
  });
  return stateOf(step.checks.reads, tables, step.input);
}

function together(rows: readonly WellArchitectedRow[]): WellArchitectedRow[] {
  const alike = Map.groupBy(rows, ({ item, status, severity }) => `${item} ${status} ${severity}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const names = group.slice(0, MOST_NAMED).map(({ resource }) => resource);
    const more = group.length - names.length;
    return [{ ...first, resource: `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}` }];
  });
}
