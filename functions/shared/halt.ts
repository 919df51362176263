/** The halt switch (law 10): an SSM parameter of JSON, and one item for each stopped request. */
import * as z from "zod";

export const haltSwitch = z.discriminatedUnion("halted", [
  z.strictObject({ halted: z.literal(false) }),
  z.strictObject({ halted: z.literal(true), by: z.string(), at: z.iso.datetime(), reason: z.string().max(500) }),
]);
export type HaltSwitch = z.infer<typeof haltSwitch>;

export const NOT_HALTED: HaltSwitch = { halted: false };

/** Closed (law 9): a parameter that is missing or not of this form halts. */
export function parseHalt(text: string | undefined): HaltSwitch {
  try {
    return haltSwitch.parse(JSON.parse(text ?? ""));
  } catch {
    return { halted: true, by: "nobody", at: new Date(0).toISOString(), reason: "The halt parameter is missing or unreadable, and so counts as set." };
  }
}

/** Stops table, key `requestId`. */
export const stopItem = z.object({ requestId: z.string(), by: z.string(), at: z.string(), reason: z.string(), expiresAt: z.number() });
export type StopItem = z.infer<typeof stopItem>;
