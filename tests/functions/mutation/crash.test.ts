/** Every effect of the worker, listed and cut before and after; and two workers of one step at a time. */
import { describe, expect, it } from "vitest";
import type { Effect } from "../../../functions/mutation/boundaries.ts";
import type { MutationInput, MutationResult } from "../../../functions/shared/contracts.ts";
import { message, use } from "../shared/fake-model.ts";
import { inputOf, planOf, TAGS, world } from "./world.ts";

interface Kind {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** Changes of the account that doing it once makes. */
  readonly effects: readonly string[];
}
const KINDS: Readonly<Record<string, Kind>> = {
  natural: { operation: "SetFlag", input: { Name: "one" }, effects: ["PutFlag"] },
  "natural, several calls": { operation: "SetBoth", input: { Name: "one", Level: 9 }, effects: ["PutFlag", "PutLevel"] },
  "client token": { operation: "MakeItem", input: { Name: "one", Tags: TAGS }, effects: ["CreateItem"] },
  "name, several calls": { operation: "MakeThing", input: { Name: "new", Level: 9 }, effects: ["CreateThing", "PutFlag", "PutLevel"] },
  "natural, found by its content": { operation: "AddItem", input: { Name: "one", Tags: TAGS }, effects: ["AddItem"] },
  none: { operation: "Snap", input: { Name: "one", Tags: TAGS }, effects: ["SnapItem"] },
  destructive: { operation: "DeleteThing", input: { Name: "one" }, effects: ["DropThing"] },
};

type World = ReturnType<typeof world>;
const inputFor = ({ aws }: World, { operation, input }: Kind, mode: "apply" | "undo" = "apply"): MutationInput =>
  inputOf(planOf(aws, [{ id: "s1", operation, input }]), { mode });

interface Cut {
  readonly at: number;
  readonly when: "before" | "after";
}

/** Runs until the cut, where the worker is gone: nothing of it goes on. @returns null when it was cut. */
async function runCut(at: World, input: MutationInput, { at: index, when }: Cut): Promise<MutationResult | null> {
  let count = 0;
  let end: () => void = () => {};
  const gone = new Promise<null>((resolve) => {
    end = () => resolve(null);
  });
  const cut = () => {
    end();
    return new Promise<never>(() => {});
  };
  const effect: Effect = async (_, run) => {
    const own = count++ === index;
    if (own && when === "before") return cut();
    const result = await run();
    return own ? cut() : result;
  };
  return Promise.race([at.worker({ effect }).run(input), gone]);
}

async function effectsOf(kind: Kind, mode: "apply" | "undo"): Promise<string[]> {
  const names: string[] = [];
  const at = world();
  const input = inputFor(at, kind);
  const effect: Effect = (name, run) => {
    names.push(name);
    return run();
  };
  if (mode === "apply") await at.worker({ effect }).run(input);
  else {
    await at.worker().run(input);
    await at.worker({ effect }).run({ ...input, call: { ...input.call, mode, callId: "u1" } });
  }
  return names;
}

const LIST: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  await Promise.all(Object.entries(KINDS).map(async ([name, kind]) => [name, await effectsOf(kind, "apply")] as const)),
);
const UNDO_LIST: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  await Promise.all(Object.entries(KINDS).map(async ([name, kind]) => [name, await effectsOf(kind, "undo")] as const)),
);
const cutsOf = (names: readonly string[]) =>
  names.flatMap((name, at) => (["before", "after"] as const).map((when) => ({ name: `${when} ${at + 1}. ${name}`, at, when })));

describe("the effects of a step", () => {
  it("are these, in this order", () => {
    const looks = ["halt.get", "stop.get"];
    expect(LIST.natural).toEqual([
      ...["kms.verify", "ledger.get", ...looks, "sts.assume", "sts.identity", "read ListThings", "read ListThings", "model", "read ListThings"],
      ...["ledger.put started", ...looks, "write PutFlag", "read ListThings", "ledger.put done"],
    ]);
    expect(LIST["name, several calls"]?.slice(10)).toEqual([
      ...["ledger.put started", ...looks, "write CreateThing", "read GetThing", "ledger.put started", "halt.get", "write PutFlag", "ledger.put started"],
      ...["halt.get", "write PutLevel", "ledger.put started", "read GetThing", "ledger.put done"],
    ]);
    expect(LIST.none?.slice(10)).toEqual([
      "ledger.put started",
      ...looks,
      "write SnapItem",
      "ledger.put started",
      "read ListItems",
      "read ListItems",
      "ledger.put done",
    ]);
  });
});

