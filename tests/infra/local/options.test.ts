import { describe, expect, it } from "vitest";
import { modelChoice, portNumber, sinceTime } from "../../../infra/local/options.ts";

describe("--port", () => {
  it("is a number, 4566 unless given", () => {
    expect(portNumber(undefined)).toBe(4566);
    expect(portNumber("4700")).toBe(4700);
  });
  it.each(["", "80", "abc", "4566.5", "-1", "99999", "0x1000"])("%j is refused", (text) => {
    expect(() => portNumber(text)).toThrow(RangeError);
  });
});

describe("--model", () => {
  it("is offline unless given", () => {
    expect(modelChoice(undefined)).toBe("offline");
    expect(modelChoice("bedrock")).toBe("bedrock");
  });
  it("names the choices for another", () => {
    expect(() => modelChoice("gpt")).toThrow("offline, bedrock, anthropic");
  });
});

describe("--since", () => {
  const now = new Date("2026-11-22T18:00:00Z");
  it.each([
    ["30s", "2026-11-22T17:59:30Z"],
    ["5m", "2026-11-22T17:55:00Z"],
    ["2h", "2026-11-22T16:00:00Z"],
    ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"],
  ])("%s is %s", (text, time) => {
    expect(sinceTime(text, now)).toEqual(new Date(time));
  });
  it.each(["yesterday", "5", "5d", "18:00"])("%s is refused", (text) => {
    expect(() => sinceTime(text, now)).toThrow(/ISO 8601/);
  });
});
