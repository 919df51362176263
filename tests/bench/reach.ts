/** How much of what AWS answers reaches the planner: the real worker, then the real message, against the raw JSON. */
import type { ServiceName } from "../../config/catalog/services.ts";
import { discoveryWorker } from "../../config/names.ts";
import { makeHandler } from "../../functions/discovery/worker.ts";
import { userMessage } from "../../functions/orchestrator/message.ts";
import { admitted, REQUEST_ID, round, SANDBOX, SETTINGS } from "../functions/shared/samples.ts";
import { atMost, type Benchmark, type Figure } from "./benchmark.ts";
import { listBuckets, publicAccessBlock } from "./data/buckets.ts";
import { describeInstances, type Tagging } from "./data/instances.ts";
import { listRoles } from "./data/roles.ts";
import { type Answers, FakeAws } from "./fake-aws.ts";
import { percent, whole } from "./stats.ts";
import { estimateTokens } from "./tokens.ts";

const RESOURCES = 100;
const AIM = 0.08;

export const reach: Benchmark = {
  title: `what of ${RESOURCES} resources reaches a model, against AWS's answers as compact JSON`,
  async run() {
    const buckets = listBuckets(RESOURCES);
    const numbers = new Map(buckets.Buckets.map(({ Name }, number) => [Name, number]));
    const instances = (tagging: Tagging) =>
      reached("ec2", "us-east-1", "DescribeInstances", { DescribeInstances: () => describeInstances(RESOURCES, SANDBOX, tagging) });
    const blocks = await reached("s3", "global", "GetPublicAccessBlock", {
      ListBuckets: () => buckets,
      GetPublicAccessBlock: ({ Bucket }) => publicAccessBlock(numbers.get(String(Bucket)) ?? 0),
    });
    const roles = await reached("iam", "global", "ListRoles", { ListRoles: () => listRoles(RESOURCES, SANDBOX) });
    return {
      figures: [
        ...figuresOf("instances, two tags each", await instances("two tags"), AIM),
        ...figuresOf("instances, six tags each", await instances("six tags"), AIM),
        ...figuresOf("buckets' public access blocks", blocks),
        ...figuresOf("roles", roles),
      ],
      notes: [
        "The prompt's evidence: what the second round's user message has more than the first's. Tokens: bytes ÷ 3.5 on both sides.",
        "Only instances have an aim: the other answers hold little that a question could do without.",
      ],
    };
  },
};

interface Reached {
  readonly raw: number;
  readonly prompt: number;
  readonly rows: number;
}

async function reached(service: ServiceName, region: string, operation: string, answers: Answers): Promise<Reached> {
  const aws = new FakeAws();
  const invoke = () => Promise.reject(new Error("exact reads ask no model"));
  const discover = makeHandler({ service: aws.service(service, answers), settings: SETTINGS, prompt: "", sts: aws.sts, invoke, put: aws.put, now: Date.now });
  const call = {
    requestId: REQUEST_ID,
    callId: "r1c1",
    worker: discoveryWorker(service),
    service,
    targets: [{ account: SANDBOX, region }],
    reads: [{ operation, input: {} }],
    shard: { index: 0, of: 1 },
    shareBytes: SETTINGS.limits.bytes.results,
    shareUsd: 0,
  };
  const result = await discover(call, { getRemainingTimeInMillis: () => 600_000 });
  const shown = { admission: admitted(), round: 2, roundsLeft: 3, budgetLeftUsd: 2, feedback: null, revisionsLeft: 2 };
  const prompt = Buffer.byteLength(userMessage({ ...shown, history: [round(1, [result])] })) - Buffer.byteLength(userMessage({ ...shown, history: [] }));
  return { raw: aws.rawBytes, prompt, rows: result.tables.reduce((sum, table) => sum + table.shown, 0) };
}

function figuresOf(what: string, { raw, prompt, rows }: Reached, aim?: number): Figure[] {
  const part = prompt / raw;
  const measured = `${percent(part)}: ${whole(prompt)} of ${whole(raw)} bytes, about ${whole(estimateTokens(prompt))} of ${whole(estimateTokens(raw))} tokens`;
  const name = `${rows} ${what}`;
  return [aim === undefined ? { name, measured } : atMost(name, part, aim, percent, measured)];
}
