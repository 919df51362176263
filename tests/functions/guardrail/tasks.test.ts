import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { SERVICES } from "../../../config/catalog/services.ts";
import { LIMITS } from "../../../config/limits.ts";
import { discoveryWorker } from "../../../config/names.ts";
import { inShard } from "../../../functions/discovery/shard.ts";
import { decideTasks, type TasksInput } from "../../../functions/guardrail/tasks.ts";
import { BOUNDS, type GuardrailResult, guardrailResult, type HistoryRound, type Task, type WorkerCall } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { admitted, PRODUCTION, result, round, SANDBOX, table, UNREGISTERED, usage } from "../shared/samples.ts";

const task = (changes: Partial<Task> = {}): Task => ({
  service: "s3",
  accounts: [SANDBOX],
  regions: [],
  reads: [{ operation: "ListBuckets", input: {} }],
  ...changes,
});
const encryption = { operation: "GetBucketEncryption", input: {} };
const decide = (tasks: Task[], changes: Partial<TasksInput> = {}, limits = LIMITS): GuardrailResult =>
  guardrailResult.parse(decideTasks({ admission: admitted(), round: 1, history: [], usage: [], tasks, ...changes }, limits));
const listed = (buckets: number, account = SANDBOX): HistoryRound => round(1, [result([table([], { total: buckets, shown: 0, account })])]);

describe("a legal task", () => {
  it("becomes a call of its service's own worker, one account and region a target", () => {
    const { verdict, calls } = decide([
      task({ service: "ec2", accounts: [SANDBOX, "acme-production"], reads: [{ operation: "DescribeInstances", input: {} }] }),
    ]);
    expect(verdict.decision).toBe("proceed");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      callId: "r1c1",
      worker: "discovery-ec2",
      targets: [
        { account: SANDBOX, region: "us-east-1" },
        { account: SANDBOX, region: "eu-west-1" },
        { account: PRODUCTION, region: "us-east-1" },
      ],
      shard: { index: 0, of: 1 },
      shareUsd: 0,
    });
  });

  it("names an account once, however it is named", () => {
    const { calls } = decide([task({ accounts: [SANDBOX, "acme-sandbox", SANDBOX] })]);
    expect(calls.flatMap(({ targets }) => targets)).toEqual([{ account: SANDBOX, region: "global" }]);
  });

  it("of a global service is read once an account, within the regions the request or the task named", () => {
    const targets = (admission: TasksInput["admission"], regions: string[] = []) => decide([task({ regions })], { admission }).calls[0]?.targets;
    expect(targets(admitted())).toEqual([{ account: SANDBOX, region: "global" }]);
    expect(targets(admitted({ regionsNarrowed: true }))).toEqual([{ account: SANDBOX, region: "global", within: ["us-east-1", "eu-west-1"] }]);
    expect(targets(admitted(), ["eu-west-1", "global"])).toEqual([{ account: SANDBOX, region: "global", within: ["eu-west-1"] }]);
  });

  it("has no region filter where the service's resources have no region", () => {
    const { calls } = decide([task({ service: "iam", reads: [{ operation: "ListUsers", input: {} }] })], { admission: admitted({ regionsNarrowed: true }) });
    expect(calls[0]?.targets).toEqual([{ account: SANDBOX, region: "global" }]);
  });
});

