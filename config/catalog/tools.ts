/** From the whole catalog to what the planner and people are shown of it. */
import { CATALOG } from "./index.ts";
import { columnsOf, notes } from "./read-tools.ts";
import { SERVICES, type ServiceName } from "./services.ts";

export interface CatalogIndexEntry {
  readonly service: ServiceName;
  readonly about: string;
  readonly scope: "regional" | "global";
  readonly reads: readonly {
    readonly operation: string;
    readonly entity: string;
    readonly summary: string;
    /** Names of its input fields. */
    readonly input: string[];
    readonly columns: string[];
    /** The read over whose items this one runs when it is called without its resource. */
    readonly each?: string;
  }[];
}

export function catalogIndex(): CatalogIndexEntry[] {
  return SERVICES.map((service) => {
    const { about, scope, reads } = CATALOG[service];
    return {
      service,
      about,
      scope,
      reads: Object.entries(reads).map(([operation, read]) => ({
        operation,
        entity: read.entity,
        summary: read.summary,
        input: Object.keys(read.input.shape),
        columns: columnsOf(read),
        ...(read.each ? { each: read.each.list } : {}),
      })),
    };
  });
}

/** The same as compact lines, for the planner's tool: what can be read, what to give, what comes back. */
export function catalogText(): string {
  return SERVICES.map((service) => {
    const { about, scope, reads } = CATALOG[service];
    const lines = Object.entries(reads).map(
      ([operation, read]) =>
        `- ${operation}(${Object.keys(read.input.shape).join(", ")}): ${[read.summary, ...notes(read)].join(" ")} Columns: ${columnsOf(read).join(", ")}`,
    );
    return [`${service} (${scope}): ${about}`, ...lines].join("\n");
  }).join("\n");
}
