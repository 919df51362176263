/** Throttling, outages and refusals of every call that the worker makes; halt and stop; sessions that do not fit. */
import { describe, expect, it } from "vitest";
import type { Effect } from "../../../functions/mutation/boundaries.ts";
import { named } from "../shared/fake-model.ts";
import { REQUEST_ID, SANDBOX, SECRET } from "../shared/samples.ts";
import { inputOf, kinds, PRINCIPAL, planOf, type StepSpec, TAGS, world } from "./world.ts";

const flag = (id: string, Name: string): StepSpec => ({ id, operation: "SetFlag", input: { Name } });
const FLAG = flag("s1", "one");
const NEW: StepSpec = { id: "s1", operation: "MakeThing", input: { Name: "new", Level: 9 } };
const BOTH: StepSpec = { id: "s1", operation: "SetBoth", input: { Name: "one", Level: 9 } };
const ITEM: StepSpec = { id: "s1", operation: "MakeItem", input: { Name: "one", Tags: TAGS } };
const SNAP: StepSpec = { id: "s1", operation: "Snap", input: { Name: "one", Tags: TAGS } };

const aws = (name: string, status: number, text = "no") =>
  Object.assign(named(name, text), { $metadata: { httpStatusCode: status }, $fault: status < 500 ? "client" : "server" });
const DENIED = aws("AccessDenied", 403);
const THROTTLED = aws("ThrottlingException", 400);
const BROKEN = aws("InternalError", 500);
const LOST = named("TimeoutError");

/** Fails the named effect: `after` it took place, or instead of it; every time, or the given number of times. */
function failing(name: string, error: Error, { after = false, times = Number.POSITIVE_INFINITY } = {}): Effect {
  let left = times;
  return async (effect, run) => {
    if (effect !== name || left-- <= 0) return run();
    if (after) await run();
    throw error;
  };
}

async function run(specs: readonly StepSpec[], effect?: Effect) {
  const at = world(effect ? { effect } : {});
  const before = at.aws.snapshot();
  const result = await at.worker().run(inputOf(planOf(at.aws, specs)));
  return { ...at, result, told: result.outcomes[0], isBefore: at.aws.snapshot() === before };
}

describe("a write that AWS refuses", () => {
  it.each([
    [DENIED, "denied", "denied"],
    [THROTTLED, "failed", "throttled"],
    [aws("ValidationError", 400), "failed", "aws_error"],
  ])("%s: nothing of it is there, and the ledger says so", async (error, outcome, code) => {
    const { told, isBefore, ledger } = await run([FLAG], failing("write PutFlag", error));
    expect(told).toMatchObject({ outcome, code, principal: PRINCIPAL, failure: { operation: "PutFlag", account: SANDBOX, errorCode: error.name } });
    expect(told?.message).toContain(`(${error.name}); nothing of s1 was done`);
    expect([isBefore, ledger.of("s1")?.status]).toEqual([true, "failed"]);
  });

  it("is not tried again by an invocation that is repeated, nor undone", async () => {
    const at = await run([FLAG], failing("write PutFlag", DENIED));
    const plan = planOf(at.aws, [FLAG]);
    const again = await at.worker({ effect: (_, act) => act() }).run(inputOf(plan));
    expect(again.outcomes).toMatchObject([{ outcome: "failed", code: "already_failed" }]);
    expect((await at.worker({ effect: (_, act) => act() }).run(inputOf(plan, { mode: "undo" }))).outcomes).toMatchObject([{ outcome: "nothing_to_undo" }]);
    expect(at.aws.calls).toEqual([]);
  });

  it("tells no secret of AWS's message and no other principal's ARN", async () => {
    const text = `User: arn:aws:sts::111111111111:assumed-role/Other/x said ${SECRET} about arn:aws:s3:::one`;
    const { result } = await run([FLAG], failing("write PutFlag", aws("AccessDenied", 403, text)));
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(JSON.stringify(result)).not.toContain("assumed-role/Other");
    expect(result.outcomes[0]?.failure?.message).toContain("about arn:aws:s3:::one");
    expect(result.redactions).toBe(1);
  });
});

