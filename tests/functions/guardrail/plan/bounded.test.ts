/** What a verdict and a plan tell of their findings when there is no room for all of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedFindings } from "../../../../functions/guardrail/plan/bounded.ts";
import { type GovernanceFinding, governanceFinding } from "../../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../../functions/shared/cut.ts";

type Effect = GovernanceFinding["effect"];
const EFFECTS = ["informs", "acknowledge", "blocks_release", "blocks"] as const satisfies readonly Effect[];
const finding = (effect: Effect, index: number): GovernanceFinding => ({
  stepId: null,
  severity: "low",
  effect,
  message: `${effect} ${index} ${"x".repeat(300)}`,
  remediation: "do it",
  ruleIds: ["L01"],
});
const many = (...effects: Effect[]) => effects.map(finding);
const effectsOf = (findings: readonly GovernanceFinding[]) => [...new Set(findings.map(({ effect }) => effect))].sort();
const counts = (findings: readonly GovernanceFinding[]) => findings.filter(({ message }) => message.endsWith("not listed."));

describe("findings that have no room", () => {
  test("all are told where they fit", () => {
    const findings = many("acknowledge", "blocks", "informs");
    expect(boundedFindings(findings, 10_000)).toEqual(findings);
  });

  test("each effect among those left out is counted in a finding of its own: none takes another's place", () => {
    const effects: Effect[] = [...Array<Effect>(20).fill("informs"), "acknowledge", "blocks_release", "acknowledge", "blocks"];
    const told = boundedFindings(many(...effects), 4_096);
    expect(counts(told).map(({ effect, message }) => [effect, message.split(" ")[0]])).toEqual([
      ["blocks", "1"],
      ["blocks_release", "1"],
      ["acknowledge", "2"],
      ["informs", String(24 - (told.length - 4) - 4)],
    ]);
    expect(told.length).toBeGreaterThan(4);
  });

  test.each(EFFECTS)("only %s is counted where only that was left out", (effect) => {
    const told = boundedFindings(many(...Array<Effect>(20).fill(effect)), 4_096);
    expect(counts(told)).toHaveLength(1);
    expect(effectsOf(told)).toEqual([effect]);
  });

  test("no effect is lost, none is made up, every finding is told or counted, and the bytes are kept", () => {
    const effect = fc.constantFrom(...EFFECTS);
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 60 }), fc.integer({ min: 1_200, max: 12_000 }), (effects, bytes) => {
        const findings = many(...effects);
        const told = boundedFindings(findings, bytes);
        expect(effectsOf(told)).toEqual(effectsOf(findings));
        expect(jsonBytes(told)).toBeLessThanOrEqual(bytes);
        const left = counts(told).reduce((sum, { message }) => sum + Number(message.split(" ")[0]), 0);
        expect(told.length - counts(told).length + left).toBe(findings.length);
        for (const one of told) expect(governanceFinding.safeParse(one).success).toBe(true);
      }),
    );
  });
});
