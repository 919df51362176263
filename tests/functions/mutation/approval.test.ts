/** What is not exactly what was approved is not begun: no session, no ledger, no write. Each beside the case that is. */
import { KMSInvalidMacException } from "@aws-sdk/client-kms";
import { describe, expect, it } from "vitest";
import { kmsVerifyMac, macMismatch } from "../../../functions/mutation/verify-approval.ts";
import { macMessage } from "../../../functions/shared/approval-mac.ts";
import type { MutationInput, Plan } from "../../../functions/shared/contracts.ts";
import { digest } from "../../../functions/shared/digest.ts";
import { named } from "../shared/fake-model.ts";
import { DEVELOPMENT, REQUEST_ID } from "../shared/samples.ts";
import { APPROVER, approvalOf, EXPIRES, inputOf, kinds, macOf, planOf, REQUESTER, type StepSpec, settings, type WorldOptions, world } from "./world.ts";

const FLAG: StepSpec = { id: "s1", operation: "SetFlag", input: { Name: "one" } };
const TWO: readonly StepSpec[] = [FLAG, { id: "s2", operation: "SetFlag", input: { Name: "two" } }];
const DELETE: StepSpec = { id: "s2", operation: "DeleteThing", input: { Name: "two" }, phase: 2 };

async function attempt(
  make: (plan: Plan) => MutationInput,
  { specs = TWO, ...options }: WorldOptions & { specs?: readonly StepSpec[] } = {},
  planned: Partial<Plan> = {},
) {
  const at = world(options);
  const result = await at.worker().run(make(planOf(at.aws, specs, planned)));
  return { ...at, result };
}

async function refuses(code: string, make: (plan: Plan) => MutationInput, options: Parameters<typeof attempt>[1] = {}, planned: Partial<Plan> = {}) {
  const { result, aws, ledger, sessions } = await attempt(make, options, planned);
  expect(result.outcomes[0]).toMatchObject({ outcome: "approval_invalid", code });
  expect(
    kinds(result)
      .slice(1)
      .every((kind) => kind === "not_run"),
  ).toBe(true);
  expect(result.status).toBe("failed");
  expect([aws.calls, ledger.items.size, sessions]).toEqual([[], 0, []]);
}

async function does(make: (plan: Plan) => MutationInput, options: Parameters<typeof attempt>[1] = {}, planned: Partial<Plan> = {}) {
  const { result } = await attempt(make, options, planned);
  expect(result.status, JSON.stringify(result.outcomes[0])).toBe("done");
}

/** Changes the plan behind the approval's back; `resealed` with a new hash. */
const edited =
  (change: (plan: Plan) => void, resealed: boolean) =>
  (plan: Plan): MutationInput => {
    const input = inputOf(plan);
    const copy = structuredClone(plan);
    change(copy);
    return { ...input, plan: copy, planHash: resealed ? digest(copy) : input.planHash };
  };
const rename = (plan: Plan) => {
  const [step] = plan.phases[0]?.steps ?? [];
  if (step) Object.assign(step, { input: { Name: "three" }, resource: "arn:aws:s3:::three" });
};

describe("a plan", () => {
  it("that was edited after it was sealed is refused", () => refuses("plan_changed", edited(rename, false)));
  it("that was edited and sealed anew is not the one that was approved", () => refuses("approval_of_other_plan", edited(rename, true)));
  it("whose every field is hashed: a word of its summary changes it", () =>
    refuses(
      "plan_changed",
      edited((plan) => Object.assign(plan, { summary: "x" }), false),
    ));
  it("that is the approved one is done", () => does((plan) => inputOf(plan)));
  it("of another request is refused", () =>
    refuses("plan_of_other_request", (plan) => ({ ...inputOf(plan), call: { ...inputOf(plan).call, requestId: `req-${"9".repeat(32)}` } })));
});

