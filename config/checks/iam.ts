/** N04 for the roles that a plan makes or changes. */
import type { BeforeRead } from "../catalog/write.ts";
import { type ChecksOf, gap, governanceTags, pass, rowOf } from "./check.ts";

const read = (operation: string, ...columns: readonly string[]): BeforeRead => ({
  operation,
  by: { RoleName: "RoleName" },
  match: { RoleName: "RoleName" },
  columns,
});
/** B08: AWS managed policies that are broader than any one job. */
const BROAD = /:policy\/(?:[\w+=,.@-]+\/)*(?:\w*FullAccess(?:V\d+)?|AdministratorAccess|PowerUserAccess)$/;

export const iamChecks: ChecksOf = {
  service: "iam",
  entity: "role",
  key: "RoleName",
  lists: { ListAttachedRolePolicies: "PolicyArn", ListRolePolicies: "Value" },
  reads: [
    read("GetRole", "PermissionsBoundary.PermissionsBoundaryArn", "Tags"),
    read("ListAttachedRolePolicies", "PolicyArn"),
    read("ListRolePolicies", "Value"),
  ],
  checks: [
    {
      item: "No full-access policy attached",
      pillar: "Security",
      severity: { common: "critical" },
      ruleIds: ["N04", "I04", "B08"],
      exit: { kind: "step", operation: "DetachRolePolicy" },
      remediation:
        "Add a DetachRolePolicy step, which can't be undone, and attach a policy for the one job. What neither the settings nor the catalog's full-access policies list, its owner detaches.",
      judge: (state) => {
        const broad = (state.ListAttachedRolePolicies ?? []).map(({ PolicyArn }) => String(PolicyArn)).filter((arn) => BROAD.test(arn));
        return broad.length === 0 ? pass("none attached") : gap(`attached: ${broad.join(", ")}`);
      },
    },
    {
      item: "No inline policies",
      pillar: "Security",
      severity: { common: "high" },
      ruleIds: ["N04", "I03"],
      exit: { kind: "anew", operation: "CreateRole" },
      remediation: "The role's owner moves the inline policy into a managed one.",
      judge: (state) => {
        const inline = (state.ListRolePolicies ?? []).map(({ Value }) => String(Value));
        return inline.length === 0 ? pass("none") : gap(inline.join(", "));
      },
    },
    governanceTags("N04", "GetRole", "Tags", "TagRole"),
    {
      item: "Permissions boundary",
      pillar: "Security",
      severity: { staging: "high" },
      ruleIds: ["N04", "I09"],
      exit: { kind: "step", operation: "PutRolePermissionsBoundary" },
      remediation:
        "Add a PutRolePermissionsBoundary step with the settings' boundary, having seen that what the role does is within it; it can't be taken off again.",
      judge: (state, context) =>
        rowOf(state, "GetRole", context, {}, (row) => {
          const boundary = row["PermissionsBoundary.PermissionsBoundaryArn"];
          return typeof boundary === "string" ? pass(boundary) : gap("none");
        }),
    },
  ],
};
