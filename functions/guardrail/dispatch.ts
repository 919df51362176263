/** The guardrail's duties by `kind`: parse, decide, and hold the answer to its contract. */
import * as z from "zod";
import type { Limits } from "../../config/limits.ts";
import type { Settings } from "../../config/settings.ts";
import {
  admission,
  authorizeInput,
  authorizeResult,
  examineInput,
  examineResult,
  guardrailResult,
  historyRound,
  planReadsInput,
  planReadsResult,
  planVerifyInput,
  planVerifyResult,
  rollBackInput,
  rollBackResult,
  task,
  usageEntry,
  verification,
  verifyInput,
} from "../shared/contracts.ts";
import { authorize } from "./plan/authorize.ts";
import { type Judging, refused } from "./plan/decide.ts";
import { examine } from "./plan/examine.ts";
import { originOf, type Proposed, planReads } from "./plan/plan-reads.ts";
import { type Attempt, type Problem, verdictOn } from "./plan/problem.ts";
import { rollBack } from "./plan/roll-back.ts";
import { planVerify, verify } from "./plan/verify.ts";
import { decideTasks } from "./tasks.ts";

const tasksInput = z.strictObject({
  kind: z.literal("tasks"),
  admission,
  round: z.number().int().positive(),
  tasks: z.array(task),
  history: z.array(historyRound),
  usage: z.array(usageEntry),
});

const input = z.discriminatedUnion("kind", [tasksInput, planReadsInput, examineInput, authorizeInput, rollBackInput, planVerifyInput, verifyInput]);

/** @param load the policies and what goes with them, asked for by the two kinds that judge: the others start without. */
export function dispatcher(settings: Settings, load: () => Promise<Judging>): (event: unknown) => Promise<unknown> {
  const { limits } = settings;
  return async (event) => {
    const asked = input.parse(event);
    switch (asked.kind) {
      case "tasks":
        return guardrailResult.parse(decideTasks(asked, limits));
      case "plan-reads": {
        const secrets = await secretsOf(asked);
        return planReadsResult.parse(secrets.length > 0 ? { verdict: verdictOn(secrets, attemptOf(asked, limits)), calls: [] } : planReads(asked, settings));
      }
      case "examine": {
        const secrets = await secretsOf(asked);
        return examineResult.parse(secrets.length > 0 ? refused(secrets, attemptOf(asked, limits), []) : examine(asked, await load()));
      }
      case "authorize":
        return authorizeResult.parse(authorize(asked, await load()));
      case "roll-back":
        return rollBackResult.parse(rollBack(asked, limits.plan.batchSize));
      case "plan-verify":
        return planVerifyResult.parse(planVerify(asked, limits));
      case "verify":
        return verification.parse(verify(asked, limits));
    }
  };
}

/** The scan is 20 ms of a cold start, and a question needs none of it. */
async function secretsOf({ proposal }: Proposed): Promise<Problem[]> {
  const { secretProblems } = await import("./plan/secrets.ts");
  return secretProblems(proposal);
}

function attemptOf(proposed: Proposed, limits: Limits): Attempt {
  return { attempt: proposed.attempt, origin: originOf(proposed), limits };
}
