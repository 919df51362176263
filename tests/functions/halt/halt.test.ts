import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/halt/halt.ts";
import type { StopItem } from "../../../functions/shared/halt.ts";
import { REQUEST } from "../shared/plan-sample.ts";

const HALT = { halted: true, by: "carol", at: "2026-11-22T10:00:00.000Z", reason: "incident" };
const STOP: StopItem = { requestId: REQUEST, by: "alice", at: "2026-11-22T10:00:00.000Z", reason: "wrong", expiresAt: 1 };
const ask = (text: string | undefined, stop?: StopItem) =>
  makeHandler({ readSwitch: async () => text, stops: { get: async (id) => (id === stop?.requestId ? stop : undefined) } })({ requestId: REQUEST });

describe("Halt", () => {
  it("lets go what is neither halted nor stopped", async () => {
    expect(await ask('{"halted":false}')).toEqual({ outcome: "go", by: "", reason: "" });
    expect(await ask('{"halted":false}', { ...STOP, requestId: "another" })).toMatchObject({ outcome: "go" });
  });

  it("is asked as the sample in events/ does", async () => {
    const event = JSON.parse(readFileSync(new URL("../../../events/halt.check.json", import.meta.url), "utf8"));
    expect(await makeHandler({ readSwitch: async () => '{"halted":false}', stops: { get: async () => STOP } })(event)).toMatchObject({ outcome: "stopped" });
  });

  it("halts everything, a stopped request too", async () => {
    expect(await ask(JSON.stringify(HALT))).toEqual({ outcome: "halted", by: "carol", reason: "incident" });
    expect(await ask(JSON.stringify(HALT), STOP)).toMatchObject({ outcome: "halted" });
  });

  it("stops one request", async () => {
    expect(await ask('{"halted":false}', STOP)).toEqual({ outcome: "stopped", by: "alice", reason: "wrong" });
  });

  it.each([undefined, "", "no", "{}", '{"halted":"false"}', '{"halted":false,"but":1}'])("halts where the switch is %j", async (text) => {
    expect(await ask(text)).toMatchObject({ outcome: "halted", by: "nobody" });
  });

  it("does not answer where the switch or the stops can't be read", async () => {
    const broken = async () => Promise.reject(new Error("no answer"));
    const stops = { get: async () => undefined };
    await expect(makeHandler({ readSwitch: broken, stops })({ requestId: REQUEST })).rejects.toThrow("no answer");
    await expect(makeHandler({ readSwitch: async () => '{"halted":false}', stops: { get: broken } })({ requestId: REQUEST })).rejects.toThrow("no answer");
    await expect(makeHandler({ readSwitch: async () => '{"halted":false}', stops })({ requestId: "x" })).rejects.toThrow(/requestId/);
  });
});