describe("an illegal part is refused with its rule while the rest proceeds", () => {
  const other = task({ service: "iam", reads: [{ operation: "ListUsers", input: {} }] });
  it.each([
    ["unknown_service", "law-3", task({ service: "secretsmanager" }), ["discovery-iam"]],
    ["unknown_operation", "law-4", task({ reads: [{ operation: "GetObject", input: {} }, encryption] }), ["discovery-s3", "discovery-iam"]],
    ["unknown_operation", "law-4", task({ reads: [{ operation: "constructor", input: {} }] }), ["discovery-iam"]],
    ["unknown_operation", "law-4", task({ reads: [{ operation: "DeleteBucket", input: { Bucket: "prod" } }] }), ["discovery-iam"]],
    ["invalid_input", "law-4", task({ reads: [{ operation: "ListBuckets", input: { MaxBuckets: 1 } }] }), ["discovery-iam"]],
    ["invalid_input", "law-4", task({ reads: [{ operation: "GetBucketPolicy", input: { Bucket: "b".repeat(64) } }] }), ["discovery-iam"]],
    ["account_not_admitted", "law-5", task({ accounts: [UNREGISTERED] }), ["discovery-iam"]],
    ["region_not_admitted", "law-5", task({ regions: ["eu-north-1"] }), ["discovery-iam"]],
    ["empty_task", "D17", task({ reads: [] }), ["discovery-iam"]],
    ["empty_task", "D17", task({ reads: [], objective: "  " }), ["discovery-iam"]],
  ])("%s (%s)", (code, ruleId, illegal, workers) => {
    const { verdict, calls, refused } = decide([illegal, other]);
    expect(verdict.decision).toBe("proceed");
    expect(refused.map((one) => [one.task, one.code, one.ruleIds])).toEqual([[0, code, [ruleId]]]);
    expect(calls.map(({ worker }) => worker)).toEqual(workers);
    const alone = decide([illegal]);
    expect(alone.verdict.decision).toBe(workers.includes("discovery-s3") ? "proceed" : "refuse");
    if (alone.verdict.decision === "refuse") expect(alone).toMatchObject({ calls: [], verdict: { ruleIds: [ruleId] } });
  });

  it("keeps the admitted accounts and regions of a task that also names others", () => {
    const { calls, refused } = decide([
      task({ service: "ec2", accounts: [SANDBOX, UNREGISTERED, PRODUCTION], regions: ["eu-west-1"], reads: [{ operation: "DescribeVpcs", input: {} }] }),
    ]);
    expect(calls.flatMap(({ targets }) => targets)).toEqual([{ account: SANDBOX, region: "eu-west-1" }]);
    expect(refused.map(({ code, ruleIds }) => [code, ruleIds])).toEqual([
      ["account_not_admitted", ["law-5"]],
      ["region_not_admitted", ["law-5"]],
    ]);
  });

  it("does not let an objective stand in for reads that were refused", () => {
    expect(decide([task({ reads: [{ operation: "GetObject", input: {} }], objective: "read the objects" })]).calls).toEqual([]);
  });

  it("tells many refusals in few bytes, and how many there were", () => {
    const hostile = Array.from({ length: 20 }, () =>
      task({
        accounts: Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(60, "x")),
        reads: Array.from({ length: 20 }, (_, index) => ({ operation: `Get${index}`.padEnd(100, "x"), input: {} })),
      }),
    );
    const refusal = decide(hostile);
    expect(refusal.verdict).toMatchObject({ decision: "refuse", ruleIds: ["law-4", "law-5"] });
    expect(jsonBytes(refusal.refused)).toBeLessThanOrEqual(BOUNDS.refused);
    expect(refusal.refused.length).toBeGreaterThan(10);
    expect(refusal.refused.at(-1)).toMatchObject({ code: "more_refused", reason: expect.stringContaining(`${20 * 70 - (refusal.refused.length - 1)} more`) });
    const wide = decide(hostile.map((one) => ({ ...one, accounts: one.accounts.map((name) => name.replaceAll("x", "日")) })));
    expect(jsonBytes(wide.refused)).toBeLessThanOrEqual(BOUNDS.refused);
  });
});

describe("an objective", () => {
  const objective = task({ reads: [], objective: "find public buckets" });
  it("has a share of half of what is left of the budget; exact reads have none", () => {
    const { calls } = decide([objective, { ...objective, service: "iam" }, task()], { usage: [usage({ usd: 1.2 })] });
    expect(calls.map(({ shareUsd }) => shareUsd)).toEqual([expect.closeTo(0.2), expect.closeTo(0.2), 0]);
    expect(calls.map((call) => call.objective)).toEqual(["find public buckets", "find public buckets", undefined]);
  });

  it("has nothing to spend when nothing is left", () => {
    expect(decide([objective], { usage: [usage({ usd: 3 })] }).calls[0]?.shareUsd).toBe(0);
  });

  it("is not split into batches of one list", () => {
    expect(decide([objective], { history: [listed(500)] }).calls).toHaveLength(1);
  });
});

