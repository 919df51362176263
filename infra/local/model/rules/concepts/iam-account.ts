/** The account's password rules and its root user. */
import { valueAt } from "../cells.ts";
import type { Concept } from "./concept.ts";
import { either, having, lacking } from "./phrases.ts";

const hasPolicy = either({
  no: [lacking("password (?:polic(?:y|ies)|rules?)"), "not (?:have|has|set|configured)"],
  yes: [".*"],
  label: "have a password policy",
  opposite: "have no password policy",
  oppositeSeverity: "medium",
  test: ({ fields }) => typeof fields.Absent !== "string",
});

export const PASSWORD_POLICY: Concept = {
  service: "iam",
  noun: "account",
  plural: "accounts",
  words: /\bpassword (?:polic(?:y|ies)|rules?)\b/i,
  rank: 1,
  base: "GetAccountPasswordPolicy",
  joins: {},
  readers: [],
  otherwise: hasPolicy,
};

const rootMfa = either({
  no: [lacking("mfa|multi-?factor(?: authentication)?")],
  yes: [having("mfa|multi-?factor(?: authentication)?"), ".*"],
  label: "have MFA on the root user",
  opposite: "have no MFA on the root user",
  oppositeSeverity: "critical",
  test: ({ fields }) => Number(valueAt(fields, "AccountMFAEnabled") ?? 0) > 0,
});

export const ROOT: Concept = {
  service: "iam",
  noun: "account",
  plural: "accounts",
  words: /\broot(?: users?| accounts?)?\b/i,
  rank: 2,
  base: "GetAccountSummary",
  joins: {},
  readers: [
    either({
      no: [lacking("(?:root )?(?:access )?keys?")],
      yes: [having("(?:root )?(?:access )?keys?"), "access keys?"],
      label: "have root access keys",
      opposite: "have no root access keys",
      severity: "critical",
      test: ({ fields }) => Number(valueAt(fields, "AccountAccessKeysPresent") ?? 0) > 0,
    }),
  ],
  otherwise: rootMfa,
};
