/** How fast the guardrail judges a plan: Cedar, limits, tags, cost, phases and the seal, for plans of 1, 10 and 100 steps. */
import { examine } from "../../functions/guardrail/plan/examine.ts";
import { planReads } from "../../functions/guardrail/plan/plan-reads.ts";
import { wellArchitectedTable } from "../../functions/guardrail/plan/well-architected.ts";
import { jsonBytes } from "../../functions/shared/cut.ts";
import { answer, blockOf, bucketWorld, JUDGING, NOW, proposed, SETTINGS } from "../functions/guardrail/plan/set-up.ts";
import type { Benchmark } from "./benchmark.ts";
import { milliseconds, quantile } from "./stats.ts";

const judging = { ...JUDGING, wellArchitected: wellArchitectedTable(SETTINGS) };
const RUNS = 30;
const WARM_UP = 3;

export const examination: Benchmark = {
  title: "one examination of a plan, with the reads' results in hand",
  async run() {
    const medians: number[] = [];
    const figures = [1, 10, 100].map((count) => {
      const names = Array.from({ length: count }, (_, index) => `acme-bench-${index}`);
      const input = proposed(names.map((name, index) => blockOf(`s${index + 1}`, name)));
      const world = bucketWorld(...names.map((name) => ({ name, flags: [true, false, true, false] })));
      const { calls } = planReads(input, SETTINGS);
      const asked = { ...input, kind: "examine" as const, results: calls.map((call) => answer(call, world)), now: NOW };
      const result = examine(asked, judging);
      const times = Array.from({ length: RUNS + WARM_UP }, () => {
        const began = performance.now();
        examine(asked, judging);
        return performance.now() - began;
      }).slice(WARM_UP);
      medians.push(quantile(times, 0.5));
      return {
        name: `${count} step(s) → ${result.verdict.decision}, plan of ${result.plan ? jsonBytes(result.plan) : 0} bytes`,
        measured: `${milliseconds(quantile(times, 0.5))} p50, ${milliseconds(quantile(times, 0.99))} p99`,
      };
    });
    const [one = 1, ten = 0, hundred = 0] = medians;
    const ratios = { name: "ratio to one step", measured: `10 steps ${(ten / one).toFixed(1)}×, 100 steps ${(hundred / one).toFixed(1)}×` };
    return {
      figures: [...figures, ratios],
      notes: [`${RUNS} examinations each after ${WARM_UP} to warm up, in this process; without the function's parsing.`],
    };
  },
};