describe("a write whose answer is lost", () => {
  it.each([BROKEN, LOST])("%s: it is read back, and done if it is there", async (error) => {
    const { told, ledger } = await run([FLAG], failing("write PutFlag", error, { after: true }));
    expect(told).toMatchObject({ outcome: "done" });
    expect(ledger.of("s1")?.status).toBe("done");
  });

  it("and that is not there is failed", async () => {
    const { told, isBefore, ledger } = await run([FLAG], failing("write PutFlag", BROKEN));
    expect(told).toMatchObject({ outcome: "failed", code: "aws_error" });
    expect([isBefore, ledger.of("s1")?.status]).toEqual([true, "failed"]);
  });

  it.each([true, false])(
    "where AWS offers nothing to repeat it by is indeterminate, with what to look at, and never sent again (took effect: %s)",
    async (after) => {
      const at = await run([SNAP], failing("write SnapItem", LOST, { after }));
      expect(at.told).toMatchObject({ outcome: "indeterminate", code: "answer_lost", message: expect.stringContaining("Is there an item of this request?") });
      expect(at.ledger.of("s1")?.status).toBe("indeterminate");
      const again = await at.worker({ effect: (_, act) => act() }).run(inputOf(planOf(at.aws, [SNAP])));
      expect(again.outcomes).toMatchObject([{ outcome: "indeterminate" }]);
      expect(at.aws.effects).toEqual(after ? ["SnapItem"] : []);
    },
  );

  it("and whose output is lost with it is indeterminate", async () => {
    const { told, ledger } = await run([ITEM], failing("write CreateItem", BROKEN, { after: true }));
    expect(told).toMatchObject({ outcome: "indeterminate", message: expect.stringContaining(`CoworkerRequest = ${REQUEST_ID}`) });
    expect(ledger.of("s1")?.status).toBe("indeterminate");
  });
});

describe("a write of several calls that fails on the way", () => {
  it.each(["write PutFlag", "write PutLevel"])("%s: is taken back by its compensation", async (name) => {
    const { told, isBefore, ledger, aws } = await run([NEW], failing(name, DENIED));
    expect(told).toMatchObject({ outcome: "denied", message: expect.stringContaining("(AccessDenied); nothing of s1 is left") });
    expect([isBefore, ledger.of("s1")?.status, aws.calls.at(-1)?.command]).toEqual([true, "failed", "DropThing"]);
  });

  it("whose last answer is lost after it took effect is done", async () => {
    expect((await run([NEW], failing("write PutLevel", LOST, { after: true }))).told).toMatchObject({ outcome: "done" });
  });

  it("and whose compensation fails too says what is left; it is not `denied`, which the roll-back passes over", async () => {
    const first = failing("write PutLevel", DENIED);
    const second = failing("write DropThing", DENIED);
    const { told, ledger } = await run([NEW], (name, act) => first(name, () => second(name, act)));
    expect(told).toMatchObject({
      outcome: "failed",
      code: "denied",
      message: expect.stringMatching(/CreateThing, PutFlag of s1 is known to be done.*DropThing, which takes it back, failed/),
    });
    expect(ledger.of("s1")).toMatchObject({ status: "indeterminate", calls: ["CreateThing", "PutFlag"], after: expect.anything() });
  });

  it("without a compensation is left for the roll-back, which restores it", async () => {
    const at = await run([BOTH], failing("write PutLevel", THROTTLED, { times: 1 }));
    expect(at.told).toMatchObject({ outcome: "failed", code: "throttled" });
    expect(at.aws.things.get("one")).toMatchObject({ Flag: true, Level: 1 });
    const plan = planOf(world().aws, [BOTH]);
    const undone = await at.worker({ effect: (_, act) => act() }).run(inputOf(plan, { mode: "undo" }));
    expect(undone.outcomes).toMatchObject([{ outcome: "undone" }]);
    expect(at.aws.things.get("one")).toMatchObject({ Flag: false, Level: 1 });
  });
});