describe("batches of a list that an earlier round counted", () => {
  it("share the per-resource reads; what has no parts is read once", () => {
    const { scope, calls } = decide([task({ reads: [{ operation: "ListBuckets", input: {} }, encryption] })], { history: [listed(120)] });
    expect(scope).toMatchObject({ mode: "by_batch", agents: 3, resources: 120 });
    expect(calls.map(({ shard }) => shard)).toEqual([0, 1, 2].map((index) => ({ index, of: 3 })));
    expect(calls.map(({ reads }) => reads.map(({ operation }) => operation))).toEqual([
      ["ListBuckets", "GetBucketEncryption"],
      ["GetBucketEncryption"],
      ["GetBucketEncryption"],
    ]);
  });

  it("are not made for one named resource", () => {
    expect(decide([task({ reads: [{ operation: "GetBucketEncryption", input: { Bucket: "one-bucket" } }] })], { history: [listed(120)] }).calls).toHaveLength(
      1,
    );
  });

  it("count a list once, however often it was read, and only in the task's accounts", () => {
    const reads = [encryption];
    expect(decide([task({ reads })], { history: [listed(40), listed(40)] }).scope).toMatchObject({ mode: "single", resources: 40 });
    expect(decide([task({ reads })], { history: [listed(400, PRODUCTION)] }).scope).toMatchObject({ mode: "single", resources: 0 });
  });
});

describe("the same read", () => {
  const places = ({ calls }: GuardrailResult) =>
    calls.flatMap(({ service, reads, targets }) =>
      reads.flatMap((call) => targets.map(({ account, region }) => `${service} ${call.operation} ${JSON.stringify(call.input)} ${account} ${region}`)),
    );
  const vpcs = { operation: "DescribeVpcs", input: {} };
  const ec2 = (changes: Partial<Task>) => task({ service: "ec2", reads: [vpcs], ...changes });

  it("at the same place is done once, whichever task or name asks for it", () => {
    expect(places(decide([task(), task({ accounts: ["acme-sandbox"] }), task({ reads: [...task().reads, ...task().reads] })]))).toEqual([
      `s3 ListBuckets {} ${SANDBOX} global`,
    ]);
  });

  it("whose input is written in another order is the same; with another value it is another", () => {
    const read = (input: Record<string, unknown>) => ec2({ regions: ["eu-west-1"], reads: [{ operation: "DescribeInstances", input }] });
    const filter = (Name: string) => [{ Name, Values: ["a"] }];
    expect(decide([read({ Filters: filter("tag:a") }), read({ Filters: [{ Values: ["a"], Name: "tag:a" }] })]).calls).toHaveLength(1);
    expect(decide([read({ Filters: filter("tag:a") }), read({ Filters: filter("tag:b") })]).calls).toHaveLength(2);
  });

  it("keeps the places and reads that are new", () => {
    const subnets = { operation: "DescribeSubnets", input: {} };
    const decided = decide([ec2({ regions: ["us-east-1"] }), ec2({ accounts: [SANDBOX, PRODUCTION], reads: [vpcs, subnets] })]);
    const found = places(decided);
    expect(new Set(found).size).toBe(found.length);
    expect(found.toSorted()).toEqual(
      ["DescribeSubnets", "DescribeVpcs"].flatMap((operation) =>
        [`${PRODUCTION} us-east-1`, `${SANDBOX} eu-west-1`, `${SANDBOX} us-east-1`].map((place) => `ec2 ${operation} {} ${place}`),
      ),
    );
  });

  it("at places that overlap in ever new ways becomes at most twenty calls; the rest is refused by name", () => {
    const ids = Array.from({ length: 12 }, (_, index) => `${100000000000 + index}`);
    const admission = admitted({
      targets: ids.map((account, index) => ({ account, name: `acme-${index}`, environment: "test", classificationSource: "registry", regions: ["us-east-1"] })),
    });
    const read = (index: number) => ({ operation: "DescribeInstances", input: { Filters: [{ Name: `tag:n${index}`, Values: ["a"] }] } });
    const overlapping = (count: number) => [
      ...ids.slice(0, count).map((account, index) => ec2({ accounts: [account], reads: [read(index)] })),
      ec2({ accounts: ids, reads: ids.slice(0, count).map((_, index) => read(index)) }),
    ];
    const many = decide(overlapping(12), { admission });
    expect(many.calls).toHaveLength(20);
    expect(many.refused).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ code: "too_many_calls", reason: expect.stringContaining("DescribeInstances") })),
    );
    const few = decide(overlapping(8), { admission });
    expect(few.refused).toEqual([]);
    expect(places(few)).toHaveLength(8 * 12);
    expect(new Set(places(few)).size).toBe(8 * 12);
  });

  it("asked for by two objectives is each one's own", () => {
    const objective = task({ reads: [], objective: "find public buckets" });
    expect(decide([objective, objective]).calls).toHaveLength(2);
  });
});

