/** From the catalog to what models and people are shown of it: tools, columns, index. */
import type { Tool } from "@anthropic-ai/sdk/resources/messages";
import * as z from "zod";
import { maskPaths, type ReadDefinition } from "./define.ts";
import { CATALOG } from "./index.ts";
import { SERVICES, type ServiceName } from "./services.ts";

/** The columns of a read's table, in order. */
export function columnsOf(read: ReadDefinition): string[] {
  return [
    ...(read.arn === undefined ? [] : ["Arn"]),
    ...Object.keys(read.each?.bind ?? {}),
    ...(read.absent?.length ? ["Absent"] : []),
    ...maskPaths(read.project),
  ];
}

/** One tool for each read of a service, named as the operation; its schema is closed. */
export function workerTools(service: ServiceName): Tool[] {
  return Object.entries(CATALOG[service].reads).map(([operation, read]) => ({
    name: operation,
    description: [read.summary, ...notes(read), `Columns: ${columnsOf(read).join(", ")}.`].join(" "),
    input_schema: inputSchema(read),
  }));
}

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

function notes({ each }: ReadDefinition): string[] {
  return each ? [`Without ${Object.keys(each.bind).join(" and ")}: for everything ${each.list} lists.`] : [];
}

function inputSchema({ input }: ReadDefinition): Tool.InputSchema {
  const { $schema, ...schema } = z.toJSONSchema(input, {
    io: "input",
    // The format says what the long pattern says, in two tokens.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
  return { ...schema, type: "object" };
}
