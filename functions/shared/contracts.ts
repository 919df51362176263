/**
 * The documents that travel between the states of request.asl.json. Each is closed: an unknown field is
 * an error. Sizes are bounded by config/limits.ts and contracts/bounds.ts; a state may carry 256 KiB (AWS Step Functions quota).
 */
export * from "./contracts/admission.ts";
export * from "./contracts/approval.ts";
export * from "./contracts/bounds.ts";
export * from "./contracts/common.ts";
export * from "./contracts/decision.ts";
export * from "./contracts/guardrail.ts";
export * from "./contracts/mutation.ts";
export * from "./contracts/plan.ts";
export * from "./contracts/proposal.ts";
export * from "./contracts/read-call.ts";
export * from "./contracts/report.ts";
export * from "./contracts/request.ts";
export * from "./contracts/results.ts";
export * from "./contracts/rounds.ts";
export * from "./contracts/tasks.ts";
export * from "./contracts/work.ts";
