import { describe, expect, it } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { plans, script } from "./local.ts";
import { tell } from "./tell.ts";

describe("the planner's other decisions", () => {
  it("ask ends as needs input, with what is missing", async () => {
    await script([plans("ask", { missing: ["Which account?", "Which bucket?"] })]);
    const told = await tell("Check it.", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("needs_input");
    expect(told.report.missing).toEqual(["Which account?", "Which bucket?"]);
    expect(told.execution).toBe("SUCCEEDED");
  });

  it("decline ends as declined, with the reason", async () => {
    await script([plans("decline", { reason: "This is about the weather." })]);
    const told = await tell("Will it rain?", { accounts: [SANDBOX] });
    expect(told.view.state).toBe("declined");
    expect(told.report.message).toContain("This is about the weather.");
    expect(told.execution).toBe("SUCCEEDED");
  });
});
