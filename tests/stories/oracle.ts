/** Small readers that oracles share. */
import { sorted } from "./local.ts";
import type { Told } from "./tell.ts";

/** What a promise gives, or undefined for the one error that is an answer. */
export async function unless<T>(name: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  }
}

/** Every ARN that the findings name, sorted, once each. */
export function arnsFound(report: Told["report"]): string[] {
  return sorted(report.findings.flatMap(({ resources }) => resources.map(({ arn }) => arn)));
}