describe.each(Object.entries(KINDS))("a worker that ends while it applies: %s", (name, kind) => {
  it.each(cutsOf(LIST[name] ?? []))("$name: invoked again, there is one effect at most, and ledger and outcome tell the truth", async (cut) => {
    const at = world();
    const input = inputFor(at, kind);
    expect(await runCut(at, input, cut)).toBeNull();
    const result = await at.worker().run(input);
    const [outcome] = result.outcomes;
    const isDone = JSON.stringify(at.aws.effects) === JSON.stringify(kind.effects);
    expect(at.aws.effects.length).toBeLessThanOrEqual(kind.effects.length);
    if (outcome?.outcome === "indeterminate") {
      expect(name).toBe("none");
      expect(at.ledger.of("s1")?.status).toBe("indeterminate");
      expect(outcome.message).toContain("Is there an item of this request?");
      expect((await at.worker().run(inputOf(input.plan))).outcomes).toMatchObject([{ outcome: "indeterminate" }]);
      expect(at.aws.calls.length).toBeLessThanOrEqual(1);
    } else {
      expect(outcome).toMatchObject({ outcome: expect.stringMatching(/^(already_)?done$/) });
      expect(isDone).toBe(true);
      expect(at.ledger.of("s1")).toMatchObject({ status: "done", inverse: input.plan.phases[0]?.steps[0]?.inverse ? expect.anything() : null });
      expect(JSON.stringify(at.ledger.of("s1")?.inverse)).not.toContain("$ref");
    }
  });

  it.each(cutsOf(LIST[name] ?? []))("$name: taken back instead, it is as before, or said not to be", async (cut) => {
    const at = world();
    const before = at.aws.snapshot();
    const input = inputFor(at, kind);
    await runCut(at, input, cut);
    const result = await at.worker().run({ ...input, call: { ...input.call, mode: "undo", callId: "u1" } });
    const [outcome] = result.outcomes;
    const isBefore = at.aws.snapshot() === before;
    expect(["undone", "nothing_to_undo"].includes(outcome?.outcome ?? "")).toBe(result.status === "done");
    expect(isBefore, JSON.stringify(outcome)).toBe(result.status === "done" || at.aws.effects.length === 0);
    if (result.status === "failed" && at.aws.effects.length > 0)
      expect(["destructive", "none", "client token", "name, several calls", "natural, several calls"]).toContain(name);
    // What was taken back is not applied by an invocation that comes late.
    const late = await at.worker().run(input);
    expect(late.status).toBe(outcome?.outcome === "not_undoable" ? "done" : "failed");
    if (result.status === "done") expect(at.aws.snapshot()).toBe(before);
  });
});

describe.each(Object.entries(KINDS).filter(([name]) => name !== "destructive"))("a worker that ends while it takes back: %s", (name, kind) => {
  it.each(cutsOf(UNDO_LIST[name] ?? []))("$name: invoked again, it is as before, once", async (cut) => {
    const at = world();
    const before = at.aws.snapshot();
    const input = inputFor(at, kind);
    expect((await at.worker().run(input)).status).toBe("done");
    const undo: MutationInput = { ...input, call: { ...input.call, mode: "undo", callId: "u1" } };
    expect(await runCut(at, undo, cut)).toBeNull();
    const result = await at.worker().run(undo);
    expect(result.outcomes).toMatchObject([{ outcome: "undone" }]);
    expect(at.aws.snapshot()).toBe(before);
    expect(at.ledger.of("s1")?.status).toBe("undone");
  });
});

describe.each(Object.entries(KINDS))("two workers of one step at a time: %s", (_, kind) => {
  it("make one effect between them, and both tell the truth, however their effects fall", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const at = world();
      const input = inputFor(at, kind);
      const turns = scheduler(seed);
      const results = await Promise.all([at.worker({ effect: turns }).run(input), at.worker({ effect: turns }).run(input)]);
      expect(at.aws.effects, `seed ${seed}`).toEqual(kind.effects);
      const item = at.ledger.of("s1");
      for (const { outcomes } of results) {
        const [told] = outcomes;
        if (told?.outcome === "indeterminate") expect(kind.operation).toBe("Snap");
        else expect(told, `seed ${seed}`).toMatchObject({ outcome: expect.stringMatching(/^(already_)?done$/) });
      }
      expect(item?.status, `seed ${seed}`).toBe("done");
    }
  });
});

