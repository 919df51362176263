/** What IAM's writes share: a role is named by path and name, which make its ARN. */
import * as z from "zod";
import type { BeforeRead } from "./write.ts";

export const ROLE = "arn:aws:iam::${account}:role${RolePath}${RoleName}";
export const name = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const path = z
  .string()
  .regex(/^\/([A-Za-z0-9-]+\/)*$/)
  .max(512);
export const policyArn = z
  .string()
  .regex(/^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/)
  .max(2048);
export const role = { RoleName: name, RolePath: path };

export const BOUNDARY = "PermissionsBoundary.PermissionsBoundaryArn";

/** GetRole fails where there is no such role. */
export const detail: BeforeRead = {
  operation: "GetRole",
  by: { RoleName: "RoleName" },
  match: { Arn: ROLE },
  columns: [BOUNDARY, "Tags"],
};

export const onRole = (action: string) => ({ action, resource: ROLE }) as const;
export const limitedRole = { RolePath: "rolePath" } as const;
export const sensitive = { class: "sensitive", seconds: 5 } as const;
