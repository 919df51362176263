/**
 * Most UTF-8 bytes of each part of a state's payload, as JSON. Step Functions carries 256 KiB a state, and
 * what exceeds it can't be caught (States.DataLimitExceeded): so each part is held to its bound where it is made.
 * Rows and history have theirs in config/limits.ts.
 */
const KIB = 1024;

/** AWS Step Functions quota: input or result of a task, state or execution. */
export const STATE_BYTES = 256 * KIB;

export const BOUNDS = {
  /** What StartExecution was given, if it was admitted. */
  request: 22 * KIB,
  /** Of the request's text alone. */
  text: 16 * KIB,
  /** An admission as Orchestrate and Guardrail get it, without announcement and resolutions. */
  admission: 24 * KIB,
  /** An admission as Report gets it. */
  wholeAdmission: 64 * KIB,
  /** All exclusions of an admission. */
  exclusions: 6 * KIB,
  decision: 48 * KIB,
  /** A sealed plan: beside admission, history and outcomes it has to fit Report. */
  plan: 80 * KIB,
  /** Of a whole admission and a request's text, what Report gets beside a change. */
  changeRequest: KIB,
  /** All mutation workers' results of a request, applied and undone, as Record lets them travel on. */
  outcomes: 48 * KIB,
  /** One mutation worker's result, before that. */
  outcome: 96 * KIB,
  verification: 12 * KIB,
  /** Of Examine's evidence, as Record lets it travel on. */
  planEvidence: 12 * KIB,
  /** All approvals of a request as Report shows them. */
  approvals: 12 * KIB,
  /** One approval document. */
  approval: 8 * KIB,
  artifact: 16 * KIB,
  /** All mutation calls of a phase, or of a roll-back. */
  mutationCalls: 64 * KIB,
  /** A verdict with its findings. */
  verdict: 24 * KIB,
  /** All worker calls of a round. */
  calls: 160 * KIB,
  /** All refusals of a round. */
  refused: 16 * KIB,
  /** One read's input. */
  readInput: 2 * KIB,
  /** One entry for each caller, model and kind of count: the planner and the workers. */
  usage: 8 * KIB,
  /** A crashed worker's result beside its targets: request.asl.json cuts the cause to 500 characters, of 4 bytes at most. */
  crash: 2_300,
  /** What Catch makes of an error: the cause is cut to 1,000 characters. */
  crashedOutcome: 6 * KIB,
} as const;