describe("a step that an earlier worker began", () => {
  const cutAfter = async (kind: Kind, name: string) => {
    const at = world();
    const input = inputFor(at, kind);
    const names = await effectsOf(kind, "apply");
    await runCut(at, input, { at: names.indexOf(name), when: "after" });
    return { ...at, input };
  };
  const { natural, "natural, several calls": several, "name, several calls": named } = KINDS as { [name: string]: Kind };

  it("goes on with the calls that are not noted as done", async () => {
    const at = await cutAfter(several as Kind, "ledger.put started");
    const item = at.ledger.of("s1");
    await at.aws.write("PutFlag", { Name: "one", Flag: true }, "earlier");
    await at.ledger.put({ ...(item as NonNullable<typeof item>), calls: ["PutFlag"], version: 2 }, 1);
    expect((await at.worker().run(at.input)).status).toBe("done");
    expect(at.aws.calls.map(({ command }) => command)).toEqual(["PutFlag", "PutLevel"]);
  });

  it("is not called denied, aborted or drifted, which say that nothing of it is there", async () => {
    const denied = await cutAfter(natural as Kind, "write PutFlag");
    const refused = denied.worker({
      sts: {
        assume: () => {
          throw Object.assign(new Error("no"), { name: "AccessDenied" });
        },
      },
    });
    expect((await refused.run(denied.input)).outcomes).toMatchObject([
      { outcome: "indeterminate", code: "denied", message: expect.stringContaining("may have taken effect") },
    ]);

    const unknown = world();
    const [made, given] = [
      { id: "s1", operation: "MakeItem", input: { Name: "one", Tags: TAGS } },
      { id: "s2", operation: "GiveTo", input: { Name: "one", Id: { $ref: "s1.Id" } } },
    ] as const;
    const both = inputOf(planOf(unknown.aws, [made, given]));
    await unknown.worker().run(both);
    const second = unknown.ledger.of("s2");
    await unknown.ledger.put({ ...(second as NonNullable<typeof second>), status: "started", version: 9 }, second?.version ?? 0);
    unknown.ledger.items.delete([...unknown.ledger.items.keys()].find((key) => key.endsWith("s1")) ?? "");
    const alone = { ...both, call: { ...both.call, stepIds: ["s2"] } };
    expect((await unknown.worker().run(alone)).outcomes).toMatchObject([{ outcome: "indeterminate", code: "reference_unresolved" }]);

    const aborted = await cutAfter(named as Kind, "write CreateThing");
    const against = aborted.worker({ replies: [message([use("abort", { reason: "no" })])] });
    expect((await against.run(aborted.input)).outcomes).toMatchObject([{ outcome: "indeterminate", code: "preflight_abort" }]);
    expect(aborted.ledger.of("s1")?.status).toBe("started");

    const drifted = await cutAfter(natural as Kind, "write PutFlag");
    Object.assign(drifted.aws.things.get("one") ?? {}, { Flag: false, Level: 7 });
    expect((await drifted.worker().run(drifted.input)).outcomes).toMatchObject([{ outcome: "indeterminate", code: "drifted_after_crash" }]);
    expect(drifted.ledger.of("s1")?.status).toBe("indeterminate");
  });

  it("and that was decided meanwhile keeps that word: a late worker's is not written over it", async () => {
    const at = world();
    const input = inputFor(at, natural as Kind);
    const effect: Effect = async (name, run) => {
      const item = at.ledger.of("s1");
      if (name === "ledger.put done" && item?.status === "started") {
        // A roll-back came first.
        await at.ledger.put({ ...item, status: "undone", attempt: "roll-back", version: item.version + 1 }, item.version);
      }
      return run();
    };
    expect((await at.worker({ effect }).run(input)).outcomes).toMatchObject([{ outcome: "failed", code: "already_undone" }]);
    expect(at.ledger.of("s1")).toMatchObject({ status: "undone", attempt: "roll-back" });
  });
});

/** Effects of all workers wait for their turn, which falls by the seed. */
function scheduler(seed: number): Effect {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return async (_, run) => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    const result = await run();
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    return result;
  };
}