describe("an error of a call that is no write", () => {
  it.each([
    ["read ListThings", DENIED, "denied", "before_unread"],
    ["read ListThings", THROTTLED, "failed", "before_unread"],
    ["read ListThings", BROKEN, "failed", "before_unread"],
    ["sts.assume", DENIED, "denied", "denied"],
    ["sts.assume", THROTTLED, "failed", "throttled"],
    ["sts.assume", BROKEN, "failed", "aws_error"],
    ["sts.identity", BROKEN, "failed", "aws_error"],
    ["halt.get", BROKEN, "halted", "halt_unreadable"],
    ["stop.get", BROKEN, "halted", "stop_unreadable"],
    ["kms.verify", BROKEN, "approval_invalid", "approval_unverified"],
  ])("%s %s: nothing is written", async (name, error, outcome, code) => {
    const { told, aws, ledger } = await run([FLAG], failing(name, error));
    expect(told).toMatchObject({ outcome, code });
    expect([aws.calls, ledger.items.size]).toEqual([[], 0]);
  });

  it.each(["ledger.get", "ledger.put started", "ledger.put done"])("%s is thrown for the machine to retry, and the retry tells the truth", async (name) => {
    const at = world({ effect: failing(name, BROKEN, { times: 1 }) });
    const input = inputOf(planOf(at.aws, [FLAG]));
    await expect(at.worker().run(input)).rejects.toThrow();
    expect(at.aws.calls).toHaveLength(name === "ledger.put done" ? 1 : 0);
    const at2 = await at.worker({ effect: (_, act) => act() }).run(input);
    expect(at2.outcomes).toMatchObject([{ outcome: "done" }]);
    expect(at.aws.effects).toEqual(["PutFlag"]);
  });

  it("that reads back is unverified, and an undo still finds its way", async () => {
    let writes = 0;
    const at = await run([FLAG], async (name, act) => {
      if (name.startsWith("write")) writes++;
      if (name === "read ListThings" && writes > 0) throw DENIED;
      return act();
    });
    expect(at.told).toMatchObject({ outcome: "unverified", code: "read_back_failed", failure: { operation: "ListThings" } });
    expect(at.ledger.of("s1")?.status).toBe("indeterminate");
    const undone = await at.worker({ effect: (_, act) => act() }).run(inputOf(planOf(world().aws, [FLAG]), { mode: "undo" }));
    expect(undone.outcomes).toMatchObject([{ outcome: "undone" }]);
    expect(at.isBefore).toBe(false);
    expect(at.aws.things.get("one")?.Flag).toBe(false);
  });
});

describe("what is read back otherwise than promised", () => {
  it("is unverified, with what was expected and found; the call ends", async () => {
    const at = world();
    const write = at.aws.write;
    at.aws.write = (command, input, as) => {
      write(command, input, as);
      Object.assign(at.aws.things.get("one") ?? {}, { Flag: false });
      return {};
    };
    const result = await at.worker().run(inputOf(planOf(at.aws, [FLAG, flag("s2", "two")])));
    expect(result.outcomes).toMatchObject([
      { outcome: "unverified", code: "not_as_promised", differences: [{ field: "ListThings.Flag", before: true, after: false }] },
      { outcome: "not_run" },
    ]);
    expect(result.status).toBe("failed");
    expect(at.ledger.of("s1")).toMatchObject({ status: "indeterminate", after: { image: { ListThings: [{ Flag: false }] } } });
  });

  it("is waited for as long as it settles, and no longer than the worker has", async () => {
    const stuck = async (remaining: number) => {
      const at = world();
      const read = at.aws.read;
      at.aws.read = (operation, input) => {
        for (const item of at.aws.items.values()) item.State = "pending";
        return read(operation, input);
      };
      const from = at.clock.now;
      const result = await at.worker().run(inputOf(planOf(at.aws, [ITEM])), remaining);
      expect(result.outcomes).toMatchObject([{ outcome: "unverified", output: { Id: "item-1" } }]);
      return (at.clock.now - from) / 1000;
    };
    expect(await stuck(600_000)).toBeGreaterThanOrEqual(60);
    expect(await stuck(600_000)).toBeLessThan(80);
    expect(await stuck(85_000)).toBeLessThan(66);
  });
});

