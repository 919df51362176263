/** Every row of the Well-Architected table has a way out, and the way that it names does close it. */

import { describe, expect, test } from "vitest";
import type { Environment } from "../../../config/accounts.ts";
import { findWrite } from "../../../config/catalog/index.ts";
import type { State } from "../../../config/catalog/write.ts";
import { CLOSED_CHANGES } from "../../../config/changes.ts";
import { afterPlan, CHECKS, wellArchitected } from "../../../config/checks/index.ts";
import { ENVIRONMENT_RULES } from "../../../config/environments.ts";
import { TAG_RULES } from "../../../config/tags.ts";
import { ACCOUNT, REGION, SAMPLES } from "../catalog/write-samples.ts";
import type { Flip, FlipsOf } from "./flip.ts";
import { instanceFlips, securityGroupFlips } from "./flips-ec2.ts";
import { roleFlips } from "./flips-iam.ts";
import { functionFlips } from "./flips-lambda.ts";
import { bucketFlips } from "./flips-s3.ts";

const FLIPS: readonly FlipsOf[] = [instanceFlips, securityGroupFlips, bucketFlips, roleFlips, functionFlips];
const LEVELS = Object.fromEntries(Object.entries(ENVIRONMENT_RULES).map(([name, { enforcement }]) => [name, enforcement])) as Parameters<
  typeof wellArchitected
>[1];

const kinds = CHECKS.map((kind) => {
  const own = FLIPS.find(({ service, entity }) => service === kind.service && entity === kind.entity);
  if (!own) throw new Error(`no flips of ${kind.service} ${kind.entity}`);
  return { ...kind, own };
});
const all = kinds.flatMap((kind) => kind.checks.map((check) => ({ kind, check })));

/** Production has the checks of every tier. */
function statusOf({ service, entity }: FlipsOf, item: string, state: State, created: boolean): string | undefined {
  const resource = { service, entity, resource: "arn", environment: "production" as Environment, created, before: {}, state };
  return wellArchitected([resource], LEVELS, { tags: TAG_RULES, changes: CLOSED_CHANGES }).find((row) => row.item === item)?.status;
}

function closed({ kind, check }: (typeof all)[number], { operation, input, gap }: Flip): boolean {
  const write = findWrite(kind.service, operation);
  if (!write) throw new Error(`${operation} is not in the catalog`);
  // As a plan that is examined: an input that the catalog refuses proves nothing.
  write.input.parse(input);
  const { before: usual = {} } = SAMPLES[kind.service][operation] ?? {};
  expect(write.precondition?.(input, { ...usual, ...gap }, { account: ACCOUNT, region: REGION }) ?? null).toBeNull();
  const anew = check.exit.kind === "anew";
  const before = anew ? {} : gap;
  const after = afterPlan(before, [{ promised: write.promises(input, before), image: before }], kind.lists);
  return statusOf(kind.own, check.item, after, anew) === "PASS";
}

describe("a gap of the Well-Architected table", () => {
  test.each(kinds)("of $service $entity: every check says how it is closed, and no other is listed", ({ checks, own }) => {
    const listed = [...Object.keys(own.flips), ...Object.keys(own.manual)];
    expect(listed.sort()).toEqual(checks.map(({ item }) => item).sort());
    expect(Object.keys(own.manual).sort()).toEqual(checks.flatMap(({ item, exit }) => (exit.kind === "manual" ? [item] : [])).sort());
  });

  const flipped = all.flatMap(({ kind, check }) => {
    const flip = kind.own.flips[check.item];
    return flip ? [{ name: `${kind.entity}: ${check.item}`, of: { kind, check }, flip }] : [];
  });
  test.each(flipped)("$name: the write that it names closes it", ({ of, flip }) => {
    expect(of.check.exit).toMatchObject({ operation: flip.operation });
    expect(statusOf(of.kind.own, of.check.item, flip.gap, false)).not.toBe("PASS");
    expect(closed(of, flip)).toBe(true);
  });

  test.each(flipped)("$name: it says the write by its name", ({ of: { check }, flip }) => {
    if (check.exit.kind === "step") expect(check.remediation).toContain(flip.operation);
  });

  test("only the making of a resource closes what is closed anew, and only a write on it what is a step", () => {
    for (const { kind, check } of all) {
      if (check.exit.kind === "manual") continue;
      const write = findWrite(kind.service, check.exit.operation);
      expect(write?.creates !== undefined, check.item).toBe(check.exit.kind === "anew");
      expect(write?.inverseOnly, check.item).toBeUndefined();
    }
  });
});
