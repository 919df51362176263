/** The planner's request and evidence as they stand in its prompt; only what these rules use, unknown fields ignored. */
import { z } from "zod";
import { elementIn } from "./elements.ts";
import { expand } from "./expand.ts";

const target = z.object({ account: z.string(), name: z.string(), environment: z.string(), regions: z.array(z.string()) });
export type Target = z.infer<typeof target>;

const request = z.object({ request: z.string(), targets: z.array(target), round: z.number().int().positive().default(1) });
export type PlannerRequest = z.infer<typeof request>;

const compactTable = z.object({
  evidenceId: z.string(),
  service: z.string(),
  operation: z.string(),
  entity: z.string().default("row"),
  account: z.string(),
  region: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
  total: z.number().optional(),
  shown: z.number().optional(),
  truncated: z.boolean().default(false),
  same: z.record(z.string(), z.unknown()).optional(),
  spread: z.array(z.string()).optional(),
  endOfArn: z.array(z.string()).optional(),
});
const table = compactTable.transform(({ same, spread, endOfArn, ...head }) => ({ ...head, ...expand({ ...head, same, spread, endOfArn }) }));
export type Table = z.infer<typeof table>;
export const tablesSchema = z.object({ tables: z.array(table) });

const failure = z.object({
  operation: z.string(),
  account: z.string(),
  region: z.string(),
  errorCode: z.string(),
  message: z.string().default(""),
  role: z.string().default(""),
  count: z.number().default(1),
});
export type Failure = z.infer<typeof failure> & { readonly service: string };

const evidence = z.object({
  rounds: z.array(
    z.object({
      results: z.array(
        z.object({ service: z.string(), note: z.string().optional(), tables: z.array(table).default([]), failures: z.array(failure).default([]) }),
      ),
      refused: z.array(z.object({ service: z.string().default(""), reason: z.string().default("") })).default([]),
    }),
  ),
});

export interface Evidence {
  readonly tables: readonly Table[];
  readonly failures: readonly Failure[];
  readonly refused: readonly { readonly service: string; readonly reason: string }[];
}

export function readRequest(text: string): PlannerRequest | undefined {
  return request.safeParse(elementIn(text, "request")).data;
}

/** All rounds together; empty before the first. */
export function readEvidence(text: string): Evidence {
  const rounds = evidence.safeParse(elementIn(text, "evidence")).data?.rounds ?? [];
  const results = rounds.flatMap((round) => round.results);
  return {
    tables: results.flatMap((result) => result.tables),
    failures: results.flatMap((result) => result.failures.map((one) => ({ ...one, service: result.service }))),
    refused: rounds.flatMap((round) => round.refused),
  };
}

/** The operation that a crashed worker's failure names. */
const WHOLE_WORKER = "worker";

/** Whether a read was already asked for: it has a table, failed, or its service's worker or task did. */
export function wasAsked({ tables, failures, refused }: Evidence, service: string, operation: string): boolean {
  return (
    tables.some((one) => one.service === service && one.operation === operation) ||
    failures.some((one) => one.service === service && (one.operation === operation || one.operation === WHOLE_WORKER)) ||
    refused.some((one) => one.service === service)
  );
}
