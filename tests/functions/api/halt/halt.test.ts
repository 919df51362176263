import { describe, expect, it } from "vitest";
import { parseHalt } from "../../../../functions/shared/halt.ts";
import { ALICE } from "../fakes.ts";
import { CAROL, FUNCTIONS, haltApi } from "./set-up.ts";

const REASON = { reason: "incident 12" };
const HALTED = { halted: true, by: CAROL, at: "2026-11-22T10:00:00.000Z", reason: "incident 12" };

describe("POST /halt", () => {
  it("sets the switch first, then holds every mutation function; again is the same", async () => {
    const { aws, ask } = haltApi();
    expect(await ask("POST", CAROL, REASON)).toMatchObject({ status: 200, body: HALTED });
    expect(aws.order).toEqual(["switch", ...FUNCTIONS]);
    expect(parseHalt(aws.value)).toEqual(HALTED);
    expect([...aws.held]).toEqual(FUNCTIONS);
    expect(await ask("POST", CAROL, REASON)).toMatchObject({ status: 200, body: HALTED });
    expect(await ask("GET", ALICE)).toMatchObject({ status: 200, body: HALTED });
  });

  it("is not for whoever is no approver", async () => {
    const { aws, ask } = haltApi();
    expect(await ask("POST", ALICE, REASON)).toMatchObject({ status: 403, body: { error: { code: "halt_not_allowed" } } });
    expect(await ask("DELETE", ALICE)).toMatchObject({ status: 403, body: { error: { code: "halt_not_allowed" } } });
    expect(aws.order).toEqual([]);
  });

  it.each([{}, { reason: "" }, { reason: "  " }, { reason: "x".repeat(501) }, { reason: "x", force: true }])("wants a reason: %j", async (body) => {
    const { aws, ask } = haltApi();
    expect((await ask("POST", CAROL, body)).status).toBe(400);
    expect(aws.order).toEqual([]);
  });

  it("names the functions that it could not hold; the switch is set", async () => {
    const { aws, ask } = haltApi();
    aws.failing.add("acw-mutation-s3");
    const { status, body } = await ask("POST", CAROL, REASON);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/switch is set.*not held at concurrency 0: acw-mutation-s3\./);
    expect(parseHalt(aws.value).halted).toBe(true);
    expect([...aws.held]).toEqual(["acw-mutation-ec2"]);
  });

  it("holds the functions although the switch could not be set, and says so", async () => {
    const { aws, ask, logged } = haltApi();
    aws.failing.add("switch");
    const { status, body } = await ask("POST", CAROL, REASON);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/switch could not be set/);
    expect([...aws.held]).toEqual(FUNCTIONS);
    expect(JSON.stringify(logged)).toContain("refused");
  });
});

describe("DELETE /halt", () => {
  it("releases the functions, then the switch", async () => {
    const { aws, ask } = haltApi();
    await ask("POST", CAROL, REASON);
    aws.order.length = 0;
    expect(await ask("DELETE", CAROL)).toMatchObject({ status: 200, body: { halted: false } });
    expect(aws.order).toEqual([...FUNCTIONS, "switch"]);
    expect([parseHalt(aws.value).halted, aws.held.size]).toEqual([false, 0]);
  });

  it("stays halted while a function can't be released", async () => {
    const { aws, ask } = haltApi();
    await ask("POST", CAROL, REASON);
    aws.failing.add("acw-mutation-ec2");
    const { status, body } = await ask("DELETE", CAROL);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/stays halted.*acw-mutation-ec2/);
    expect(parseHalt(aws.value).halted).toBe(true);
  });
});

describe("GET /halt", () => {
  it("shows a missing switch as what it does: it halts", async () => {
    const { aws, ask } = haltApi();
    aws.value = undefined;
    expect((await ask("GET", ALICE)).body).toMatchObject({ halted: true, by: "nobody" });
  });

  it("knows no other method", async () => {
    expect((await haltApi().ask("PUT", CAROL)).status).toBe(405);
  });
});