describe("calls that the state can't carry", () => {
  const regions = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1", "eu-north-1", "ap-south-1"];
  const ids = Array.from({ length: 40 }, (_, index) => `${100000000000 + index}`);
  const admission = admitted({
    targets: ids.map((account, index) => ({ account, name: `acme-${index}`, environment: "test", classificationSource: "registry", regions })),
  });
  const ec2 = (operation: string, accounts = ids) => task({ service: "ec2", accounts, reads: [{ operation, input: {} }] });
  const six = ["DescribeInstances", "DescribeVolumes", "DescribeSnapshots", "DescribeSecurityGroups", "DescribeVpcs", "DescribeSubnets"];

  it("are refused with a way out; fewer places at once are not", () => {
    const { verdict, calls, refused } = decide(
      six.map((operation) => ec2(operation)),
      { admission },
    );
    expect(verdict).toMatchObject({ decision: "refuse", reason: expect.stringContaining("fewer accounts, regions") });
    expect(calls).toEqual([]);
    expect(refused).toEqual([expect.objectContaining({ code: "too_large" })]);
    expect(decide([ec2("DescribeVpcs")], { admission }).verdict.decision).toBe("proceed");
    expect(
      decide(
        six.map((operation) => ec2(operation, ids.slice(0, 4))),
        { admission },
      ).verdict.decision,
    ).toBe("proceed");
  });

  it("are refused for what their reads repeat, too", () => {
    const long = (count: number) =>
      task({
        service: "ec2",
        accounts: ids.slice(0, 10),
        reads: Array.from({ length: count }, (_, index) => ({
          operation: "DescribeInstances",
          input: { Filters: [{ Name: "tag:Name", Values: Array.from({ length: 7 }, (_, value) => `${index}-${value}`.padEnd(250, "x")) }] },
        })),
      });
    const one = admitted({ targets: admission.targets.map((target) => ({ ...target, regions: ["us-east-1"] })) });
    expect(decide([long(12)], { admission: one }).refused).toEqual([expect.objectContaining({ code: "too_large" })]);
    expect(decide([long(5)], { admission: one }).verdict.decision).toBe("proceed");
  });
});

describe("a list that nobody read yet", () => {
  it("is estimated, but not partitioned, as a long one; one that was read is what it was", () => {
    const unknown = decide([task({ reads: [encryption] })]).scope;
    expect(unknown).toMatchObject({ mode: "single", resources: 0, estimatedSeconds: 1 + 200 * 0.05 });
    expect(decide([task({ reads: [encryption] })], { history: [listed(10)] }).scope.estimatedSeconds).toBe(2);
    expect(decide([task()]).scope.estimatedSeconds).toBe(1);
  });
});

describe("estimated time (F05, Y-11)", () => {
  /** Per-resource seconds of one read over n buckets, shared by ten agents: 0.05 n / 10, and the list's second. */
  const estimate = (seconds: number) => decide([task({ reads: [encryption] })], { history: [listed((seconds * 10 - 1) / 0.05)] });

  it.each([
    [299, false],
    [300, false],
    [301, true],
    [600, true],
  ])("%d s proceeds; advice: %s", (seconds, advised) => {
    const { verdict, scope, calls } = estimate(seconds);
    expect({ decision: verdict.decision, seconds: scope.estimatedSeconds, calls: calls.length }).toEqual({ decision: "proceed", seconds, calls: 10 });
    expect(scope.advisement !== undefined).toBe(advised);
    if (advised)
      expect(scope.advisement).toMatch(
        new RegExp(`About ${seconds} s: ${scope.resources} known resources, 1 account\\(s\\), 1 region\\(s\\), 10 agent\\(s\\)`),
      );
  });

  it("601 s is refused with a way out and calls nothing", () => {
    const { verdict, calls, refused, scope } = estimate(601);
    expect(verdict).toMatchObject({ decision: "refuse", ruleIds: ["F05", "Y-11"], reason: expect.stringContaining("fewer accounts, regions or services") });
    expect(calls).toEqual([]);
    expect(refused).toEqual([expect.objectContaining({ code: "too_long" })]);
    expect(scope.estimatedSeconds).toBe(601);
  });
});