describe("halt", () => {
  const HALT = JSON.stringify({ halted: true, by: "ops", at: "2026-11-22T10:00:00.000Z", reason: "Incident." });

  it.each([
    ["set", HALT],
    ["missing", undefined],
    ["no JSON", "off"],
    ["of another form", JSON.stringify({ halted: false, note: "x" })],
  ])("that is %s lets nothing be written, by an undo neither", async (_, text) => {
    const at = world();
    const plan = planOf(at.aws, [FLAG]);
    at.switches.halt = text;
    const result = await at.worker().run(inputOf(plan));
    expect([result.status, kinds(result), at.sessions.length]).toEqual(["halted", ["halted"], 0]);
    at.switches.halt = JSON.stringify({ halted: false });
    expect((await at.worker().run(inputOf(plan))).status).toBe("done");
    at.switches.halt = text;
    const opened = at.sessions.length;
    expect(await at.worker().run(inputOf(plan, { mode: "undo" }))).toMatchObject({ status: "halted", outcomes: [{ outcome: "halted" }] });
    expect([at.aws.effects, at.sessions.length]).toEqual([["PutFlag"], opened]);
    at.switches.halt = JSON.stringify({ halted: false });
    expect((await at.worker().run(inputOf(plan, { mode: "undo" }))).outcomes).toMatchObject([{ outcome: "undone" }]);
  });

  /** Pulls a switch when the named effect has taken place for the given time. */
  const pulled = (name: string, nth: number, pull: (at: ReturnType<typeof world>) => void) => async (specs: readonly StepSpec[]) => {
    let seen = 0;
    const at: ReturnType<typeof world> = world({
      effect: async (effect, act) => {
        const result = await act();
        if (effect === name && ++seen === nth) pull(at);
        return result;
      },
    });
    return { ...at, result: await at.worker().run(inputOf(planOf(at.aws, specs))) };
  };
  const halt = (at: ReturnType<typeof world>) => {
    at.switches.halt = HALT;
  };
  const stop = (at: ReturnType<typeof world>) => {
    at.switches.stop = { requestId: REQUEST_ID, by: "ann", at: "2026-11-22T10:00:00.000Z", reason: "Enough.", expiresAt: 1 };
  };

  it("between two steps leaves the first and begins no second", async () => {
    const { result, aws } = await pulled("ledger.put done", 1, halt)([FLAG, flag("s2", "two"), flag("s3", "three")]);
    expect([result.status, kinds(result), aws.effects]).toEqual(["halted", ["done", "halted", "not_run"], ["PutFlag"]]);
  });

  it("after the step was begun and before its write leaves it undone, and the ledger says so", async () => {
    const { result, aws, ledger } = await pulled("ledger.put started", 1, halt)([FLAG]);
    expect([kinds(result), aws.calls, ledger.of("s1")?.status]).toEqual([["halted"], [], "failed"]);
  });

  it("between two calls of a step ends it there, names what is done, and lets it be taken back once lifted", async () => {
    const at = await pulled("write PutFlag", 1, halt)([BOTH]);
    expect(at.result).toMatchObject({ status: "halted", outcomes: [{ outcome: "halted", message: expect.stringContaining("PutFlag may be done") }] });
    expect([at.aws.effects, at.ledger.of("s1")]).toMatchObject([["PutFlag"], { status: "started", calls: ["PutFlag"] }]);
    at.switches.halt = JSON.stringify({ halted: false });
    expect((await at.worker().run(inputOf(planOf(world().aws, [BOTH]), { mode: "undo" }))).outcomes).toMatchObject([{ outcome: "undone" }]);
  });

  it("stops a compensation too: it is a write", async () => {
    const at: ReturnType<typeof world> = world({
      effect: async (effect, act) => {
        if (effect !== "write PutFlag") return act();
        at.switches.halt = HALT;
        throw DENIED;
      },
    });
    const result = await at.worker().run(inputOf(planOf(at.aws, [NEW])));
    expect(result).toMatchObject({ status: "halted", outcomes: [{ outcome: "halted", message: expect.stringContaining("halted before DropThing") }] });
    expect([at.aws.effects, at.ledger.of("s1")?.status]).toEqual([["CreateThing"], "indeterminate"]);
  });

  it("is more than a stop: that ends after the step, and does not hinder taking back", async () => {
    const between = await pulled("ledger.put done", 1, stop)([FLAG, flag("s2", "two")]);
    expect([between.result.status, kinds(between.result)]).toEqual(["stopped", ["done", "stopped"]]);
    expect((await between.worker().run(inputOf(planOf(world().aws, [FLAG]), { mode: "undo" }))).outcomes).toMatchObject([{ outcome: "undone" }]);
    const within = await pulled("write PutFlag", 1, stop)([BOTH]);
    expect(kinds(within.result)).toEqual(["done"]);
    const before = await pulled("ledger.put started", 1, stop)([FLAG]);
    expect([before.result.status, before.aws.calls]).toEqual(["stopped", []]);
  });
});

