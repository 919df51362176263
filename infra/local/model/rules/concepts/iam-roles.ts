/** Roles: who may assume them and what they may do. */
import { type Fields, isFields, textAt } from "../cells.ts";
import { ageIn, isOlder } from "./common.ts";
import type { Concept, Item, Reader } from "./concept.ts";
import { anyOf, either, not } from "./phrases.ts";

const onRole = { theirs: "RoleName", ours: "RoleName" } as const;

function allows(document: unknown): Fields[] {
  const statements = isFields(document) ? document.Statement : undefined;
  return (Array.isArray(statements) ? statements : [statements]).filter(isFields).filter((statement) => statement.Effect === "Allow");
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** The AWS principals of a trust policy's statement. */
function awsPrincipals(statement: Fields): unknown[] {
  const principal = statement.Principal;
  return isFields(principal) ? listOf(principal.AWS) : listOf(principal);
}

/** A wildcard principal and no condition that narrows it. */
function trustsAnyone({ fields }: Item): boolean | undefined {
  const document = fields.AssumeRolePolicyDocument;
  if (document === undefined) return undefined;
  return allows(document).some((statement) => statement.Condition === undefined && awsPrincipals(statement).includes("*"));
}

function trustsOthers({ fields, account }: Item): boolean | undefined {
  const document = fields.AssumeRolePolicyDocument;
  if (document === undefined) return undefined;
  return allows(document).some((statement) =>
    awsPrincipals(statement).some((principal) => {
      const other = /^(?:arn:aws[\w-]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(String(principal))?.[1];
      return principal === "*" || (other !== undefined && other !== account);
    }),
  );
}

function isAdministrator(item: Item): boolean | undefined {
  const attached = item.many("ListAttachedRolePolicies")?.some((row) => textAt(row, "PolicyArn")?.endsWith("/AdministratorAccess"));
  const inline = item
    .many("GetRolePolicy")
    ?.some((row) => allows(row.PolicyDocument).some((statement) => listOf(statement.Action).includes("*") && listOf(statement.Resource).includes("*")));
  return anyOf(attached, inline);
}

const unusedReader: Reader = (clause, now) => {
  const words = /\b(?:un-?used|not (?:been )?used|never used)\b(?: (?:for|in|since)(?: the)?(?: last| past)? \d+ days)?/i.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const days = Number(/\d+/.exec(words)?.[0] ?? ageIn(clause)?.days ?? 0);
  return {
    label: days > 0 ? `were not used in the last ${days} days` : "were never used",
    severity: "low",
    reads: ["GetRole"],
    words: [words],
    test: (item) => {
      const row = item.one("GetRole");
      const last = row && textAt(row, "RoleLastUsed.LastUsedDate");
      return row && (last === undefined || (days > 0 && isOlder(last, days, now)));
    },
  };
};

const ANYONE = "(?:anyone|everyone|anybody|everybody|any (?:aws )?(?:accounts?|principals?|one)|the (?:whole )?world|\\*)";

export const ROLES: Concept = {
  service: "iam",
  noun: "role",
  plural: "roles",
  words: /\b(?:iam )?roles?\b/i,
  base: "ListRoles",
  key: "RoleName",
  created: "CreateDate",
  tags: { operation: "GetRole", column: "Tags" },
  joins: { GetRole: onRole, ListAttachedRolePolicies: onRole, GetRolePolicy: onRole },
  readers: [
    either({
      no: [`not trust(?:s|ing)? ${ANYONE}`],
      yes: [
        `trust(?:s|ed|ing)?(?: by)? ${ANYONE}`,
        `${ANYONE} (?:can|may|could|is able to|is allowed to) assume`,
        `(?:assumable|assumed|open|be assumed)(?: by| to) ${ANYONE}`,
        "public(?:ly)?(?: assumable)?\\b",
        "wildcard (?:trust|principals?)",
      ],
      label: "trust anyone",
      opposite: "don't trust anyone at large",
      severity: "critical",
      test: trustsAnyone,
    }),
    either({
      no: ["not trust(?:s|ing)? (?:other|another|external|outside|foreign) accounts?"],
      yes: [
        "(?:trust(?:s|ed|ing)?(?: by)? )?(?:other|another|external|outside|foreign|third[- ]party)(?: aws)? (?:accounts?|compan(?:y|ies))",
        "cross-account",
      ],
      label: "trust another account",
      opposite: "don't trust another account",
      severity: "medium",
      test: trustsOthers,
    }),
    either({
      no: [not("admin(?:istrator)?s?")],
      yes: ["(?:with |have |has )?(?:full )?admin(?:istrator)?s?(?: ?access| rights| permissions)?\\b"],
      label: "have administrator permissions",
      opposite: "have no administrator permissions",
      severity: "high",
      reads: ["ListAttachedRolePolicies", "GetRolePolicy"],
      test: isAdministrator,
    }),
    unusedReader,
  ],
};
