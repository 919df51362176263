/** Instances, roles and function URLs made safer, through the whole machine; what can't be taken back waits for somebody else. */
import { EC2Client, ModifyInstanceMetadataOptionsCommand } from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { LambdaClient, UpdateFunctionUrlConfigCommand } from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { decide } from "../../infra/local/approval.ts";
import { APPROVER } from "../../infra/local/principals.ts";
import { SANDBOX } from "./accounts.ts";
import { outsideTable } from "./allowed.ts";
import { mutations } from "./bad-input.ts";
import { type Changed, change, undoChange } from "./change.ts";
import {
  attach,
  attachedTo,
  BOUNDARY,
  boundaryOf,
  functionWith,
  instancesNamed,
  launchGround,
  laxInstance,
  MANAGED,
  nameFor,
  OTHER_BOUNDARY,
  optionsOf,
  roleWith,
  urlOf,
} from "./hardening.ts";
import { main, plans, script, sessionOf } from "./local.ts";
import { narrowedSession } from "./narrowed.ts";
import { REGION } from "./one-change.ts";
import { arnOf } from "./people.ts";
import { writesIn } from "./writes.ts";

const inSandbox = { accounts: [SANDBOX] };
const DENIED = { name: expect.stringMatching(/^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/) };
const stepsOf = ({ shown }: Changed) => shown.flatMap(({ plan }) => plan.phases.flatMap(({ steps }) => steps));
/** What was written, and that it was that request's session and nobody else. */
function written(told: Changed, service: string): string[] {
  const writes = writesIn(told.calls, SANDBOX);
  for (const call of writes) expect(sessionOf(call)).toEqual({ account: SANDBOX, role: `mutation-${service}`, session: told.view.id });
  expect(outsideTable(told.calls, main)).toEqual([]);
  return writes.map((call) => `${call.iamAction} ${call.resource} ${call.result}`);
}

/** The requester's own word is refused before somebody else's counts. @param untouched that nothing has been done by then. */
const onlySomebodyElse = (untouched: () => Promise<void>) => ({
  ...inSandbox,
  decide: async (approval: Parameters<typeof decide>[1], { requester }: { requester: Parameters<typeof decide>[0] }) => {
    expect([approval.destructive, approval.mayApprove]).toEqual([true, [arnOf(APPROVER)]]);
    await expect(decide(requester, approval, "approve")).rejects.toThrow(/HTTP 403 .*approval_self_not_allowed/);
    await untouched();
    return "approve" as const;
  },
});

/** A plan of one step, whatever the planner is asked. */
async function proposed(service: string, region: string, operation: string, input: object, more: Parameters<typeof change>[1] = inSandbox): Promise<Changed> {
  const reason = "It has to be safe.";
  await script([plans("propose", { summary: reason, steps: [{ id: "s1", service, account: SANDBOX, region, operation, input, reason }] })]);
  return change(`Make this change in acme-sandbox: ${operation}`, more);
}

function expectRefused(told: Changed, code: string): void {
  expect(told.view, told.report.message).toMatchObject({ state: "refused", code });
  expect(told.shown).toEqual([]);
  expect(mutations(told)).toEqual([]);
  expect(writesIn(told.calls, SANDBOX)).toEqual([]);
}

/** Asked to, the system says why it takes nothing back, and writes nothing. */
async function expectStays(told: Changed): Promise<void> {
  const undone = await undoChange(told.view.id);
  expectRefused(undone, "not_reversible");
  for (const { operation, resource } of stepsOf(told)) expect(undone.report.message).toContain(`${operation} on ${resource}: it can't be undone`);
}

