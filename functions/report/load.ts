/** Brings the uncut tables back from the evidence bucket; what can't be read is said, never fatal. */
import pLimit from "p-limit";
import * as z from "zod";

import { type ResultTable, resultTable, type WorkerResult } from "../shared/contracts.ts";

const projection = z.strictObject({ tables: z.array(resultTable) });

/** Reads a text object of the evidence bucket. */
export type GetObject = (key: string) => Promise<string>;

export interface Uncheckable {
  readonly key: string;
  readonly message: string;
}

export interface Loaded {
  readonly tables: readonly ResultTable[];
  readonly uncheckable: readonly Uncheckable[];
}

/** GetObject calls at once: an object is at most some megabytes, and the function has little memory. */
const CONCURRENCY = 6;

/** Where a projection is missing, the tables that travelled stand in, cut as they may be. */
export async function loadTables(results: readonly WorkerResult[], getObject: GetObject): Promise<Loaded> {
  const limit = pLimit(CONCURRENCY);
  const loaded = await Promise.all(results.map((result) => limit(() => loadOne(result, getObject))));
  return { tables: loaded.flatMap(({ tables }) => tables), uncheckable: loaded.flatMap(({ uncheckable }) => uncheckable) };
}

async function loadOne({ projectionKey, tables }: WorkerResult, getObject: GetObject): Promise<Loaded> {
  if (projectionKey === null) return { tables, uncheckable: [] };
  const failed = (reason: string): Loaded => ({
    tables,
    uncheckable: [
      {
        key: projectionKey,
        message: `Evidence ${projectionKey} could not be read (${reason}): what rests on its cut rows could not be checked, and is marked. Look whether the object exists and the report role may read it.`,
      },
    ],
  });
  try {
    const parsed = projection.safeParse(JSON.parse(await getObject(projectionKey)));
    if (parsed.success) return { tables: parsed.data.tables, uncheckable: [] };
    return failed(`it is no projection: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}`);
  } catch (error) {
    return failed(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}
