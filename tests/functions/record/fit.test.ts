import { describe, expect, it } from "vitest";
import { fitEvent } from "../../../functions/record/fit.ts";
import { partsOf } from "../../../functions/record/sequence.ts";
import { jsonBytes } from "../../../functions/shared/cut.ts";
import type { EventDraft } from "../../../functions/shared/events.ts";

const message = (content: string): EventDraft => ({ type: "message", payload: { kind: "answer", content, delta: false } });

describe("an event inside one item", () => {
  it("is left alone when it fits", () => {
    expect(fitEvent(message("short"))).toEqual({ draft: message("short") });
  });

  it("says how many characters were cut", () => {
    const { draft, cut } = fitEvent(message("ä".repeat(400_000)));
    expect(jsonBytes(draft)).toBeLessThan(350_000);
    expect(cut).toEqual({ content: 350_000 });
    expect(draft.type).toBe("message");
  });

  it("says how many items were cut", () => {
    const todos = Array.from({ length: 5000 }, (_, index) => ({ content: `task ${index} ${"x".repeat(100)}`, status: "pending" as const }));
    const { draft, cut } = fitEvent({ type: "todo_update", payload: { rationale: "", todos, usage: [] } });
    expect(draft).toMatchObject({ type: "todo_update" });
    expect(cut).toEqual({ todos: 4000 });
  });

  it("never cuts a character in two", () => {
    const { draft } = fitEvent(message(`x${"😀".repeat(200_000)}`));
    expect(JSON.stringify(draft)).not.toMatch(/\\ud[89a-f]/i);
  });

  it("becomes an error event when nothing helps", () => {
    const input = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`key-${index}`, true]));
    expect(fitEvent({ type: "tool_use", payload: { tool: "t", input, status: "started" } }).draft).toMatchObject({
      type: "error",
      payload: { code: "event_too_large" },
    });
  });
});

describe("parts of a visit", () => {
  it("a visit without events still has one part", () => {
    expect(partsOf([])).toEqual([[]]);
  });

  it("hold at most 90 events and 3 MB, in order", () => {
    const drafts = Array.from({ length: 200 }, (_, index) => ({ draft: message(String(index)) }));
    expect(partsOf(drafts).map((part) => part.length)).toEqual([90, 90, 20]);
    expect(partsOf(drafts).flat()).toEqual(drafts);
    const large = Array.from({ length: 20 }, () => ({ draft: message("x".repeat(300_000)) }));
    for (const part of partsOf(large)) expect(jsonBytes(part)).toBeLessThan(3_100_000);
  });
});