describe("IMDSv2", () => {
  it("is required of an instance and taken back to exactly what it was; the session that requires it can do nothing else", async () => {
    const [instance, other] = [await laxInstance("acme-story-lax"), await laxInstance("acme-story-other")];
    const resource = `arn:aws:ec2:${REGION}:${SANDBOX}:instance/${instance}`;
    const before = await optionsOf(instance);
    const told = await change(`Require IMDSv2 on ${instance}`, inSandbox);
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    expect(await optionsOf(instance)).toEqual({ ...before, options: { ...before.options, HttpTokens: "required" } });
    expect(await optionsOf(other)).toMatchObject({ options: { HttpTokens: "optional" } });
    expect(written(told, "ec2")).toEqual([`ec2:ModifyInstanceMetadataOptions ${resource} ok`]);

    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await optionsOf(instance)).toEqual(before);
    expect(written(undone, "ec2")).toEqual([`ec2:ModifyInstanceMetadataOptions ${resource} ok`]);

    const session = new EC2Client(await narrowedSession("ec2", SANDBOX, told.view.id, stepsOf(told)));
    const modify = (InstanceId: string, options: object) => session.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...options }));
    await expect(modify(other, { HttpTokens: "required" })).rejects.toMatchObject(DENIED);
    await expect(modify(instance, { HttpTokens: "optional" })).rejects.toMatchObject(DENIED);
    await expect(modify(instance, { HttpEndpoint: "disabled" })).rejects.toMatchObject(DENIED);
    await modify(instance, { HttpTokens: "required" });
  });

  it("and a stop of the same instance stand in one plan, and in one undo", async () => {
    const instance = await laxInstance("acme-story-both");
    const before = await optionsOf(instance);
    const told = await change(`Require IMDSv2 on ${instance} and stop ${instance}`, inSandbox);
    expect(told.view.state, told.report.message).toBe("changed");
    expect(await optionsOf(instance)).toMatchObject({ options: { HttpTokens: "required" }, state: "stopped" });
    const undone = await undoChange(told.view.id);
    expect(undone.view.state, undone.report.message).toBe("changed");
    expect(await optionsOf(instance)).toEqual(before);
  });
});

describe("a full-access policy", () => {
  const BEDROCK = "arn:aws:iam::aws:policy/AmazonBedrockFullAccess";
  const S3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

  it("is taken from a role once somebody else confirms it, and its session attaches none", async () => {
    const name = await roleWith("broad");
    await attach(name, BEDROCK);
    await attach(name, S3);
    const both = async () => expect((await attachedTo(name)).sort()).toEqual([BEDROCK, S3]);
    const told = await proposed("iam", "global", "DetachRolePolicy", { RoleName: name, RolePath: MANAGED, PolicyArn: BEDROCK }, onlySomebodyElse(both));
    expect(told.view.state, told.report.message).toBe("changed");
    expect(await attachedTo(name)).toEqual([S3]);
    expect(written(told, "iam")).toEqual([`iam:DetachRolePolicy arn:aws:iam::${SANDBOX}:role${MANAGED}${name} ok`]);

    const session = new IAMClient(await narrowedSession("iam", SANDBOX, told.view.id, stepsOf(told)));
    await expect(session.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: BEDROCK }))).rejects.toMatchObject(DENIED);
    await expect(session.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: S3 }))).rejects.toMatchObject(DENIED);
    await expectStays(told);
    expect(await attachedTo(name)).toEqual([S3]);
  });

  it("is attached by no plan", async () => {
    const name = await roleWith("narrow");
    expectRefused(await proposed("iam", "global", "AttachRolePolicy", { RoleName: name, RolePath: MANAGED, PolicyArn: BEDROCK }), "not_in_settings");
    expect(await attachedTo(name)).toEqual([]);
  });
});

describe("a boundary", () => {
  it("is put on a role that has none once somebody else confirms it, and stays: no role may take it off", async () => {
    const [name, other] = [await roleWith("bare"), await roleWith("bare-too")];
    const told = await change(
      `Put the boundary coworker-managed-boundary on the role ${name} in acme-sandbox`,
      onlySomebodyElse(async () => expect(await boundaryOf(name)).toBeUndefined()),
    );
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    expect(told.change?.approvals.map(({ approver }) => approver)).toEqual([arnOf(APPROVER)]);
    expect([await boundaryOf(name), await boundaryOf(other)]).toEqual([BOUNDARY, undefined]);
    expect(written(told, "iam")).toEqual([`iam:PutRolePermissionsBoundary arn:aws:iam::${SANDBOX}:role${MANAGED}${name} ok`]);
    expect(stepsOf(told)).toMatchObject([{ inverse: null, reversible: "no", notRestorable: [expect.stringContaining("I09")] }]);

    const session = new IAMClient(await narrowedSession("iam", SANDBOX, told.view.id, stepsOf(told)));
    const put = (RoleName: string, PermissionsBoundary: string) => session.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    await expect(put(other, BOUNDARY)).rejects.toMatchObject(DENIED);
    await expect(put(name, OTHER_BOUNDARY)).rejects.toMatchObject(DENIED);
    await expect(session.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: name }))).rejects.toMatchObject(DENIED);
    await put(name, BOUNDARY);
    await expectStays(told);
    expect(await boundaryOf(name)).toBe(BOUNDARY);
  });

  it.each([
    ["another than the settings'", undefined, MANAGED, OTHER_BOUNDARY, "not_in_settings"],
    ["that is AWS's own policy", undefined, MANAGED, "arn:aws:iam::aws:policy/AdministratorAccess", "not_in_settings"],
    ["on a role outside the settings' path", undefined, "/elsewhere/", BOUNDARY, "not_in_settings"],
    ["on a role that has another", OTHER_BOUNDARY, MANAGED, BOUNDARY, "precondition"],
  ])("%s is refused, and the role stays as it is", async (_, has, path, PermissionsBoundary, code) => {
    const name = await roleWith("refused", has, path);
    const told = await proposed("iam", "global", "PutRolePermissionsBoundary", { RoleName: name, RolePath: path, PermissionsBoundary });
    expectRefused(told, code);
    expect(await boundaryOf(name)).toBe(has);
  });

  it("that the role has already is nothing to do", async () => {
    const name = await roleWith("bound", BOUNDARY);
    const told = await proposed("iam", "global", "PutRolePermissionsBoundary", { RoleName: name, RolePath: MANAGED, PermissionsBoundary: BOUNDARY });
    expect(told.view.code, told.report.message).toBe("already_so");
    expect(writesIn(told.calls, SANDBOX)).toEqual([]);
  });
});

