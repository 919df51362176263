/** N05 as far as the catalog's reads can tell. */
import type { BeforeRead } from "../catalog/write.ts";
import { type ChecksOf, gap, governanceTags, pass, rowOf } from "./check.ts";

const read = (operation: string, ...columns: readonly string[]): BeforeRead => ({
  operation,
  by: { FunctionName: "FunctionName" },
  match: { FunctionName: "FunctionName" },
  columns,
});
const FUNCTION_ARN = "arn:aws:lambda:${region}:${account}:function:${FunctionName}";

export const lambdaChecks: ChecksOf = {
  service: "lambda",
  entity: "function",
  key: "FunctionName",
  reads: [
    read("GetFunctionConfiguration", "Timeout", "MemorySize", "TracingConfig.Mode", "Architectures"),
    read("GetFunctionConcurrency", "ReservedConcurrentExecutions"),
    read("GetFunctionUrlConfig", "Absent", "AuthType"),
    { operation: "ListTags", by: { Resource: FUNCTION_ARN }, match: { Resource: FUNCTION_ARN }, columns: ["Tags"] },
  ],
  checks: [
    governanceTags("N05", "ListTags", "Tags", "TagResource"),
    {
      item: "Timeout is not the default of 3 s",
      pillar: "Reliability",
      severity: { common: "high" },
      ruleIds: ["N05"],
      exit: { kind: "step", operation: "UpdateFunctionConfiguration" },
      remediation: "Add an UpdateFunctionConfiguration step with the timeout the function needs.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionConfiguration", context, {}, (row) => (row.Timeout === 3 ? gap("3 s, the default") : pass(`${String(row.Timeout)} s`))),
    },
    {
      item: "Memory is not the default of 128 MB",
      pillar: "Performance Efficiency",
      severity: { common: "medium" },
      ruleIds: ["N05"],
      exit: { kind: "step", operation: "UpdateFunctionConfiguration" },
      remediation: "Add an UpdateFunctionConfiguration step with measured memory.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionConfiguration", context, {}, (row) =>
          row.MemorySize === 128 ? gap("128 MB, the default") : pass(`${String(row.MemorySize)} MB`),
        ),
    },
    {
      item: "X-Ray tracing",
      pillar: "Operational Excellence",
      severity: { development: "low" },
      ruleIds: ["N05", "M05"],
      exit: { kind: "step", operation: "UpdateFunctionConfiguration" },
      remediation: "Add an UpdateFunctionConfiguration step with active tracing.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionConfiguration", context, {}, (row) => (row["TracingConfig.Mode"] === "Active" ? pass("active") : gap("not active"))),
    },
    {
      item: "Function URL asks for authentication",
      pillar: "Security",
      severity: { staging: "high" },
      ruleIds: ["N05"],
      exit: { kind: "step", operation: "UpdateFunctionUrlConfig" },
      remediation: "Add an UpdateFunctionUrlConfig step, once whoever calls the URL signs its requests; it can't be opened again.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionUrlConfig", context, { Absent: "new" }, (row) => {
          if (row.Absent) return pass("there is no URL");
          return row.AuthType === "AWS_IAM" ? pass("AWS_IAM") : gap(`AuthType is ${String(row.AuthType)}`);
        }),
    },
    {
      item: "Reserved concurrency",
      pillar: "Reliability",
      severity: { staging: "high" },
      ruleIds: ["N05"],
      exit: { kind: "step", operation: "PutFunctionConcurrency" },
      remediation: "Add a PutFunctionConcurrency step.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionConcurrency", context, {}, (row) =>
          typeof row.ReservedConcurrentExecutions === "number" ? pass(`${row.ReservedConcurrentExecutions} reserved`) : gap("shares the account's"),
        ),
    },
    {
      item: "arm64 evaluated",
      pillar: "Sustainability",
      severity: { production: "low" },
      ruleIds: ["N05", "M44"],
      exit: { kind: "manual" },
      remediation: "The function's owner builds it for arm64.",
      judge: (state, context) =>
        rowOf(state, "GetFunctionConfiguration", context, {}, (row) => ([row.Architectures].flat().includes("arm64") ? pass("arm64") : gap("x86_64"))),
    },
  ],
};
