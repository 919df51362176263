import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../config/limits.ts";
import { cutHistory, fold } from "../../../functions/orchestrator/history.ts";
import { type HistoryRound, historyRound } from "../../../functions/shared/contracts.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import { result, round, SANDBOX, SECRET, table, usage } from "../shared/samples.ts";

const tables = (history: readonly HistoryRound[]) => history.flatMap(({ results }) => results.flatMap((one) => one.tables));
const rowsOf = (count: number, width = 20) => Array.from({ length: count }, (_, index) => [`${index}`, "x".repeat(width)]);

describe("fold", () => {
  it("adds nothing in round 1", async () => {
    expect(await fold({ history: [], latest: null, round: 1 })).toEqual({ history: [], usage: [], redactions: 0 });
  });

  it("numbers the round that ended, and sums usage and redactions", async () => {
    const results = [result([table(rowsOf(2))], { redactions: 2, usage: [usage({ usd: 0.1 })] }), result([], { callId: "r1c2", redactions: 3 })];
    const folded = await fold({ history: [round(1, [])], latest: { results, refused: [] }, round: 3 });
    expect(folded.history.map((one) => one.round)).toEqual([1, 2]);
    expect(folded).toMatchObject({ redactions: 5, usage: [{ usd: 0.1 }] });
  });

  it("makes a crashed worker a failed result of its call, beside the others (F14)", async () => {
    const crash = {
      callId: "r1c2",
      worker: "discovery-iam",
      service: "iam" as const,
      crashed: { error: "E", cause: "c".repeat(2000) },
      targets: [{ account: SANDBOX, region: "global" }],
      reservedUsd: 0,
    };
    const { history, usage: counted } = await fold({ history: [], latest: { results: [result([table(rowsOf(1))]), crash], refused: [] }, round: 2 });
    expect(history.map((one) => historyRound.parse(one))[0]?.results.map(({ callId, status }) => [callId, status])).toEqual([
      ["r1c1", "complete"],
      ["r1c2", "failed"],
    ]);
    expect(counted).toEqual([]);
  });
});

describe("a crash's cause", () => {
  const crash = (cause: string) => ({
    callId: "r1c1",
    worker: "discovery-s3",
    service: "s3" as const,
    crashed: { error: "Error", cause },
    targets: [{ account: SANDBOX, region: "global" }],
    reservedUsd: 0,
  });
  const told = async (cause: string) => {
    const { history, redactions } = await fold({ history: [], latest: { results: [crash(cause)], refused: [] }, round: 2 });
    return { message: history[0]?.results[0]?.failures[0]?.message ?? "", redactions };
  };

  it("carries no secret to the planner, and the rest of it does", async () => {
    const { message, redactions } = await told(`bad value ${SECRET} in policy`);
    expect(message).toContain("bad value [redacted:github] in policy");
    expect(redactions).toBe(1);
    expect(await told("bad value")).toEqual({ message: expect.stringContaining("bad value"), redactions: 0 });
  });
});