describe("for any tasks of a planner", () => {
  const ids = Array.from({ length: 14 }, (_, index) => `${100000000000 + index}`);
  const regions = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1"];
  const admission = admitted({
    targets: ids.map((account, index) => ({ account, name: `acme-${index}`, environment: "test", classificationSource: "registry", regions })),
  });
  const operations = SERVICES.flatMap((service) => Object.keys(CATALOG[service].reads));
  const anyTask: fc.Arbitrary<Task> = fc
    .record({
      service: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<string>(...SERVICES) }, fc.constantFrom("kms", "__proto__")),
      accounts: fc.array(fc.oneof(fc.constantFrom(...ids), fc.constantFrom("acme-1", "acme-2", UNREGISTERED)), { minLength: 1, maxLength: 14 }),
      regions: fc.array(fc.constantFrom(...regions, "ap-east-1", "global"), { maxLength: 6 }),
      reads: fc.array(fc.record({ operation: fc.oneof(fc.constantFrom(...operations), fc.constantFrom("DeleteBucket", "toString")), input: fc.constant({}) }), {
        maxLength: 5,
      }),
      objective: fc.option(fc.constant("look around"), { nil: undefined }),
    })
    .map(({ objective, ...rest }) => ({ ...rest, ...(objective ? { objective } : {}) }));
  const anyHistory = fc.array(
    fc.integer({ min: 0, max: 900 }).map((buckets) => listed(buckets, ids[1])),
    { maxLength: 2 },
  );

  it("agents, targets, parts, payload shares, dollars and worker names stay inside their bounds", () => {
    fc.assert(
      fc.property(fc.array(anyTask, { minLength: 1, maxLength: 20 }), anyHistory, (tasks, history) => {
        const { verdict, scope, calls } = decide(tasks, { admission, history });
        if (verdict.decision === "refuse") expect(calls).toEqual([]);
        expect(scope.agents).toBeLessThanOrEqual(10);
        expect(calls.length).toBeLessThanOrEqual(20);
        expect(calls.reduce((sum, { shareBytes }) => sum + shareBytes, 0)).toBeLessThanOrEqual(LIMITS.bytes.results);
        expect(calls.reduce((sum, { shareUsd }) => sum + shareUsd, 0)).toBeLessThanOrEqual(admission.budget.usd / 2 + 1e-9);
        expect(new Set(calls.map(({ callId }) => callId)).size).toBe(calls.length);
        expect(jsonBytes(calls)).toBeLessThanOrEqual(BOUNDS.calls);
        for (const { worker, service, reads, targets } of calls) {
          expect(worker).toBe(discoveryWorker(service));
          expect(reads.every(({ operation }) => Object.hasOwn(CATALOG[service].reads, operation))).toBe(true);
          expect(targets.every(({ account, region }) => ids.includes(account) && (regions.includes(region) || region === "global"))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("one task's every target is in exactly one call, or in each part of one split list exactly once", () => {
    fc.assert(
      fc.property(anyTask, anyHistory, (one, history) => {
        const { calls } = decide([one], { admission, history });
        const seen = calls.flatMap(({ targets, shard }) => targets.map(({ account, region }) => `${account} ${region} ${shard.index}/${shard.of}`));
        expect(new Set(seen).size).toBe(seen.length);
        const parts = Map.groupBy(
          calls.flatMap(({ targets, shard }) => targets.map((target) => ({ target, shard }))),
          ({ target }) => `${target.account} ${target.region}`,
        );
        for (const shares of parts.values())
          expect(shares.map(({ shard }) => shard.index)).toEqual(Array.from({ length: shares[0]?.shard.of ?? 0 }, (_, index) => index));
        const asked = one.regions.filter((region) => region !== "global");
        const expected = new Set(calls.length === 0 ? [] : expectedTargets(one, asked));
        expect(new Set(parts.keys())).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  function expectedTargets({ accounts, service }: Task, asked: readonly string[]): string[] {
    const chosen = new Set(
      accounts.flatMap((name) => admission.targets.filter(({ account, name: known }) => account === name || known === name).map(({ account }) => account)),
    );
    const among = asked.length > 0 ? regions.filter((region) => asked.includes(region)) : regions;
    const places = CATALOG[service as WorkerCall["service"]].scope === "global" ? ["global"] : among;
    return [...chosen].flatMap((account) => places.map((region) => `${account} ${region}`));
  }

  it("parts of a list cover each of its items exactly once", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (item, of) => {
        expect(Array.from({ length: of }, (_, index) => inShard(item, { index, of })).filter(Boolean)).toHaveLength(1);
      }),
    );
  });
});