describe("an approval", () => {
  const approved = (changes: Parameters<typeof approvalOf>[1]) => (plan: Plan) => inputOf(plan, {}, { approval: approvalOf(plan, changes) });

  it.each([
    ["of another request", "approval_of_other_request", { requestId: `req-${"9".repeat(32)}` }],
    ["of another hash", "approval_of_other_plan", { planHash: "9".repeat(64) }],
    ["with another expiry than the plan's", "approval_of_other_plan", { expiresAt: "2027-01-01T00:00:00.000Z" }],
    ["of another phase", "approval_of_other_phase", { phase: 2 }],
    ["that rejects", "approval_not_given", { decision: "reject" as const }],
    ["that stops", "approval_not_given", { decision: "stop" as const }],
    ["without a code", "approval_mac_missing", { mac: null }],
    ["of somebody who is no approver", "approver_unknown", { approver: "arn:aws:iam::000000000000:user/eve" }],
  ])("%s is none, though its code is right", (_, code, changes) => refuses(code, approved(changes)));

  it("whose code is of other fields is none: every field is under it", async () => {
    for (const [field, value] of Object.entries({ tokenDigest: "2".repeat(64), phase: 7, approver: REQUESTER, planHash: "3".repeat(64) })) {
      const other = approvalOf(planOf(world().aws, TWO));
      expect(macOf({ ...other, [field]: value }), field).not.toBe(other.mac);
    }
    await refuses("approval_mac_invalid", approved({ mac: macOf({ ...approvalOf(planOf(world().aws, TWO)), tokenDigest: "2".repeat(64) }) }));
    await refuses("approval_mac_invalid", approved({ mac: Buffer.from("x").toString("base64") }));
  });

  it("that has expired is none; a moment before it is one", async () => {
    const at = (time: number) => async () => {
      const one = world();
      const plan = planOf(one.aws, TWO);
      one.clock.now = time;
      return one.worker().run(inputOf(plan));
    };
    expect((await at(Date.parse(EXPIRES))()).outcomes[0]).toMatchObject({ outcome: "approval_invalid", code: "approval_expired" });
    expect((await at(Date.parse(EXPIRES) - 1)()).status).toBe("done");
  });

  it("of the requester counts where plan and tier let it, and nowhere else", async () => {
    await does(approved({ approver: REQUESTER }));
    await refuses("approval_by_requester", approved({ approver: REQUESTER }), {}, { approval: { requesterMayApprove: false, acknowledge: [] } });
    const strict = { ...settings, environments: { ...settings.environments, sandbox: { ...settings.environments.sandbox, requesterMayApprove: false } } };
    await refuses("approval_by_requester", approved({ approver: REQUESTER }), { settings: strict });
  });

  it("of a destructive phase is its own, and never the requester's, whatever the plan says of itself", async () => {
    const specs = [FLAG, DELETE];
    const second = (changes: Parameters<typeof approvalOf>[1]) => (plan: Plan) =>
      inputOf(plan, { phase: 2 }, { approval: approvalOf(plan, { phase: 2, ...changes }) });
    await does(second({}), { specs });
    await refuses("approval_of_other_phase", second({ phase: 1 }), { specs });
    await refuses("approval_by_requester", second({ approver: REQUESTER }), { specs });
    // A plan that calls the phase harmless and has the first cover it: the catalog knows better.
    const at = world();
    const plan = planOf(at.aws, specs);
    Object.assign(plan.phases[1] ?? {}, { destructive: false, coveredBy: 1 });
    expect((await at.worker().run(inputOf(plan, { phase: 2 }))).outcomes).toMatchObject([{ outcome: "approval_invalid", code: "approval_of_other_phase" }]);
  });

  it("that KMS can't verify is none", async () => {
    const approval = approvalOf(planOf(world().aws, TWO));
    expect(await macMismatch(approval, async () => Promise.reject(named("ThrottlingException")))).toMatchObject({ code: "approval_unverified" });
    expect(await macMismatch(approval, async () => false)).toMatchObject({ code: "approval_mac_invalid" });
    expect(await macMismatch(approval, async () => true)).toBeNull();
  });

  it("is verified by KMS with HMAC_SHA_256 over the message; a wrong code is no error", async () => {
    const asked: unknown[] = [];
    const client = (answer: unknown) => ({
      send: async (command: { input: unknown }) => {
        asked.push(command.input);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
    const message = macMessage(approvalOf(planOf(world().aws, TWO)));
    const verify = (answer: unknown) => kmsVerifyMac(client(answer) as never, "arn:key")(message, new Uint8Array([1]));
    expect(await verify({ MacValid: true })).toBe(true);
    expect(await verify({})).toBe(false);
    expect(await verify(new KMSInvalidMacException({ message: "no", $metadata: {} }))).toBe(false);
    await expect(verify(named("KMSInternalException"))).rejects.toThrow();
    expect(asked[0]).toEqual({ KeyId: "arn:key", MacAlgorithm: "HMAC_SHA_256", Message: message, Mac: new Uint8Array([1]) });
  });
});

describe("a step", () => {
  /** The plan is sealed and approved with the change in it. */
  const sealed = (changes: StepSpec["changes"]) => ({ specs: [{ ...FLAG, ...(changes ? { changes } : {}) }] });
  const as = (plan: Plan) => inputOf(plan);

  it.each([
    ["an operation outside the catalog", "operation_unknown", { operation: "DeleteEverything" }],
    ["one of Object's own names", "operation_unknown", { operation: "constructor" }],
    ["an input outside its schema", "input_illegal", { input: { Name: "one", Force: true } }],
    ["a wildcard", "input_illegal", { input: { Name: "*" } }],
    ["a reference where none may stand", "input_illegal", { input: { Name: { $ref: "s1.Id" } } }],
    ["a resource that its input does not name", "resource_mismatch", { resource: "arn:aws:s3:::two" }],
    ["a wildcard resource", "resource_mismatch", { resource: "arn:aws:s3:::*" }],
    ["a milder class than the catalog's", "class_changed", { operation: "DeleteThing", class: "non-destructive" as const }],
    ["another account than the call's", "step_elsewhere", { account: DEVELOPMENT }],
    ["another region than the call's", "step_elsewhere", { region: "eu-west-1" }],
    ["a looser environment than the registry's", "environment_changed", { environment: "production" as const }],
    ["an operation that only an undo may use", "inverse_only", { operation: "GiveBack" }],
    ["another state than its digest's", "before_mismatch", { before: { absent: false, digest: "0".repeat(64), image: {} } }],
  ])("with %s is refused, though it was sealed and approved", (_, code, changes) => refuses(code, as, sealed(changes)));

  it("that the call does not find in its phase, or names twice, is refused", async () => {
    await refuses("step_unknown", (plan) => inputOf(plan, { stepIds: ["s9"] }));
    await refuses("step_twice", (plan) => inputOf(plan, { stepIds: ["s1", "s1"] }));
  });

  it("in an account that is not registered, not in scope or read-only by now is refused", async () => {
    await refuses("account_not_registered", as, {
      settings: { ...settings, accounts: settings.accounts.filter(({ environment }) => environment !== "sandbox") },
    });
    await refuses("account_out_of_scope", as, { settings: { ...settings, scopes: [] } });
    const production = settings.accounts.map((account) => ({ ...account, environment: "production" as const }));
    await refuses("environment_read_only", as, { settings: { ...settings, accounts: production } });
    await refuses("region_not_registered", as, {
      settings: { ...settings, accounts: settings.accounts.map((account) => ({ ...account, regions: ["eu-west-1" as const] })) },
    });
  });
});

describe("a call", () => {
  it("meant for another worker, or with an unknown field, is an error", async () => {
    const at = world();
    const input = inputOf(planOf(at.aws, TWO));
    await expect(at.worker().run({ ...input, call: { ...input.call, worker: "mutation-ec2" } })).rejects.toThrow(/called as mutation-ec2/);
    await expect(at.worker().run({ ...input, call: { ...input.call, service: "ec2", worker: "mutation-ec2" } })).rejects.toThrow(/called as/);
    await expect(at.worker().run({ ...input, role: "admin" })).rejects.toThrow(/role/);
    expect(at.sessions).toEqual([]);
  });

  it("refused tells the step and why, and names the request's own approval nowhere", async () => {
    const { result } = await attempt((plan) =>
      inputOf(plan, {}, { approval: approvalOf(plan, { requestId: REQUEST_ID, approver: APPROVER, decision: "reject" }) }),
    );
    expect(result.outcomes).toMatchObject([
      { stepId: "s1", message: "The decision is reject." },
      { stepId: "s2", outcome: "not_run" },
    ]);
    expect(result.resolutions).toEqual([]);
  });
});
