import { describe, expect, it } from "vitest";
import { BOUNDS } from "../../../functions/shared/contracts.ts";
import { named } from "../shared/fake-model.ts";
import { inputOf, kinds, PRINCIPAL, planOf, type StepSpec, TAGS, world } from "./world.ts";

const flag = (id: string, Name: string): StepSpec => ({ id, operation: "SetFlag", input: { Name } });
const THREE = [flag("s1", "one"), flag("s2", "two"), flag("s3", "three")];

async function applied(specs: readonly StepSpec[]) {
  const at = world();
  const before = at.aws.snapshot();
  const plan = planOf(at.aws, specs);
  expect((await at.worker().run(inputOf(plan))).status).toBe("done");
  const undo = (stepIds?: string[]) => at.worker({ replies: [] }).run(inputOf(plan, { mode: "undo", ...(stepIds ? { stepIds } : {}) }));
  return { ...at, plan, undo, isBefore: () => at.aws.snapshot() === before };
}

describe("an undo", () => {
  it("takes back in the order given, as the narrowed session, and the state is as before", async () => {
    const at = await applied(THREE);
    const result = await at.undo();
    expect(result).toMatchObject({ status: "done", mode: "undo", callId: "u1", usage: [] });
    expect(result.outcomes.map(({ stepId, outcome, principal }) => [stepId, outcome, principal])).toEqual(
      ["s3", "s2", "s1"].map((id) => [id, "undone", PRINCIPAL]),
    );
    expect(at.isBefore()).toBe(true);
    expect(["s1", "s2", "s3"].map((id) => at.ledger.of(id)?.status)).toEqual(["undone", "undone", "undone"]);
  });

  it("repeated says the same and writes nothing", async () => {
    const at = await applied(THREE);
    await at.undo();
    const calls = at.aws.calls.length;
    expect(kinds(await at.undo())).toEqual(["undone", "undone", "undone"]);
    expect(at.aws.calls).toHaveLength(calls);
  });

  it("of steps with references takes back what was really made", async () => {
    const at = await applied([
      { id: "s1", operation: "MakeItem", input: { Name: "one", Tags: TAGS } },
      { id: "s2", operation: "GiveTo", input: { Name: "one", Id: { $ref: "s1.Id" } } },
    ]);
    expect(kinds(await at.undo())).toEqual(["undone", "undone"]);
    expect([at.isBefore(), at.aws.items.size, at.aws.calls.at(-1)?.input]).toEqual([true, 0, { Id: "item-1" }]);
  });

  it("of what was never done says that there is nothing, and no late apply begins it", async () => {
    const at = world();
    const plan = planOf(at.aws, THREE);
    const result = await at.worker({ replies: [] }).run(inputOf(plan, { mode: "undo" }));
    expect([result.status, kinds(result)]).toEqual(["done", ["nothing_to_undo", "nothing_to_undo", "nothing_to_undo"]]);
    expect((await at.worker().run(inputOf(plan))).outcomes[0]).toMatchObject({ outcome: "failed", code: "already_failed" });
    expect([at.aws.calls, at.sessions]).toEqual([[], []]);
  });

  it("needs the approval like an apply, but not before it expires", async () => {
    const at = await applied([flag("s1", "one")]);
    at.clock.now += 365 * 86_400_000;
    const input = inputOf(at.plan, { mode: "undo" });
    expect((await at.worker().run({ ...input, approval: { ...input.approval, mac: "AAAA" } })).outcomes).toMatchObject([{ outcome: "approval_invalid" }]);
    expect(at.isBefore()).toBe(false);
    expect(kinds(await at.worker().run(input))).toEqual(["undone"]);
  });

  it("takes any approval of the plan: a later phase's failure takes back the first", async () => {
    const at = world();
    const plan = planOf(at.aws, [flag("s1", "one"), { id: "s2", operation: "DeleteThing", input: { Name: "two" }, phase: 2 }]);
    await at.worker().run(inputOf(plan));
    const later = inputOf(plan, { phase: 2 }).approval;
    expect(kinds(await at.worker().run({ ...inputOf(plan, { mode: "undo" }), approval: later }))).toEqual(["undone"]);
  });
});

describe("an undo that finds another state than the change left", () => {
  it("shows it and stops, before the steps after it", async () => {
    const at = await applied(THREE);
    Object.assign(at.aws.things.get("two") ?? {}, { Level: 5 });
    const result = await at.undo();
    expect(result).toMatchObject({
      status: "failed",
      outcomes: [{ outcome: "undone" }, { outcome: "undo_drifted", differences: [{ field: "ListThings.Level", before: 1, after: 5 }] }, { outcome: "not_run" }],
    });
    expect([at.aws.things.get("one")?.Flag, at.aws.things.get("two"), at.ledger.of("s2")?.status]).toMatchObject([true, { Flag: true, Level: 5 }, "done"]);
  });

  it("that is the one before has nothing left to do", async () => {
    const at = await applied([flag("s1", "one")]);
    Object.assign(at.aws.things.get("one") ?? {}, { Flag: false });
    const calls = at.aws.calls.length;
    expect((await at.undo()).outcomes).toMatchObject([{ outcome: "undone", code: "as_before" }]);
    expect([at.aws.calls.length, at.ledger.of("s1")?.status]).toEqual([calls, "undone"]);
  });

  it("in the midst of taking back goes on where that explains it, and stops where it does not", async () => {
    const cut = async (Level: number) => {
      const at = await applied([{ id: "s1", operation: "SetBoth", input: { Name: "one", Level: 9 } }]);
      const item = at.ledger.of("s1");
      if (!item) throw new Error("no item");
      await at.ledger.put({ ...item, status: "undoing", version: item.version + 1 }, item.version);
      Object.assign(at.aws.things.get("one") ?? {}, { Flag: false, Level });
      return { ...at, result: await at.undo() };
    };
    const explained = await cut(9);
    expect([kinds(explained.result), explained.isBefore()]).toEqual([["undone"], true]);
    const strange = await cut(77);
    expect([kinds(strange.result), strange.aws.things.get("one")?.Level]).toEqual([["undo_drifted"], 77]);
  });
});

