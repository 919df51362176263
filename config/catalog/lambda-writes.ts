/** Writes of a function's configuration. Code, environment, role and network are never written. */
import * as z from "zod";
import type { Place } from "./state.ts";
import { firstRow, keysOf, noTags, ownTags, restoredTags, someTags, TagKeys, tagsBack } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type State, type StepInput } from "./write.ts";

const FunctionName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const ARN = "arn:aws:lambda:${region}:${account}:function:${FunctionName}";
const onFunction = (action: string) => ({ action, resource: ARN }) as const;
const byName = { by: { FunctionName: "FunctionName" }, match: { FunctionName: "FunctionName" } } as const;

const configuration: BeforeRead = {
  operation: "GetFunctionConfiguration",
  ...byName,
  columns: ["Timeout", "MemorySize", "TracingConfig.Mode", "LastUpdateStatus"],
};
const concurrency: BeforeRead = { operation: "GetFunctionConcurrency", ...byName, columns: ["ReservedConcurrentExecutions"] };
const url: BeforeRead = { operation: "GetFunctionUrlConfig", ...byName, columns: ["Absent", "AuthType"] };
const tags: BeforeRead = { operation: "ListTags", by: { Resource: ARN }, match: { Resource: ARN }, columns: ["Tags"] };
const tier: BeforeRead = { ...tags, context: true };

/** Input field → column of the configuration. */
const CONFIGURED = { Timeout: "Timeout", MemorySize: "MemorySize", TracingMode: "TracingConfig.Mode" } as const;
const given = (input: StepInput) => Object.entries(CONFIGURED).filter(([field]) => input[field] !== undefined);

const shared = { entity: "function", arn: ARN, reversible: "yes", idempotency: { kind: "natural" }, seconds: 3 } as const;
const reserves = { ...shared, class: "non-destructive", before: [concurrency, tier] } as const;
const reservedBefore = (before: State) => firstRow(before, "GetFunctionConcurrency").ReservedConcurrentExecutions;

const ofTags = { ...shared, entity: "tag", class: "non-destructive", before: [tags] } as const;
const functionArn = (name: unknown, { region, account }: Place) => `arn:aws:lambda:${region}:${account}:function:${String(name)}`;
const tagsBefore = (before: State) => ownTags(firstRow(before, "ListTags").Tags);
const back = ({ FunctionName }: StepInput, was: Readonly<Record<string, string>>, touched: readonly string[]) => ({
  operation: "RestoreFunctionTags",
  input: { FunctionName, ...tagsBack(was, touched) },
});
const tagFunction = {
  command: "TagResource",
  input: ({ FunctionName, Tags }: StepInput, place: Place) => ({ Resource: functionArn(FunctionName, place), Tags }),
} as const;
const untagFunction = {
  command: "UntagResource",
  input: ({ FunctionName, TagKeys }: StepInput, place: Place) => ({ Resource: functionArn(FunctionName, place), TagKeys }),
} as const;

