/** One change of each kind in EC2, IAM and Lambda, through the whole machine: its real effect, who made it, and its undo. */
import { describe, expect, it } from "vitest";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { change, undoChange } from "./change.ts";
import { main, plans, root, script, sessionOf } from "./local.ts";
import { setsTimeout, stopsInstance, tagsInstance } from "./machine-changes.ts";
import { narrowedSession } from "./narrowed.ts";
import type { OneChange } from "./one-change.ts";
import { attachesPolicy, makesRole, tagsRole } from "./role-changes.ts";
import { writesIn } from "./writes.ts";

describe("a change that the planner proposes", () => {
  it.each<[string, () => Promise<OneChange>]>([
    ["tags an instance", tagsInstance],
    ["stops an instance", stopsInstance],
    ["makes a role", makesRole],
    ["attaches a policy of the list to a role", attachesPolicy],
    ["tags a role", tagsRole],
    ["sets a function's timeout", setsTimeout],
  ])("%s, as that request and nothing else, and is taken back exactly", async (what, tell) => {
    const { service, region, operation, input, resource, look, becomes, actions, write } = await tell();
    const before = await look();
    const expected = becomes(before);
    expect(before).not.toEqual(expected);
    await script([plans("propose", { summary: what, steps: [{ id: "s1", service, account: SANDBOX, region, operation, input, reason: what }] })]);

    const told = await change(`Make this change in acme-sandbox: ${what}`, { accounts: [SANDBOX] });
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    const steps = told.shown.flatMap(({ plan }) => plan.phases.flatMap((phase) => phase.steps));
    expect(steps.map((step) => `${step.operation} ${step.resource}`)).toEqual([`${operation} ${resource}`]);
    expect(await look()).toEqual(expected);
    const writes = writesIn(told.calls, SANDBOX);
    expect(writes.map((call) => `${call.iamAction} ${call.resource} ${call.result}`)).toEqual(actions[0].map((action) => `${action} ${resource} ok`));
    for (const call of writes) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: `mutation-${service}`, session: told.view.id });
    expect(outsideTable(told.calls, main)).toEqual([]);

    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await look()).toEqual(before);
    const backs = writesIn(undone.calls, SANDBOX);
    expect(backs.map((call) => `${call.iamAction} ${call.resource} ${call.result}`)).toEqual(actions[1].map((action) => `${action} ${resource} ok`));
    for (const call of backs) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: `mutation-${service}`, session: undone.view.id });

    const narrowed = await narrowedSession(service, SANDBOX, told.view.id, steps);
    await expect(write(narrowed, "other"), "outside its plan").rejects.toMatchObject({
      name: expect.stringMatching(/^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/),
    });
    await write(narrowed, "planned");
    await write(root(SANDBOX), "other");
  });
});
