/** Users and their access keys. */
import { textAt } from "../cells.ts";
import { ageIn, isOlder } from "./common.ts";
import type { Concept, Item, Reader } from "./concept.ts";
import { anyOf, either, having, lacking, not } from "./phrases.ts";

const onUser = { theirs: "UserName", ours: "UserName" } as const;
const KEYS = "(?:iam )?(?:access )?keys?";

const someRow = (operation: string) => (item: Item) => {
  const rows = item.many(operation);
  return rows && rows.length > 0;
};

/** "with access keys older than 90 days": one old key is enough. */
const oldKeys: Reader = (clause, now) => {
  const age = ageIn(clause);
  const words = new RegExp(`(?:active )?${KEYS}`, "i").exec(clause)?.[0];
  if (!age?.older || words === undefined) return undefined;
  return {
    label: `have an access key older than ${age.days} days`,
    severity: "medium",
    reads: ["ListAccessKeys"],
    words: [age.words, words],
    test: (item) => {
      const rows = item.many("ListAccessKeys");
      return rows && (rows.length === 0 ? false : anyOf(...rows.map((row) => isOlder(textAt(row, "CreateDate"), age.days, now))));
    },
  };
};

export const USERS: Concept = {
  service: "iam",
  noun: "user",
  plural: "users",
  words: /\b(?:iam )?(?:users?|people)\b/i,
  implied: /\b(?:mfa|multi-?factor)\b/i,
  base: "ListUsers",
  key: "UserName",
  created: "CreateDate",
  tags: { operation: "GetUser", column: "Tags" },
  joins: { ListMFADevices: onUser, ListAccessKeys: onUser, GetLoginProfile: onUser, GetUser: onUser, ListAttachedUserPolicies: onUser },
  readers: [
    either({
      no: [lacking("mfa(?: devices?)?|multi-?factor(?: authentication)?|2fa|(?:a )?second factor")],
      yes: [having("mfa(?: devices?)?|multi-?factor(?: authentication)?|2fa|(?:a )?second factor")],
      label: "have MFA",
      opposite: "have no MFA",
      oppositeSeverity: "high",
      reads: ["ListMFADevices"],
      test: someRow("ListMFADevices"),
    }),
    (clause, now) =>
      oldKeys(clause, now) ??
      either({
        no: [lacking(KEYS)],
        yes: [having(`(?:active )?${KEYS}`), `${KEYS}\\b`],
        label: "have access keys",
        opposite: "have no access keys",
        severity: "low",
        reads: ["ListAccessKeys"],
        test: someRow("ListAccessKeys"),
      })(clause, now),
    either({
      no: [lacking("(?:console )?(?:passwords?|login profiles?|access|logins?)")],
      yes: [having("(?:console )?(?:passwords?|login profiles?|logins?)|console access"), "console(?: (?:access|logins?))?\\b"],
      label: "have a console password",
      opposite: "have no console password",
      reads: ["GetLoginProfile"],
      test: (item) => {
        const row = item.one("GetLoginProfile");
        return row && typeof row.Absent !== "string";
      },
    }),
    either({
      no: [not("admin(?:istrator)?s?"), lacking("(?:admin(?:istrator)?(?: access| rights| permissions)?)")],
      yes: ["(?:with |have |has )?(?:full )?admin(?:istrator)?s?(?: ?access| rights| permissions)?\\b"],
      label: "have the AdministratorAccess policy attached",
      opposite: "don't have the AdministratorAccess policy attached",
      severity: "high",
      reads: ["ListAttachedUserPolicies"],
      test: (item) => item.many("ListAttachedUserPolicies")?.some((row) => textAt(row, "PolicyArn")?.endsWith("/AdministratorAccess")),
    }),
  ],
};

export const ACCESS_KEYS: Concept = {
  service: "iam",
  noun: "access key",
  plural: "access keys",
  words: /\b(?:iam )?access keys?\b/i,
  base: "ListAccessKeys",
  key: "AccessKeyId",
  name: (fields) => `${textAt(fields, "AccessKeyId") ?? "key"} of ${textAt(fields, "UserName") ?? "a user"}`,
  created: "CreateDate",
  joins: { ListUsers: onUser },
  groups: { user: "UserName", status: "Status" },
  readers: [
    either({
      no: ["inactive\\b", not("active"), "disabled\\b"],
      yes: ["active\\b", "enabled\\b"],
      label: "are active",
      opposite: "are inactive",
      test: ({ fields }) => textAt(fields, "Status") === "Active",
    }),
  ],
};