describe("a session", () => {
  it("that STS finds too large is halved until it fits; one step that does not fit fails", async () => {
    const small = (most: number) => ({
      assume: ({ policy }: { policy: string }) => {
        if (
          JSON.parse(policy)
            .Statement.flatMap(({ Resource }: { Resource: unknown }) => Resource)
            .filter((arn: string) => arn !== "*").length > most
        )
          throw named("PackedPolicyTooLargeException");
      },
    });
    const specs = [FLAG, flag("s2", "two"), flag("s3", "three")];
    const halved = world({ sts: small(1) });
    expect(kinds(await halved.worker().run(inputOf(planOf(halved.aws, specs))))).toEqual(["done", "done", "done"]);
    expect(halved.sessions.map(({ policy }) => (policy.match(/arn:aws:s3:::(one|two|three)/g) ?? []).length)).toEqual([3, 1, 2, 1, 1]);
    const none = world({ sts: small(0) });
    expect(await none.worker().run(inputOf(planOf(none.aws, specs)))).toMatchObject({
      status: "failed",
      outcomes: [{ code: "session_policy_too_large" }, { outcome: "not_run" }, { outcome: "not_run" }],
    });
    expect(none.aws.calls).toEqual([]);
  });

  it("is never asked for with a policy above STS's size", async () => {
    const at = world();
    const letter = (index: number) => String.fromCharCode(97 + index);
    const names = Array.from({ length: 50 }, (_, index) => `a-thing-of-a-rather-long-name-${letter(Math.floor(index / 26))}${letter(index % 26)}`);
    for (const Name of names) at.aws.things.set(Name, { Name, Flag: false, Level: 1, Owner: null });
    const specs = names.map((Name, index) => flag(`s${index + 1}`, Name));
    const result = await at.worker().run(inputOf(planOf(at.aws, specs)));
    expect(result.status).toBe("done");
    expect(at.sessions.length).toBeGreaterThan(1);
    expect(Math.max(...at.sessions.map(({ policy }) => policy.length))).toBeLessThanOrEqual(2048);
  });

  it("that turns out to be somebody else's is not used", async () => {
    for (const caller of [PRINCIPAL.replace(REQUEST_ID, "other"), `arn:aws:sts::${SANDBOX}:assumed-role/Admin/${REQUEST_ID}`, `arn:aws:iam::${SANDBOX}:root`]) {
      const at = world({ sts: { caller } });
      const result = await at.worker().run(inputOf(planOf(at.aws, [FLAG])));
      expect(result.outcomes).toMatchObject([{ outcome: "failed", failure: { operation: "GetCallerIdentity", errorCode: "IdentityMismatch" } }]);
      expect([at.connected, result.resolutions]).toMatchObject([[], [{ exists: "refused", using: "nothing" }]]);
    }
  });

  it("that is refused is a failure report, and no other role is tried (law 6)", async () => {
    const at = world({
      sts: {
        assume: () => {
          throw named("AccessDenied", "not authorized");
        },
      },
    });
    const result = await at.worker().run(inputOf(planOf(at.aws, [FLAG, flag("s2", "two")])));
    expect(result.outcomes).toMatchObject([
      { outcome: "denied", failure: { operation: "AssumeRole", access: expect.stringContaining("No other role was tried") } },
      { outcome: "not_run" },
    ]);
    expect(at.sessions).toHaveLength(1);
  });

  it.each([
    [THROTTLED, "throttled", "unverified", "AWS throttled it"],
    [BROKEN, "aws_error", "unverified", "None known to be missing"],
    [DENIED, "denied", "refused", "deploy the member stack"],
  ])("that %s keeps from being opened says which of them it was, and what helps", async (error, code, exists, access) => {
    const { result } = await run([FLAG], failing("sts.assume", error));
    expect(result.outcomes).toMatchObject([
      { code, message: expect.stringContaining(`(${error.name}); nothing of this step was done`), failure: { access: expect.stringContaining(access) } },
    ]);
    expect(result.resolutions).toMatchObject([{ exists, using: "nothing" }]);
  });

  it("of an undo may do the inverse and nothing of the step", async () => {
    const at = world();
    const plan = planOf(at.aws, [FLAG]);
    await at.worker().run(inputOf(plan));
    await at.worker().run(inputOf(plan, { mode: "undo" }));
    expect(
      at.sessions.map(({ policy }) =>
        JSON.parse(policy)
          .Statement.map(({ Action }: { Action: string }) => Action)
          .sort(),
      ),
    ).toEqual([
      ["s3:ListAllMyBuckets", "s3:PutBucketAcl"],
      ["s3:ListAllMyBuckets", "s3:PutBucketPolicy"],
    ]);
  });
});

describe("a worker whose time is nearly up", () => {
  it("begins no step", async () => {
    const at = world();
    const result = await at.worker().run(inputOf(planOf(at.aws, [FLAG, flag("s2", "two")])), 70_000);
    expect(result.outcomes).toMatchObject([{ outcome: "failed", code: "deadline_exceeded" }, { outcome: "not_run" }]);
    expect([at.sessions, at.aws.calls]).toEqual([[], []]);
  });
});
