/**
 * A whole request in this process: the machine's own definition with real JSONata, the real function code,
 * AWS and the planner from memory. Whatever is not the project's code is timed, to be taken off.
 */
import { readFileSync } from "node:fs";
import { SERVICES, type ServiceName } from "../../config/catalog/services.ts";
import { discoveryWorker } from "../../config/names.ts";
import { makeHandler as makeAdmit } from "../../functions/admit/admit.ts";
import { makeHandler as makeDiscover } from "../../functions/discovery/worker.ts";
import { decideTasks, type TasksInput } from "../../functions/guardrail/tasks.ts";
import { makeHandler as makeOrchestrate } from "../../functions/orchestrator/orchestrate.ts";
import { dynamoJournal } from "../../functions/record/journal.ts";
import { makeHandler as makeRecord } from "../../functions/record/record.ts";
import { makeHandler as makeReport } from "../../functions/report/report.ts";
import { type ReportResult, reportResult } from "../../functions/shared/contracts.ts";
import { fakeTable } from "../functions/record/fake-table.ts";
import { document, SANDBOX, SETTINGS } from "../functions/shared/samples.ts";
import { execute, rendered } from "../statemachine/machine.ts";
import { listBuckets, publicAccessBlock } from "./data/buckets.ts";
import { describeInstances } from "./data/instances.ts";
import { listRoles } from "./data/roles.ts";
import { type Answers, FakeAws } from "./fake-aws.ts";
import { planner } from "./planner.ts";

const RESOURCES = 100;

const ANSWERS: Readonly<Record<ServiceName, Answers>> = {
  ec2: { DescribeInstances: () => describeInstances(RESOURCES, SANDBOX, "six tags") },
  s3: { ListBuckets: () => listBuckets(RESOURCES), GetPublicAccessBlock: () => publicAccessBlock(1) },
  iam: { ListRoles: () => listRoles(RESOURCES, SANDBOX) },
  lambda: { ListFunctions: () => ({ Functions: [] }) },
  cloudtrail: { DescribeTrails: () => ({ trailList: [] }) },
};

export interface Flow {
  readonly ended: string;
  /** States entered, those of each Map item too. */
  readonly visited: readonly string[];
  readonly workers: number;
  readonly report: ReportResult;
  /** Bytes of the bodies that models were sent. */
  readonly modelBytes: number;
  /** Milliseconds in each function's own code. */
  readonly ownMs: ReadonlyMap<string, number>;
  /** Milliseconds in what stands for AWS and the model. */
  readonly outsideMs: number;
}

/** @param services one worker call each. @throws when the request does not end as answered: its figures would mean nothing. */
export async function runFlow(services: readonly ServiceName[]): Promise<Flow> {
  const aws = new FakeAws();
  const asked = planner(services, aws);
  const prompt = readFileSync(new URL("../../config/prompts/orchestrator.md", import.meta.url), "utf8");
  const table = fakeTable("pk", "sk");
  const journal = dynamoJournal({ send: (command: never) => aws.outside(() => table.client.send(command)) } as typeof table.client, "journal");
  const report = makeReport({ getObject: aws.get, putObject: aws.put, now: () => new Date() });
  let reported: unknown;

  const code: Record<string, (payload: Record<string, unknown>) => unknown> = {
    admit: makeAdmit({ settings: SETTINGS, now: () => new Date() }),
    orchestrator: makeOrchestrate({ settings: SETTINGS, prompt, invoke: asked.invoke, now: Date.now }),
    guardrail: ({ kind: _, ...payload }) => decideTasks(payload as unknown as TasksInput, SETTINGS.limits),
    record: makeRecord({ journal, settings: SETTINGS, now: () => new Date(), wait: () => Promise.resolve(), random: () => 0 }),
    report: async (payload) => {
      reported = await report(payload);
      return reported;
    },
  };
  for (const service of SERVICES) {
    const discover = makeDiscover({
      service: aws.service(service, ANSWERS[service]),
      settings: SETTINGS,
      prompt: "",
      sts: aws.sts,
      invoke: asked.invoke,
      put: aws.put,
      now: Date.now,
    });
    code[discoveryWorker(service)] = (payload) => discover(payload, { getRemainingTimeInMillis: () => 600_000 });
  }

  const ownMs = new Map<string, number>();
  const timed = Object.entries(code).map(([name, run]): [string, typeof run] => [
    name,
    async (payload) => {
      const [began, outside] = [performance.now(), aws.outsideMs];
      const result = await run(payload);
      ownMs.set(name, (ownMs.get(name) ?? 0) + performance.now() - began - (aws.outsideMs - outside));
      return result;
    },
  ]);
  const { state, error, cause, visited } = await execute(rendered(), document({ accounts: [SANDBOX], regions: ["us-east-1"] }), Object.fromEntries(timed));
  if (state !== "Succeeded") throw new Error(`the benchmark's request ended in ${state}: ${String(error)}: ${String(cause)}`);
  return { ended: state, visited, workers: services.length, report: reportResult.parse(reported), modelBytes: asked.bytes(), ownMs, outsideMs: aws.outsideMs };
}
