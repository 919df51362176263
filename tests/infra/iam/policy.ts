/** IAM policy documents as data: what a template or a case file must hold to be evaluated. Anything else is an error. */
import { z } from "zod";

const listed = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const conditionSchema = z.record(z.string(), z.record(z.string(), listed));
const principalSchema = z.union([
  z.literal("*").transform((all): { AWS?: string[] | undefined; Service?: string[] | undefined } => ({ AWS: [all] })),
  z.strictObject({ AWS: listed.optional(), Service: listed.optional() }),
]);

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: listed.optional(),
    NotAction: listed.optional(),
    Resource: listed.optional(),
    NotResource: listed.optional(),
    Principal: principalSchema.optional(),
    Condition: conditionSchema.default({}),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), "exactly one of Action and NotAction")
  .refine(({ Resource, NotResource }) => Resource === undefined || NotResource === undefined, "not both Resource and NotResource");
export type PolicyStatement = z.output<typeof statementSchema>;
export type Condition = z.output<typeof conditionSchema>;

export const policySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});
export type Policy = z.output<typeof policySchema>;
