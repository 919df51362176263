/** Access keys' status. */
import * as z from "zod";
import { name, sensitive } from "./iam-parts.ts";
import { firstRow } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type State, type StepInput } from "./write.ts";

const USER = "arn:aws:iam::${account}:user/${UserPath}${UserName}";
const key: BeforeRead = {
  operation: "ListAccessKeys",
  by: { UserName: "UserName" },
  match: { UserName: "UserName", AccessKeyId: "AccessKeyId" },
  columns: ["Status", "CreateDate"],
};

const ofKey = {
  ...sensitive,
  entity: "access key",
  permissions: [{ action: "iam:UpdateAccessKey", resource: USER }],
  input: z.strictObject({
    UserName: name,
    UserPath: z
      .string()
      .regex(/^([A-Za-z0-9-]+\/)*$/)
      .max(510),
    AccessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  }),
  arn: USER,
  before: [key],
  reversible: "yes",
  idempotency: { kind: "natural" },
} as const;
const putsStatus = (Status: "Active" | "Inactive") =>
  ({ command: "UpdateAccessKey", input: ({ UserName, AccessKeyId }: StepInput) => ({ UserName, AccessKeyId, Status }) }) as const;
const statusBefore = (before: State) => firstRow(before, "ListAccessKeys").Status;
const keyInput = ({ UserName, UserPath, AccessKeyId }: StepInput) => ({ UserName, UserPath, AccessKeyId });

export const iamKeyWrites = {
  UpdateAccessKey: defineWrite({
    ...ofKey,
    summary:
      "Makes a user's access key inactive: it stays, but nothing can use it. UserPath is what stands between user/ and the name in the ARN: empty for most.",
    calls: [putsStatus("Inactive")],
    promises: () => ({ ListAccessKeys: { Status: "Inactive" } }),
    inverse: (given, before) => (statusBefore(before) === "Active" ? { operation: "ActivateAccessKey", input: keyInput(given) } : null),
  }),
  ActivateAccessKey: defineWrite({
    ...ofKey,
    summary: "Makes an access key active again that was active before.",
    inverseOnly: true,
    calls: [putsStatus("Active")],
    promises: () => ({ ListAccessKeys: { Status: "Active" } }),
    inverse: (given, before) => (statusBefore(before) === "Active" ? null : { operation: "UpdateAccessKey", input: keyInput(given) }),
  }),
} as const;
