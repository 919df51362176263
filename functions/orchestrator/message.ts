/** What the planner is shown: the request, and the rounds' tables as untrusted data. */

import { ABOUT_TABLES, compact } from "../shared/compact.ts";
import type { Admission, HistoryRound } from "../shared/contracts.ts";
import { element } from "../shared/untrusted.ts";

export interface Shown {
  readonly admission: Admission;
  readonly round: number;
  readonly roundsLeft: number;
  readonly budgetLeftUsd: number;
  readonly history: readonly HistoryRound[];
}

export function userMessage({ admission, round, roundsLeft, budgetLeftUsd, history }: Shown): string {
  const targets = admission.targets.map(({ account, name, environment, regions }) => ({ account, name, environment, regions }));
  const request = element("request", {
    request: admission.text,
    targets,
    excluded: admission.exclusions.map(({ code, subject }) => ({ code, subject })),
    round,
    roundsLeft,
    budgetLeftUsd: Number(budgetLeftUsd.toFixed(4)),
  });
  if (history.length === 0) return request;
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
  return `${request}\n${element("evidence", { about: ABOUT_TABLES, rounds })}`;
}
