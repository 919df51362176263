/** What the planner is shown: the request, and the rounds' tables as untrusted data. */

import { ABOUT_TABLES, compact } from "../shared/compact.ts";
import type { Admission, Feedback, HistoryRound } from "../shared/contracts.ts";
import { element } from "../shared/untrusted.ts";

export interface Shown {
  readonly admission: Admission;
  readonly round: number;
  readonly roundsLeft: number;
  readonly budgetLeftUsd: number;
  readonly history: readonly HistoryRound[];
  readonly feedback: Feedback | null;
  /** Proposals that may still follow. */
  readonly revisionsLeft: number;
}

export function userMessage(shown: Shown): string {
  return [requestOf(shown), ...evidenceOf(shown), ...verdictOf(shown)].join("\n");
}

function requestOf({ admission, round, roundsLeft, budgetLeftUsd }: Shown): string {
  const targets = admission.targets.map(({ account, name, environment, regions }) => ({ account, name, environment, regions }));
  return element("request", {
    request: admission.text,
    targets,
    excluded: admission.exclusions.map(({ code, subject }) => ({ code, subject })),
    round,
    roundsLeft,
    budgetLeftUsd: Number(budgetLeftUsd.toFixed(4)),
  });
}

function evidenceOf({ history }: Shown): string[] {
  if (history.length === 0) return [];
  const rounds = history.map((one) => ({
    round: one.round,
    results: one.results.map(({ service, status, note, tables, failures }) => ({
      service,
      status,
      ...(note ? { note } : {}),
      tables: tables.map(compact),
      failures: failures.map(({ operation, account, region, role, errorCode, message, count }) => ({
        operation,
        account,
        region,
        role,
        errorCode,
        message,
        count,
      })),
    })),
    refused: one.refused,
    ...(Object.keys(one.cut).length > 0 ? { cutRows: one.cut } : {}),
  }));
  return [element("evidence", { about: ABOUT_TABLES, rounds })];
}

/** Why the last proposal came back. It may quote names from the accounts, and the proposal is a model's: both are data too. */
function verdictOf({ feedback, revisionsLeft }: Shown): string[] {
  if (!feedback) return [];
  const { attempt, proposal, verdict } = feedback;
  const { decision: _, ...why } = verdict;
  const told = element("verdict", { attempt, revisionsLeft, ...why });
  return proposal ? [element("proposal", { summary: proposal.summary, steps: proposal.steps }), told] : [told];
}