describe("a function's URL", () => {
  it("asks for IAM authentication once somebody else confirms it, is otherwise as before, and is never opened again", async () => {
    const [name, other] = [await functionWith("hook", "NONE"), await functionWith("hook-too", "NONE")];
    const before = await urlOf(name);
    const told = await change(
      `Require IAM authentication on the URL of function ${name} in acme-sandbox`,
      onlySomebodyElse(async () => expect(await urlOf(name)).toEqual(before)),
    );
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    expect(await urlOf(name)).toEqual({ ...before, AuthType: "AWS_IAM" });
    expect(await urlOf(other)).toMatchObject({ AuthType: "NONE" });
    expect(written(told, "lambda")).toEqual([`lambda:UpdateFunctionUrlConfig arn:aws:lambda:${REGION}:${SANDBOX}:function:${name} ok`]);
    expect(stepsOf(told)).toMatchObject([{ inverse: null, reversible: "no", notRestorable: [expect.stringContaining("H01")] }]);

    const session = new LambdaClient(await narrowedSession("lambda", SANDBOX, told.view.id, stepsOf(told)));
    const update = (FunctionName: string, AuthType: "NONE" | "AWS_IAM") => session.send(new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType }));
    await expect(update(name, "NONE")).rejects.toMatchObject(DENIED);
    await expect(update(other, "AWS_IAM")).rejects.toMatchObject(DENIED);
    await update(name, "AWS_IAM");
    await expectStays(told);
    expect(await urlOf(name)).toMatchObject({ AuthType: "AWS_IAM" });
  });

  it("that is not there is said to be none, and nothing is made", async () => {
    const name = await functionWith("no-hook", null);
    const told = await proposed("lambda", REGION, "UpdateFunctionUrlConfig", { FunctionName: name });
    expectRefused(told, "precondition");
    expect(told.report.message).toContain("no URL");
    expect(await urlOf(name)).toBeUndefined();
  });

  it("is not opened by an input of the planner's own", async () => {
    const name = await functionWith("closed-hook", "NONE");
    const told = await proposed("lambda", REGION, "UpdateFunctionUrlConfig", { FunctionName: name, AuthType: "NONE" });
    expectRefused(told, "invalid_input");
    expect(await urlOf(name)).toMatchObject({ AuthType: "NONE" });
  });
});

describe("a launch", () => {
  it.each([
    ["a profile", "PASS"],
    ["no profile", "REMEDIATE"],
  ])("with %s has no public address in a subnet that gives one, and its table says so: %s", async (which, status) => {
    const { input, profile } = await launchGround();
    const given = which === "a profile" ? profile : {};
    const arn = "IamInstanceProfile" in given ? given.IamInstanceProfile : undefined;
    const Tags = { Name: nameFor("launched"), Owner: "web-team", CostCenter: "CC-10010", Application: "stories", DataClassification: "internal" };
    const told = await proposed("ec2", REGION, "RunInstances", { ...input, ...given, Tags });
    const [instance] = await instancesNamed(Tags.Name);
    expect(told.view.state, told.report.message).toBe("changed");
    expect(told.change?.verification?.outcome).toBe("verified");
    expect(outsideTable(told.calls, main)).toEqual([]);
    expect(instance?.SubnetId).toBe(input.SubnetId);
    expect(instance?.PublicIpAddress).toBeUndefined();
    expect(instance?.IamInstanceProfile?.Arn).toBe(arn);
    const row = told.shown[0]?.plan.wellArchitected.find(({ item }) => item === "Instance profile instead of keys");
    expect(row).toMatchObject({ status, detail: arn ?? "none" });
  });
});
