/** Small pieces of HTTP over API Gateway's proxy event. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";

const ALWAYS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

export function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyResult {
  return { statusCode, headers: { ...ALWAYS, "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export function text(statusCode: number, type: string, body: string): APIGatewayProxyResult {
  return { statusCode, headers: { ...ALWAYS, "Content-Type": type }, body };
}

/** A header by its name in any case. */
export function header(event: Pick<APIGatewayProxyEvent, "headers">, name: string): string | undefined {
  const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

/** Paths below the API's root, as a client appends them to the API's URL. */
export function links(id: string): { self: string; events: string } {
  return { self: `/requests/${id}`, events: `/requests/${id}/events` };
}
