import { describe, expect, it } from "vitest";
import { viewOf } from "../../../../functions/api/events/view.ts";
import type { EventOf } from "../../../../functions/shared/events.ts";

const failures = (count: number, message = "denied"): EventOf<"error">[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `e${index}`,
    seq: index + 1,
    timestamp: "2026-11-22T10:00:00.000Z",
    type: "error",
    payload: { severity: "warning", source: "discovery-s3", code: "AccessDenied", message, recoverable: true, relatedToolUseId: null },
  }));
const shown = (events: EventOf<"error">[]) => {
  const { partialFailures, partialFailuresLeftOut } = viewOf(events);
  return [partialFailures.length, partialFailuresLeftOut];
};

describe("the failures of a view", () => {
  it("are all there up to 500, and the rest is a count", () => {
    expect(shown(failures(500))).toEqual([500, 0]);
    expect(shown(failures(501))).toEqual([500, 1]);
  });

  it("have at most 500,000 characters", () => {
    expect(shown(failures(4, "x".repeat(100_000)))).toEqual([4, 0]);
    expect(shown(failures(9, "x".repeat(100_000)))).toEqual([4, 5]);
  });
});