describe("an undo that can't be done", () => {
  it("of something irreversible says what stays, and the others are taken back", async () => {
    const at = world();
    const plan = planOf(at.aws, [flag("s1", "one"), { id: "s2", operation: "DeleteThing", input: { Name: "two" } }, flag("s3", "three")]);
    expect((await at.worker().run(inputOf(plan))).status).toBe("done");
    const result = await at.worker({ replies: [] }).run(inputOf(plan, { mode: "undo" }));
    expect([result.status, kinds(result)]).toEqual(["failed", ["undone", "not_undoable", "undone"]]);
    expect(result.outcomes[1]).toMatchObject({ code: "irreversible", message: expect.stringContaining("the thing") });
    expect(at.sessions.at(-2)?.policy).not.toMatch(/Delete/);
  });

  it("because AWS refuses it says so, changes nothing in the ledger, and the others are taken back", async () => {
    const at = await applied(THREE);
    const write = at.aws.write;
    at.aws.write = (command, input, as) => {
      if (input.Name === "two") throw Object.assign(named("AccessDenied"), { $fault: "client", $metadata: { httpStatusCode: 403 } });
      return write(command, input, as);
    };
    const result = await at.undo();
    expect([result.status, kinds(result)]).toEqual(["failed", ["undone", "undo_failed", "undone"]]);
    expect(result.outcomes[1]).toMatchObject({
      code: "denied",
      failure: { operation: "PutFlag" },
      message: expect.stringContaining("the change stays in place"),
    });
    expect(at.ledger.of("s2")?.status).toBe("done");
    at.aws.write = write;
    expect(kinds(await at.undo())).toEqual(["undone", "undone", "undone"]);
    expect(at.isBefore()).toBe(true);
  });

  it("that fails half-way says what is inconsistent, and can be finished", async () => {
    const at = await applied([{ id: "s1", operation: "SetBoth", input: { Name: "one", Level: 9 } }]);
    const write = at.aws.write;
    at.aws.write = (command, input, as) => {
      if (command === "PutLevel") throw Object.assign(named("InternalError"), { $metadata: { httpStatusCode: 500 } });
      return write(command, input, as);
    };
    const result = await at.undo();
    expect(result.outcomes).toMatchObject([
      {
        outcome: "undo_failed",
        message: expect.stringContaining("PutFlag of it is known to be done"),
        differences: [{ field: "ListThings.Level", before: 1, after: 9 }],
      },
    ]);
    expect(at.ledger.of("s1")?.status).toBe("undo_indeterminate");
    at.aws.write = write;
    expect(kinds(await at.undo())).toEqual(["undone"]);
    expect(at.isBefore()).toBe(true);
  });

  it("that leaves another state than before is no success, unless the plan said that it would be partly so", async () => {
    const leaves = async (changes: StepSpec["changes"]) => {
      const at = await applied([{ ...flag("s1", "one"), ...(changes ? { changes } : {}) }]);
      const write = at.aws.write;
      at.aws.write = (command, input, as) => {
        const answer = write(command, input, as);
        Object.assign(at.aws.things.get("one") ?? {}, { Owner: "someone" });
        return answer;
      };
      return (await at.undo()).outcomes[0];
    };
    expect(await leaves({})).toMatchObject({
      outcome: "undo_failed",
      code: "not_restored",
      differences: [{ field: "ListThings.Owner", before: null, after: "someone" }],
    });
    expect(await leaves({ reversible: "partly", notRestorable: ["the owner"] })).toMatchObject({
      outcome: "undone",
      message: expect.stringContaining("the owner"),
      differences: [{ field: "ListThings.Owner" }],
    });
  });

  it("by what the ledger names as inverse and the catalog does not know is refused", async () => {
    const at = await applied([flag("s1", "one")]);
    const item = at.ledger.of("s1");
    if (!item) throw new Error("no item");
    await at.ledger.put({ ...item, inverse: { operation: "Everything", input: {} }, version: item.version + 1 }, item.version);
    expect((await at.undo()).outcomes).toMatchObject([{ outcome: "undo_failed", code: "inverse_unknown" }]);
  });
});

describe("the outcomes of many failures", () => {
  it("fit their bound: the first keeps its details, every step its outcome", async () => {
    const at = await applied(
      Array.from({ length: 50 }, (_, index) => ({
        id: `s${index + 1}`,
        operation: "AddItem",
        input: { Name: `of-${"abcdefghij"[index % 10]}${"klmno"[Math.floor(index / 10)]}`, Tags: TAGS },
      })),
    );
    at.aws.write = () => {
      throw Object.assign(named("AccessDenied", "long ".repeat(200)), { $fault: "client", $metadata: { httpStatusCode: 403 } });
    };
    const result = await at.undo();
    expect(new Set(kinds(result))).toEqual(new Set(["undo_failed"]));
    expect(result.outcomes).toHaveLength(50);
    expect(result.outcomes[0]?.failure?.message.length).toBeGreaterThan(400);
    expect(JSON.stringify(result.outcomes).length).toBeLessThanOrEqual(BOUNDS.outcomes);
  });
});
