/** Which reads show what a plan's steps would change. */
import type { ServiceName } from "../../../config/catalog/services.ts";
import { beforeReads, readInput } from "../../../config/catalog/state.ts";
import type { BeforeRead } from "../../../config/catalog/write.ts";
import type { Settings } from "../../../config/settings.ts";
import { backupReads, tagReads } from "./context-reads.ts";
import { inventoryReads } from "./inventory.ts";
import { type ResolvedStep, readRegion } from "./step.ts";

export interface Spot {
  readonly service: ServiceName;
  readonly account: string;
  /** Where the read is sent: "global" for a global service. */
  readonly region: string;
}

export interface WantedRead extends Spot {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export const spotOf = (step: Pick<ResolvedStep, "service" | "account" | "region">): Spot => ({
  service: step.service,
  account: step.account,
  region: readRegion(step),
});

/** The reads that make up a step's state before, and those that only inform the examination. */
export function readsOf(step: ResolvedStep): { readonly state: BeforeRead[]; readonly context: BeforeRead[] } {
  const askable = (read: BeforeRead) => readInput(read, step.input, step) !== null;
  const context = [...tagReads(step), ...backupReads(step)];
  return { state: beforeReads(step.write, step.input).filter(askable), context: context.filter(askable) };
}

/** Every read that examining these steps needs. */
export function wantedReads(steps: readonly ResolvedStep[], settings: Settings): WantedRead[] {
  const own = steps.flatMap((step) => {
    const { state, context } = readsOf(step);
    return [...state, ...context].map((read): WantedRead => ({ ...spotOf(step), operation: read.operation, input: readInput(read, step.input, step) ?? {} }));
  });
  return [...own, ...bucketLists(steps), ...instanceCounts(steps, settings), ...inventoryReads(steps)];
}

/** Which of the account's own buckets there are, and where: the list from the names' common beginning on. */
function bucketLists(steps: readonly ResolvedStep[]): WantedRead[] {
  const existing = steps.filter(({ service, write }) => service === "s3" && !write.creates);
  return [...Map.groupBy(existing, ({ account }) => account)].map(([account, own]): WantedRead => {
    const prefix = own.map(({ input }) => String(input.Bucket)).reduce(commonBeginning);
    return { service: "s3", account, region: "global", operation: "ListBuckets", input: prefix === "" ? {} : { Prefix: prefix } };
  });
}

function commonBeginning(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

const COUNTED = [{ Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] }];

/** G01: the account's instances in each of its regions, where their number is bounded and a plan adds to it. */
export function instanceCounts(steps: readonly ResolvedStep[], settings: Settings): WantedRead[] {
  const accounts = new Set(
    steps.filter((step) => isLaunch(step) && settings.environments[step.environment].maxInstances !== null).map(({ account }) => account),
  );
  return settings.accounts
    .filter(({ id }) => accounts.has(id))
    .flatMap(({ id, regions }) =>
      regions.map((region): WantedRead => ({ service: "ec2", account: id, region, operation: "DescribeInstances", input: { Filters: COUNTED } })),
    );
}

export function isLaunch({ service, operation }: Pick<ResolvedStep, "service" | "operation">): boolean {
  return service === "ec2" && operation === "RunInstances";
}
