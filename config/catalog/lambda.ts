import * as z from "zod";
import { defineService, MOST_ITEMS } from "./define.ts";
import { lambdaWrites } from "./lambda-writes.ts";

/** A plain name: an ARN or a qualifier would make the row's ARN a lie. 64 characters: AWS Lambda API reference. */
const named = z.strictObject({
  FunctionName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
});
const everyFunction = { list: "ListFunctions", bind: { FunctionName: "FunctionName" } } as const;
const FUNCTION = "arn:aws:lambda:${region}:${account}:function:*" as const;
const functionArn = "arn:aws:lambda:${region}:${account}:function:${FunctionName}";

/**
 * Reads of function configuration. Code (lambda:GetFunction) is never read, and environment values, which
 * are secrets more often than not, are dropped before evidence is kept (Y-15).
 */
export const lambda = defineService({
  service: "lambda",
  scope: "regional",
  about: "functions: runtime, role, network, tracing, resource policies, public URLs, reserved concurrency, tags",
  writes: lambdaWrites,
  reads: {
    ListFunctions: {
      summary: "All functions of a region with runtime, role, size, network and tracing. Environment variables are never read.",
      entity: "function",
      permissions: [{ action: "lambda:ListFunctions", resource: "*", why: "lambda:ListFunctions has no resource-level permission" }],
      input: z.strictObject({}),
      paginate: { request: "Marker", response: "NextMarker", limit: { field: "MaxItems", value: 50 }, maxItems: MOST_ITEMS },
      items: "Functions[]",
      drop: { Functions: { Environment: true } },
      project: {
        FunctionName: true,
        Runtime: true,
        PackageType: true,
        Role: true,
        MemorySize: true,
        Timeout: true,
        LastModified: true,
        VpcConfig: { VpcId: true },
        TracingConfig: { Mode: true },
        DeadLetterConfig: { TargetArn: true },
        KMSKeyArn: true,
      },
      arn: "${FunctionArn}",
    },
    GetFunctionConfiguration: {
      summary: "One function's configuration in detail: state, timeout, memory, tracing, layers, subnets, security groups.",
      entity: "function",
      permissions: [{ action: "lambda:GetFunctionConfiguration", resource: FUNCTION }],
      input: named,
      each: everyFunction,
      drop: { Environment: true },
      project: {
        State: true,
        StateReason: true,
        LastUpdateStatus: true,
        Timeout: true,
        MemorySize: true,
        TracingConfig: { Mode: true },
        Handler: true,
        Architectures: true,
        Layers: { Arn: true },
        VpcConfig: { SubnetIds: true, SecurityGroupIds: true },
        EphemeralStorage: { Size: true },
        LoggingConfig: { LogGroup: true },
        SnapStart: { ApplyOn: true },
      },
      arn: functionArn,
    },
    GetPolicy: {
      summary: "A function's resource policy: who else may invoke it. Absent: it has none.",
      entity: "function",
      permissions: [{ action: "lambda:GetPolicy", resource: FUNCTION }],
      input: named,
      each: everyFunction,
      project: { Policy: "json" },
      arn: functionArn,
      absent: ["ResourceNotFoundException"],
    },
    GetFunctionUrlConfig: {
      summary: "A function's own HTTPS URL; AuthType NONE means that anyone may call it if its policy allows. Absent: it has no URL.",
      entity: "function",
      permissions: [{ action: "lambda:GetFunctionUrlConfig", resource: FUNCTION }],
      input: named,
      each: everyFunction,
      project: { FunctionUrl: true, AuthType: true, Cors: { AllowOrigins: true }, CreationTime: true },
      arn: functionArn,
      absent: ["ResourceNotFoundException"],
    },
    GetFunctionConcurrency: {
      summary: "A function's reserved concurrency; null means that it shares the account's, 0 that it is switched off.",
      entity: "function",
      permissions: [{ action: "lambda:GetFunctionConcurrency", resource: FUNCTION }],
      input: named,
      each: everyFunction,
      project: { ReservedConcurrentExecutions: true },
      arn: functionArn,
    },
    ListTags: {
      summary: "A function's tags; an empty object or null means that it has none.",
      entity: "function",
      permissions: [{ action: "lambda:ListTags", resource: FUNCTION }],
      input: z.strictObject({
        Resource: z
          .string()
          .regex(/^arn:aws:lambda:[a-z0-9-]{1,30}:\d{12}:function:[A-Za-z0-9_-]{1,64}$/)
          .optional(),
      }),
      each: { list: "ListFunctions", bind: { Resource: "FunctionArn" } },
      project: { Tags: true },
      arn: "${Resource}",
    },
  },
});
