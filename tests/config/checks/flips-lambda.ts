import { ALL_TAGS, type FlipsOf } from "./flip.ts";

const FunctionName = "acme-thumbnailer";
const configured = (more: object) => ({
  GetFunctionConfiguration: [{ Timeout: 30, MemorySize: 512, "TracingConfig.Mode": "Active", Architectures: ["arm64"], ...more }],
});
const update = (more: object) => ({ operation: "UpdateFunctionConfiguration", input: { FunctionName, ...more } });

export const functionFlips: FlipsOf = {
  service: "lambda",
  entity: "function",
  flips: {
    "Governance tags": { gap: { ListTags: [{ Tags: {} }] }, operation: "TagResource", input: { FunctionName, Tags: ALL_TAGS } },
    "Timeout is not the default of 3 s": { gap: configured({ Timeout: 3 }), ...update({ Timeout: 30 }) },
    "Memory is not the default of 128 MB": { gap: configured({ MemorySize: 128 }), ...update({ MemorySize: 256 }) },
    "X-Ray tracing": { gap: configured({ "TracingConfig.Mode": "PassThrough" }), ...update({ TracingMode: "Active" }) },
    "Function URL asks for authentication": {
      gap: { GetFunctionUrlConfig: [{ Absent: null, AuthType: "NONE" }] },
      operation: "UpdateFunctionUrlConfig",
      input: { FunctionName },
    },
    "Reserved concurrency": {
      gap: { GetFunctionConcurrency: [{ ReservedConcurrentExecutions: null }] },
      operation: "PutFunctionConcurrency",
      input: { FunctionName, ReservedConcurrentExecutions: 5 },
    },
  },
  manual: {
    "arm64 evaluated": "whether its code runs on arm64 is known to who builds it",
  },
};
