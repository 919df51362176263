/** Bounds of one request. F-numbers are governance rows; the others say where they come from. */
import * as z from "zod";

const positive = z.number().int().positive();

export const limitsSchema = z.strictObject({
  text: z.strictObject({ maxCharacters: positive }),
  /** F02–F04: at `parallelStart` the work is split, at `parallelRequired` it must be. */
  resources: z.strictObject({ parallelStart: positive, parallelRequired: positive }),
  regions: z.strictObject({ parallelStart: positive, parallelRequired: positive }),
  accounts: z.strictObject({ parallelStart: positive, parallelRequired: positive }),
  /** F05, Y-11: above `advise` the user is told; above `block` a read-only request is refused with a narrower suggestion. */
  seconds: z.strictObject({ advise: positive, block: positive }),
  /** F06. */
  agents: z.strictObject({
    maxParallel: z.number().int().min(1).max(10),
    batchSize: z.number().int().min(1).max(50),
    timeoutSeconds: z.number().int().min(1).max(600),
  }),
  rounds: z.strictObject({ orchestrator: z.number().int().min(1).max(8), workerTurns: z.number().int().min(1).max(12) }),
  /** UTF-8 bytes. Step Functions carries 256 KiB a state: results + history + what functions/shared/contracts/bounds.ts names stay below it. */
  bytes: z.strictObject({ results: positive.max(96 * 1024), history: positive.max(40 * 1024), modelReply: positive.max(96 * 1024) }),
  tokens: z.strictObject({ orchestratorOutput: positive, workerOutput: positive }),
  dollars: z.strictObject({ default: z.number().positive(), max: z.number().positive() }),
  /** Concurrent AWS calls of one worker for a per-resource read. */
  fanOut: positive,
  /** Changes. `steps`: of one plan; `batchSize` (F06): steps of one worker call and session; `revisions`: proposals sent back (DESIGN "Examine"); `approvalMinutes`: until a plan expires. */
  plan: z.strictObject({
    steps: z.number().int().min(1).max(100),
    batchSize: z.number().int().min(1).max(50),
    revisions: z.number().int().min(0).max(2),
    approvalMinutes: z.number().int().min(1).max(1440),
  }),
});
export type Limits = z.infer<typeof limitsSchema>;

export const LIMITS: Limits = {
  text: { maxCharacters: 8_000 },
  resources: { parallelStart: 50, parallelRequired: 200 },
  regions: { parallelStart: 4, parallelRequired: 8 },
  accounts: { parallelStart: 4, parallelRequired: 10 },
  seconds: { advise: 300, block: 600 },
  agents: { maxParallel: 10, batchSize: 50, timeoutSeconds: 600 },
  rounds: { orchestrator: 5, workerTurns: 6 },
  bytes: { results: 96 * 1024, history: 40 * 1024, modelReply: 96 * 1024 },
  tokens: { orchestratorOutput: 16_000, workerOutput: 2_000 },
  dollars: { default: 2, max: 25 },
  fanOut: 8,
  plan: { steps: 100, batchSize: 50, revisions: 2, approvalMinutes: 240 },
};

/** A deployment's own limits, section by section: a section that is named is given whole. */
export const limitsOverridesSchema = limitsSchema.partial().superRefine((overrides, context) => {
  const limits = mergeLimits(LIMITS, overrides);
  const ordered = (section: string, low: [string, number], high: [string, number]) => {
    if (low[1] > high[1]) context.addIssue({ code: "custom", path: [section, low[0]], message: `${low[1]} is above ${section}.${high[0]} (${high[1]})` });
  };
  for (const section of ["resources", "regions", "accounts"] as const) {
    ordered(section, ["parallelStart", limits[section].parallelStart], ["parallelRequired", limits[section].parallelRequired]);
  }
  ordered("seconds", ["advise", limits.seconds.advise], ["block", limits.seconds.block]);
  ordered("dollars", ["default", limits.dollars.default], ["max", limits.dollars.max]);
});

export function mergeLimits(core: Limits, overrides: { readonly [Section in keyof Limits]?: Limits[Section] | undefined }): Limits {
  return { ...core, ...(Object.fromEntries(Object.entries(overrides).filter(([, section]) => section !== undefined)) as Partial<Limits>) };
}
