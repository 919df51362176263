/** State transitions and dollars of one request: the machine's definition walked with one worker call and with five. */
import { SERVICES, type ServiceName } from "../../config/catalog/services.ts";
import { atMost, type Benchmark, type Figure } from "./benchmark.ts";
import { runFlow } from "./flow.ts";
import { dollars, whole } from "./stats.ts";
import { estimateTokens } from "./tokens.ts";

const AIM = 20;
/** US dollars a transition, Standard Workflows in us-east-1 (AWS Step Functions pricing page, read 2026-11): $0.025 per 1,000. */
const USD_PER_TRANSITION = 0.025 / 1_000;

export const transitions: Benchmark = {
  title: "state transitions and dollars of one answered request",
  async run() {
    return {
      figures: [...(await figuresOf(["s3"])), ...(await figuresOf(SERVICES))],
      notes: [
        "Computed: the definition is walked in this process with the real functions, states of each Map item counted; AWS counts a transition each time a step is executed, retries too.",
        "Model dollars: bytes of the real prompts ÷ 3.5 at config/models.ts' prices, nothing cached, answers of the length that planner.ts gives.",
      ],
    };
  },
};

async function figuresOf(services: readonly ServiceName[]): Promise<Figure[]> {
  const { visited, report, modelBytes } = await runFlow(services);
  const what = `${services.length} worker call(s)`;
  const machine = visited.length * USD_PER_TRANSITION;
  return [
    atMost(`${what}: transitions`, visited.length, AIM, whole),
    { name: `${what}: machine`, measured: dollars(machine) },
    { name: `${what}: models`, measured: `${dollars(report.usd)} for ${whole(modelBytes)} bytes, about ${whole(estimateTokens(modelBytes))} tokens sent` },
    { name: `${what}: together`, measured: dollars(machine + report.usd) },
  ];
}
