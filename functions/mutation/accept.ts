/** Whether a call may be worked on at all: everything a worker can check before it holds any credentials. Pure but for KMS. */

import type { Account } from "../../config/accounts.ts";
import { filled, referencesIn } from "../../config/catalog/state.ts";
import { isReference, type StepInput, type WriteDefinition } from "../../config/catalog/write.ts";
import { isStricter } from "../../config/environments.ts";
import type { Settings } from "../../config/settings.ts";
import type { MutationInput, PlanStep } from "../shared/contracts.ts";
import { digest } from "../shared/digest.ts";
import { firstIssue } from "../shared/issue.ts";
import type { Refusal } from "./outcome.ts";
import type { MutationService } from "./service.ts";
import { approvalMismatch, macMismatch, type VerifyMac } from "./verify-approval.ts";

/** A step of the plan with its catalog entry. */
export interface Known {
  readonly step: PlanStep;
  readonly write: WriteDefinition;
}

export interface Job extends MutationInput {
  readonly account: Account;
  readonly steps: readonly Known[];
}

interface Judges {
  readonly mutation: MutationService;
  readonly settings: Settings;
  readonly verifyMac: VerifyMac;
  readonly now: () => number;
}

export async function accept(input: MutationInput, { mutation, settings, verifyMac, now }: Judges): Promise<Job | Refusal> {
  const { call, plan, planHash } = input;
  if (digest(plan) !== planHash) return { code: "plan_changed", reason: "The plan is not the one its hash is of: it was changed after it was sealed." };
  if (plan.requestId !== call.requestId) return { code: "plan_of_other_request", reason: "The plan belongs to another request." };
  const account = accountInScope(input, settings);
  if ("code" in account) return account;
  const steps = knownSteps(input, mutation.definition.writes ?? {}, account, settings);
  if ("code" in steps) return steps;
  const destructive = steps.some(({ write }) => write.class === "destructive") || isDestructive(input);
  const mismatch = approvalMismatch(input, { destructive, settings, now: now() }) ?? (await macMismatch(input.approval, verifyMac));
  return mismatch ?? { ...input, account, steps };
}

const isDestructive = ({ plan, call }: MutationInput) => plan.phases.some(({ number, destructive }) => number === call.phase && destructive);

function accountInScope({ call }: MutationInput, { accounts, scopes, environments }: Settings): Account | Refusal {
  const account = accounts.find(({ id }) => id === call.account);
  if (!account) return { code: "account_not_registered", reason: `Account ${call.account} is not registered.` };
  if (call.region !== "global" && !(account.regions as readonly string[]).includes(call.region))
    return { code: "region_not_registered", reason: `Region ${call.region} is not registered for account ${call.account}.` };
  if (!environments[account.environment].directMutation)
    return { code: "environment_read_only", reason: `Account ${call.account} is ${account.environment}: nothing is changed there directly.` };
  return scopes.some((scope) => scope.account === call.account && scope.services.includes(call.service))
    ? account
    : { code: "account_out_of_scope", reason: `${call.service} may not be changed in account ${call.account} (settings, scopes).` };
}

function knownSteps(input: MutationInput, writes: Readonly<Record<string, WriteDefinition>>, account: Account, settings: Settings): Known[] | Refusal {
  const { call, plan } = input;
  const phase = plan.phases.find(({ number }) => number === call.phase);
  const found: Known[] = [];
  for (const id of call.stepIds) {
    const step = phase?.steps.find((one) => one.id === id);
    if (!step) return { code: "step_unknown", reason: `Phase ${call.phase} of the plan has no step ${id}.` };
    const write = Object.hasOwn(writes, step.operation) ? writes[step.operation] : undefined;
    if (!write) return { code: "operation_unknown", reason: `${id}: ${step.service}.${step.operation} is not in the catalog.` };
    const problem = problemOf(step, write, input, account, settings);
    if (problem) return { code: problem.code, reason: `${id}: ${problem.reason}` };
    found.push({ step, write });
  }
  if (new Set(call.stepIds).size !== call.stepIds.length) return { code: "step_twice", reason: "The call names a step twice." };
  return found;
}

function problemOf(step: PlanStep, write: WriteDefinition, { call, plan }: MutationInput, account: Account, { environments }: Settings): Refusal | null {
  const elsewhere = (["service", "account", "region"] as const).find((field) => step[field] !== call[field]);
  if (elsewhere) return { code: "step_elsewhere", reason: `its ${elsewhere} is ${step[elsewhere]}, the call's ${call[elsewhere]}.` };
  // A request may be judged more strictly than its account is registered, never less (law 5).
  if (isStricter(account.environment, step.environment) || !environments[step.environment].directMutation)
    return { code: "environment_changed", reason: `the plan says ${step.environment}, the registry ${account.environment}.` };
  if (write.inverseOnly && plan.origin !== "ledger") return { code: "inverse_only", reason: `${step.operation} is for an undo alone.` };
  if (step.class !== write.class) return { code: "class_changed", reason: `the plan says ${step.class}, the catalog ${write.class}.` };
  const illegal = illegalInput(step.input, write);
  if (illegal) return { code: "input_illegal", reason: illegal };
  if (step.resource !== filled(write.arn, step.input, step))
    return { code: "resource_mismatch", reason: `its resource ${step.resource} is not the one its input names.` };
  if (digest(step.before.image) !== step.before.digest) return { code: "before_mismatch", reason: "the state shown before is not the one its digest is of." };
  return null;
}

/** What the catalog's entry finds wrong, but for values that an earlier step has still to make. */
export function illegalInput(input: StepInput, { input: schema, references = [] }: WriteDefinition): string | null {
  const stray = Object.entries(input).find(([field, value]) => !references.includes(field) && referencesIn(value).length > 0);
  if (stray) return `${stray[0]} can't be a reference to another step.`;
  const parsed = schema.safeParse(input);
  if (parsed.success) return null;
  const issues = parsed.error.issues.filter(({ path }) => !isReference(path.reduce<unknown>(valueIn, input)));
  return issues.length === 0 ? null : firstIssue({ issues });
}

function valueIn(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}
