import { describe, expect, it } from "vitest";
import { digest } from "../../../functions/shared/digest.ts";
import { REQUEST_ID, SANDBOX } from "../shared/samples.ts";
import { inputOf, kinds, PRINCIPAL, planOf, ROLE, TAGS, world } from "./world.ts";

const flag = (id: string, Name: string) => ({ id, operation: "SetFlag", input: { Name } });

describe("an approved step", () => {
  it("is done, read back and in the ledger, with who approved, as whom, before, after and inverse", async () => {
    const { aws, ledger, worker } = world();
    const plan = planOf(aws, [flag("s1", "one")]);
    const result = await worker().run(inputOf(plan));
    expect(result).toMatchObject({ status: "done", callId: "p1m1", worker: "mutation-s3", mode: "apply" });
    expect(result.outcomes).toEqual([
      expect.objectContaining({ stepId: "s1", outcome: "done", code: "done", resource: "arn:aws:s3:::one", principal: PRINCIPAL, failure: null }),
    ]);
    expect(aws.things.get("one")?.Flag).toBe(true);
    expect(aws.effects).toEqual(["PutFlag"]);
    const image = { ListThings: [{ Name: "one", Flag: true, Level: 1, Owner: null }] };
    expect(ledger.of("s1")).toMatchObject({
      ...{ status: "done", input: { Name: "one" }, principal: PRINCIPAL, approver: "arn:aws:iam::000000000000:user/bob", planHash: digest(plan) },
      before: { absent: false, image: { ListThings: [{ Name: "one", Flag: false, Level: 1, Owner: null }] } },
      after: { digest: digest(image), image },
      inverse: { operation: "RestoreThing", input: { Name: "one", Flag: false, Level: 1 } },
    });
    expect(result.resolutions).toEqual([{ account: SANDBOX, worker: "mutation-s3", scopedRole: ROLE, exists: "yes", using: PRINCIPAL }]);
    expect(result.usage).toEqual([expect.objectContaining({ by: "mutation-s3", calls: 1 })]);
  });

  it("acts in one session that names request, plan and approver and may do the batch's steps alone", async () => {
    const { aws, sessions, worker } = world();
    const plan = planOf(aws, [flag("s1", "one"), flag("s2", "two")]);
    expect(kinds(await worker().run(inputOf(plan)))).toEqual(["done", "done"]);
    expect(sessions).toHaveLength(1);
    const [session] = sessions;
    expect(session).toMatchObject({
      role: `arn:aws:iam::${SANDBOX}:role/${ROLE}`,
      externalId: "acme-coworker-sandbox-4f1c",
      session: REQUEST_ID,
      tags: { CoworkerRequest: REQUEST_ID, PlanHash: digest(plan) },
      sourceIdentity: expect.stringMatching(/^approver-[0-9a-f]{32}$/),
    });
    const statements = JSON.parse(session?.policy ?? "").Statement as { Action: string; Resource: unknown }[];
    expect(statements.find(({ Action }) => Action === "s3:PutBucketAcl")?.Resource).toEqual(["arn:aws:s3:::one", "arn:aws:s3:::two"]);
    expect(statements.map(({ Action }) => Action).sort()).toEqual(["s3:ListAllMyBuckets", "s3:PutBucketAcl"]);
    expect(new Set(aws.calls.map(({ as }) => as))).toEqual(new Set([session?.policy]));
  });

  it("waits for what settles, and tells what was made under its own ARN", async () => {
    const { aws, ledger, worker } = world();
    const plan = planOf(aws, [{ id: "s1", operation: "MakeItem", input: { Name: "one", Tags: TAGS } }]);
    const result = await worker().run(inputOf(plan));
    expect(result.outcomes).toEqual([expect.objectContaining({ outcome: "done", resource: "arn:aws:s3:::item/item-1", output: { Id: "item-1" } })]);
    expect(ledger.of("s1")).toMatchObject({ output: { Id: "item-1" }, calls: ["CreateItem"], inverse: { operation: "DropItem", input: { Id: "item-1" } } });
    expect(aws.calls[0]?.input).toMatchObject({ Token: expect.stringMatching(/^[A-Za-z0-9-]{1,64}$/) });
  });

  it("takes what an earlier step made from the ledger, in a session of its own that names it", async () => {
    const { aws, ledger, sessions, worker } = world();
    const plan = planOf(aws, [
      { id: "s1", operation: "MakeItem", input: { Name: "one", Tags: TAGS } },
      { id: "s2", operation: "GiveTo", input: { Name: "one", Id: { $ref: "s1.Id" } } },
    ]);
    const result = await worker().run(inputOf(plan));
    expect(kinds(result)).toEqual(["done", "done"]);
    expect(aws.things.get("one")?.Owner).toBe("item-1");
    expect(ledger.of("s2")?.input).toEqual({ Name: "one", Id: "item-1" });
    expect(sessions).toHaveLength(2);
    expect(sessions[1]?.policy).toContain("arn:aws:s3:::item/item-1");
    expect(sessions.map(({ policy }) => policy).join()).not.toContain("$ref");
  });

  it("whose reference nothing fills fails, and nothing is sent", async () => {
    const { aws, sessions, worker } = world();
    const plan = planOf(aws, [{ id: "s2", operation: "GiveTo", input: { Name: "one", Id: { $ref: "s1.Id" } } }]);
    const result = await worker().run(inputOf(plan));
    expect(result).toMatchObject({ status: "failed", outcomes: [{ outcome: "failed", code: "reference_unresolved" }] });
    expect([sessions, aws.calls]).toEqual([[], []]);
  });

  it("whose state is another than was shown is not done, and what differs is told", async () => {
    const { aws, ledger, worker } = world();
    const plan = planOf(aws, [flag("s1", "one")]);
    Object.assign(aws.things.get("one") ?? {}, { Level: 7 });
    const run = worker();
    const result = await run.run(inputOf(plan));
    expect(result.outcomes).toEqual([expect.objectContaining({ outcome: "drifted", differences: [{ field: "ListThings.Level", before: 1, after: 7 }] })]);
    expect([aws.effects, ledger.items.size, run.asked.length]).toEqual([[], 0, 0]);
  });

  it("is not begun when a later one of the call has drifted", async () => {
    const { aws, worker } = world();
    const plan = planOf(aws, [flag("s1", "one"), flag("s2", "two")]);
    Object.assign(aws.things.get("two") ?? {}, { Level: 7 });
    const result = await worker().run(inputOf(plan));
    expect(result.outcomes).toMatchObject([
      { outcome: "drifted", code: "later_step_drifted", differences: [{ field: "s2 ListThings.Level" }] },
      { outcome: "not_run" },
    ]);
    expect(aws.effects).toEqual([]);
  });

  it("done already is not done again: an invocation that is repeated writes nothing", async () => {
    const { aws, worker, sessions } = world();
    const plan = planOf(aws, [flag("s1", "one"), { id: "s2", operation: "Snap", input: { Name: "one", Tags: TAGS } }]);
    const input = inputOf(plan, { stepIds: ["s1"] });
    expect(kinds(await worker().run(input))).toEqual(["done"]);
    const [calls, opened] = [aws.calls.length, sessions.length];
    const again = await worker({ replies: [] }).run(input);
    expect(again).toMatchObject({ status: "done", outcomes: [{ outcome: "already_done", principal: PRINCIPAL }] });
    expect([aws.calls.length, sessions.length]).toEqual([calls, opened]);
  });

  it("that fails ends the call: what comes after is not run", async () => {
    const { aws, worker } = world();
    const plan = planOf(aws, [flag("s1", "one"), flag("s2", "two"), flag("s3", "three")]);
    const write = aws.write;
    aws.write = (command, input, as) => {
      if (input.Name === "two") throw Object.assign(new Error("no"), { name: "AccessDenied", $fault: "client", $metadata: { httpStatusCode: 403 } });
      return write(command, input, as);
    };
    const result = await worker().run(inputOf(plan));
    expect(kinds(result)).toEqual(["done", "denied", "not_run"]);
    expect(result.status).toBe("failed");
    expect(aws.effects).toEqual(["PutFlag"]);
  });

  it("can't write beside the plan with its session: what the plan does not name is refused", async () => {
    const { aws, connected, worker } = world();
    await worker().run(inputOf(planOf(aws, [flag("s1", "one")])));
    expect(connected[0]).toMatchObject({ region: "us-east-1", userAgent: REQUEST_ID });
    const policy = connected[0]?.credentials.accessKeyId ?? "";
    expect(policy).toContain("arn:aws:s3:::one");
    expect(policy).not.toContain("arn:aws:s3:::two");
    expect(policy).not.toContain("s3:DeleteBucket");
  });
});