describe("cutHistory", () => {
  it("leaves what fits as it is", () => {
    const history = [round(1, [result([table(rowsOf(5))])])];
    expect(cutHistory(history, jsonBytes(history))).toEqual(history);
  });

  it("takes the oldest round's rows first", () => {
    const history = [1, 2].map((number) => round(number, [result([table(rowsOf(50), { evidenceId: `r${number}c1.1` })], { callId: `r${number}c1` })]));
    const [old, recent] = cutHistory(history, jsonBytes(history) - 300);
    expect(Object.keys(old?.cut ?? {})).toEqual(["r1c1.1"]);
    expect(recent).toEqual(history[1]);
  });

  it("adds to the count of an earlier cut", () => {
    const history = [round(1, [result([table(rowsOf(20), { total: 100, shown: 20 })])], { cut: { "r1c1.1": 80 } })];
    const [cut] = cutHistory(history, jsonBytes(history) - 200);
    const shown = cut?.results[0]?.tables[0]?.shown ?? 0;
    expect(shown).toBeLessThan(20);
    expect(cut?.cut).toEqual({ "r1c1.1": 100 - shown });
  });

  it("of four hostile rounds, with nothing but heads and failures, still fits the state", () => {
    const failures = Array.from({ length: 3 }, () => ({
      operation: "ListBuckets",
      account: SANDBOX,
      region: "eu-west-1",
      role: "r".repeat(60),
      errorCode: "AccessDenied",
      message: "m".repeat(500),
      access: "a".repeat(300),
      count: 1,
    }));
    const refused = Array.from({ length: 40 }, () => ({ task: 1, service: "s3", code: "unknown_operation", reason: "r".repeat(500), ruleIds: ["law-4"] }));
    const history = [1, 2, 3, 4].map((number) =>
      round(
        number,
        Array.from({ length: 20 }, (_, call) =>
          result(
            Array.from({ length: 12 }, (_, index) => table([], { evidenceId: `r${number}c${call}.${index}`, total: 9, shown: 0 })),
            { callId: `r${number}c${call}`, failures, note: "n".repeat(2000) },
          ),
        ),
        { refused },
      ),
    );
    const kept = cutHistory(history, LIMITS.bytes.history);
    expect(jsonBytes(kept)).toBeLessThanOrEqual(LIMITS.bytes.history);
    expect(kept.map(({ results }) => results.length)).toEqual([20, 20, 20, 20]);
    for (const one of kept) historyRound.parse(one);
  });

  it("that nothing else made small enough keeps each call's evidence and says what is gone", () => {
    const entry = usage({ by: "discovery-s3", usd: 0.123456789 });
    const failure = { operation: "o", account: SANDBOX, region: "r", role: "r", errorCode: "E", message: "é".repeat(500), access: "a", count: 3 };
    const history = [1, 2, 3, 4].map((number) =>
      round(
        number,
        Array.from({ length: 20 }, (_, call) => result([], { callId: `r${number}c${call}`, failures: [failure], usage: [entry] })),
        { cut: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`r${number}c1.${index}`, 1])) },
      ),
    );
    const kept = cutHistory(history, 36 * 1024);
    expect(jsonBytes(kept)).toBeLessThanOrEqual(36 * 1024);
    expect(kept.flatMap(({ results }) => results.map(({ projectionKey }) => projectionKey))).toEqual(Array.from({ length: 80 }, () => "s3/x/projection.json"));
    expect(kept[0]?.results[0]?.failures).toEqual([
      expect.objectContaining({ errorCode: "HistoryShare", count: 60, message: expect.stringMatching(/300 rows/) }),
    ]);
    expect(kept[0]?.cut).toEqual({ "round 1": 300 });
    for (const one of kept) historyRound.parse(one);
  });

  it("fits its bytes, and what was cut and what is shown are what was there", () => {
    const anyTable = fc.integer({ min: 0, max: 60 }).chain((rows) => fc.integer({ min: 1, max: 80 }).map((width) => rowsOf(rows, width)));
    const anyRounds = fc.array(fc.array(fc.array(anyTable, { maxLength: 4 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyRounds, fc.integer({ min: 5_000, max: 40_000 }), (rounds, bytes) => {
        const history = rounds.map((calls, r) =>
          round(
            r + 1,
            calls.map((rows, c) =>
              result(
                rows.map((one, t) => table(one, { evidenceId: `r${r + 1}c${c + 1}.${t + 1}` })),
                { callId: `r${r + 1}c${c + 1}` },
              ),
            ),
          ),
        );
        const kept = cutHistory(history, bytes);
        expect(jsonBytes(kept)).toBeLessThanOrEqual(bytes);
        const shown = new Map(tables(kept).map((one) => [one.evidenceId, one]));
        const cut = Object.assign({}, ...kept.map((one) => one.cut)) as Record<string, number>;
        for (const { evidenceId, total, rows } of tables(history)) {
          const left = shown.get(evidenceId);
          expect((left?.shown ?? 0) + (cut[evidenceId] ?? 0)).toBe(total);
          if (left) expect(left.rows).toEqual(rows.slice(0, left.shown));
        }
      }),
      { numRuns: 150 },
    );
  });
});
