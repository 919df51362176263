import { SAMPLES } from "../catalog/write-samples.ts";
import { ALL_TAGS, type FlipsOf } from "./flip.ts";

const role = { RoleName: "acme-sandbox-web-role", RolePath: "/coworker-managed/" };
const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
const create = { operation: "CreateRole", input: { ...SAMPLES.iam.CreateRole?.input, Tags: ALL_TAGS } };

export const roleFlips: FlipsOf = {
  service: "iam",
  entity: "role",
  flips: {
    "No full-access policy attached": {
      gap: { ListAttachedRolePolicies: [{ PolicyArn }] },
      operation: "DetachRolePolicy",
      input: { ...role, PolicyArn },
    },
    "No inline policies": { gap: { ListRolePolicies: [{ Value: "inline" }] }, ...create },
    "Governance tags": { gap: { GetRole: [{ Tags: {} }] }, operation: "TagRole", input: { ...role, Tags: ALL_TAGS } },
    "Permissions boundary": {
      gap: { GetRole: [{ "PermissionsBoundary.PermissionsBoundaryArn": null }] },
      operation: "PutRolePermissionsBoundary",
      input: { ...SAMPLES.iam.PutRolePermissionsBoundary?.input },
    },
  },
  manual: {},
};
