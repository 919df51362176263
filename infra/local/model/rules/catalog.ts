/** What the planner's tools say can be read and changed: their schemas' names and their descriptions' lines. Nothing else is known of the catalog. */
import { z } from "zod";
import type { Tool } from "./../messages.ts";

export interface Read {
  readonly service: string;
  readonly operation: string;
  /** Its line of the description: what its rows hold. */
  readonly text: string;
}

const offered = z.object({
  properties: z.object({
    tasks: z.object({
      items: z.object({
        properties: z.object({
          service: z.object({ enum: z.array(z.string()) }),
          reads: z.object({ items: z.object({ properties: z.object({ operation: z.object({ enum: z.array(z.string()) }) }) }) }),
        }),
      }),
    }),
  }),
});

/** Lines "service (scope): about", each followed by "- Operation(inputs): summary"; only what the schema allows too. */
export function readsOffered(tool: Tool): Read[] {
  const names = offered.safeParse(tool.input_schema).data?.properties.tasks.items.properties;
  const operations = names?.reads.items.properties.operation.enum;
  let service: string | undefined;
  return (tool.description ?? "").split("\n").flatMap((line): Read[] => {
    const heading = /^(\w[\w-]*) \([\w -]+\):/.exec(line)?.[1];
    if (heading !== undefined) service = heading;
    const operation = /^- (\w+)\(/.exec(line)?.[1];
    if (service === undefined || operation === undefined) return [];
    const allowed = (names?.service.enum.includes(service) ?? true) && (operations?.includes(operation) ?? true);
    return allowed ? [{ service, operation, text: line }] : [];
  });
}

/** "service.operation" of each line "- service.Operation(inputs): …" of the tool that proposes. */
export function writesOffered(tool: Tool): Set<string> {
  return new Set((tool.description ?? "").split("\n").flatMap((line) => /^- (\w+\.\w+)\(/.exec(line)?.[1] ?? []));
}