export const lambdaWrites = {
  UpdateFunctionConfiguration: defineWrite({
    ...shared,
    summary: "Changes a function's timeout (seconds), memory (MiB) or tracing mode; give what changes. Active tracing needs X-Ray in the function's own role.",
    class: "non-destructive",
    permissions: [onFunction("lambda:UpdateFunctionConfiguration")],
    // Bounds of the AWS Lambda API reference.
    input: z
      .strictObject({
        FunctionName,
        Timeout: z.number().int().min(1).max(900).optional(),
        MemorySize: z.number().int().min(128).max(10_240).optional(),
        TracingMode: z.enum(["Active", "PassThrough"]).optional(),
      })
      .refine((input) => given(input).length > 0, "give Timeout, MemorySize or TracingMode"),
    before: [configuration, tier],
    calls: [
      {
        command: "UpdateFunctionConfiguration",
        input: ({ FunctionName, Timeout, MemorySize, TracingMode }) => ({
          FunctionName,
          ...(Timeout === undefined ? {} : { Timeout }),
          ...(MemorySize === undefined ? {} : { MemorySize }),
          ...(TracingMode === undefined ? {} : { TracingConfig: { Mode: TracingMode } }),
        }),
      },
    ],
    promises: (input) => ({
      GetFunctionConfiguration: { ...Object.fromEntries(given(input).map(([field, column]) => [column, input[field]])), LastUpdateStatus: "Successful" },
    }),
    settling: { operation: "GetFunctionConfiguration", column: "LastUpdateStatus", values: ["InProgress"], seconds: 120 },
    inverse: (input, before) => {
      const row = firstRow(before, "GetFunctionConfiguration");
      const was = given(input).map(([field, column]) => [field, row[column] ?? undefined]);
      return { operation: "UpdateFunctionConfiguration", input: { FunctionName: input.FunctionName, ...Object.fromEntries(was) } };
    },
    seconds: 10,
  }),
  PutFunctionConcurrency: defineWrite({
    ...reserves,
    summary: "Reserves concurrency for a function: as many at a time and no more; 0 switches it off.",
    permissions: [onFunction("lambda:PutFunctionConcurrency")],
    input: z.strictObject({ FunctionName, ReservedConcurrentExecutions: z.number().int().min(0).max(10_000) }),
    calls: [
      {
        command: "PutFunctionConcurrency",
        input: ({ FunctionName, ReservedConcurrentExecutions }) => ({ FunctionName, ReservedConcurrentExecutions }),
      },
    ],
    promises: ({ ReservedConcurrentExecutions }) => ({ GetFunctionConcurrency: { ReservedConcurrentExecutions } }),
    inverse: ({ FunctionName }, before) => {
      const was = reservedBefore(before);
      return typeof was === "number"
        ? { operation: "PutFunctionConcurrency", input: { FunctionName, ReservedConcurrentExecutions: was } }
        : { operation: "DeleteFunctionConcurrency", input: { FunctionName } };
    },
  }),
  DeleteFunctionConcurrency: defineWrite({
    ...reserves,
    summary: "Ends a function's reserved concurrency: it shares the account's again.",
    permissions: [onFunction("lambda:DeleteFunctionConcurrency")],
    input: z.strictObject({ FunctionName }),
    calls: [{ command: "DeleteFunctionConcurrency", input: ({ FunctionName }) => ({ FunctionName }) }],
    promises: () => ({ GetFunctionConcurrency: { ReservedConcurrentExecutions: null } }),
    inverse: ({ FunctionName }, before) => {
      const was = reservedBefore(before);
      return typeof was === "number" ? { operation: "PutFunctionConcurrency", input: { FunctionName, ReservedConcurrentExecutions: was } } : null;
    },
  }),
  UpdateFunctionUrlConfig: defineWrite({
    ...shared,
    summary: "Has a function's URL ask for IAM authentication: who calls it unsigned is refused from then on.",
    class: "sensitive",
    // The key is what the call sets: the role opens no URL, and so takes nothing back.
    permissions: [{ ...onFunction("lambda:UpdateFunctionUrlConfig"), conditions: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } } }],
    input: z.strictObject({ FunctionName }),
    before: [url, tier],
    precondition: (_, before) =>
      firstRow(before, "GetFunctionUrlConfig").Absent ? "the function itself has no URL; one of an alias is its owner's to change." : null,
    calls: [{ command: "UpdateFunctionUrlConfig", input: ({ FunctionName }) => ({ FunctionName, AuthType: "AWS_IAM" }) }],
    promises: () => ({ GetFunctionUrlConfig: { AuthType: "AWS_IAM" } }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["that anybody may call the URL: no role of this system opens one to everybody (H01)"],
  }),
  TagResource: defineWrite({
    ...ofTags,
    summary: "Adds tags to a function, or gives them other values.",
    permissions: [onFunction("lambda:TagResource")],
    input: z.strictObject({ FunctionName, Tags: someTags }),
    calls: [tagFunction],
    promises: ({ Tags }) => ({ ListTags: { Tags } }),
    inverse: (input, before) => back(input, tagsBefore(before), keysOf(input.Tags)),
  }),
  UntagResource: defineWrite({
    ...ofTags,
    summary: "Takes tags away from a function, by their keys.",
    permissions: [onFunction("lambda:UntagResource")],
    input: z.strictObject({ FunctionName, TagKeys }),
    calls: [untagFunction],
    promises: ({ TagKeys }) => ({ ListTags: { Tags: noTags(TagKeys) } }),
    inverse: (input, before) => {
      const was = tagsBefore(before);
      const touched = (input.TagKeys as string[]).filter((key) => was[key] !== undefined);
      return touched.length === 0 ? null : back(input, was, touched);
    },
  }),
  RestoreFunctionTags: defineWrite({
    ...ofTags,
    summary: "Sets a function's tags back to what they were.",
    inverseOnly: true,
    permissions: [onFunction("lambda:TagResource"), onFunction("lambda:UntagResource")],
    input: z.strictObject({ FunctionName, ...restoredTags }),
    calls: [
      { ...tagFunction, when: ({ Tags }) => keysOf(Tags).length > 0 },
      { ...untagFunction, when: ({ TagKeys }) => (TagKeys as string[]).length > 0 },
    ],
    promises: ({ Tags, TagKeys }) => ({ ListTags: { Tags: { ...(Tags as object), ...noTags(TagKeys) } } }),
    inverse: (input, before) => back(input, tagsBefore(before), [...keysOf(input.Tags), ...(input.TagKeys as string[])]),
  }),
} as const;
