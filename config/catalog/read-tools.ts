/** From one service's catalog to its columns and its model tools. Knows no other service, so that a worker carries only its own. */
import type { Tool } from "@anthropic-ai/sdk/resources/messages";
import * as z from "zod";
import { columnsOf } from "./columns.ts";
import type { ReadDefinition, ServiceDefinition } from "./define.ts";

export { columnsOf } from "./columns.ts";

/** One tool for each read of a service, named as the operation; its schema is closed. */
export function readTools({ reads }: ServiceDefinition): Tool[] {
  return Object.entries(reads).map(([operation, read]) => ({
    name: operation,
    description: [read.summary, ...notes(read), `Columns: ${columnsOf(read).join(", ")}.`].join(" "),
    input_schema: inputSchema(read),
  }));
}

/** What a read called without its resource does. */
export function notes({ each }: ReadDefinition): string[] {
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
