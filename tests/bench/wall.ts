/** Wall time of a request that is neither a model's nor AWS's: the functions' own code, warm and at its first run. */
import { SERVICES } from "../../config/catalog/services.ts";
import type { Benchmark } from "./benchmark.ts";
import { type Flow, runFlow } from "./flow.ts";
import { milliseconds, quantile } from "./stats.ts";

const RUNS = 10;

export const wall: Benchmark = {
  title: "the functions' own milliseconds in one request of five worker calls over 100 resources each",
  async run() {
    const first = await runFlow(SERVICES);
    const flows: Flow[] = [];
    for (let run = 0; run < RUNS; run++) flows.push(await runFlow(SERVICES));
    const own = [...first.ownMs.keys()].map((name) => ({
      name,
      measured: `${milliseconds(
        quantile(
          flows.map(({ ownMs }) => ownMs.get(name) ?? 0),
          0.5,
        ),
      )}, first ${milliseconds(first.ownMs.get(name) ?? 0)}`,
    }));
    const total = (flow: Flow) => [...flow.ownMs.values()].reduce((sum, ms) => sum + ms, 0);
    return {
      figures: [
        {
          name: "all functions together",
          measured: `${milliseconds(quantile(flows.map(total), 0.5))} median, ${milliseconds(quantile(flows.map(total), 0))} least, first ${milliseconds(total(first))}`,
        },
        ...own,
      ],
      notes: [
        `${RUNS} requests in this process after a first one; a function that runs several times in a request is summed. What stands for AWS and the model took ${milliseconds(
          quantile(
            flows.map(({ outsideMs }) => outsideMs),
            0.5,
          ),
        )} and is not in it.`,
        "Not in it either: the machine between the states, starting functions (see cold), and the workers side by side as the Map runs them.",
      ],
    };
  },
};
