/** Query parameters. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import * as z from "zod";
import { ApiError } from "../errors.ts";

type Parameters = Pick<APIGatewayProxyEvent, "queryStringParameters">;

/** @throws ApiError invalid_field naming the parameter. */
export function integer(event: Parameters, name: string, range: { least: number; most: number; absent: number }): number {
  const text = event.queryStringParameters?.[name];
  if (text === undefined || text === null) return range.absent;
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.least && value <= range.most))
    throw new ApiError("invalid_field", `${name} must be a whole number from ${range.least} to ${range.most}.`, { field: name });
  return value;
}

const cursor = z.tuple([z.string().regex(/^req-[0-9a-f]{32}$/), z.iso.datetime()]);
export interface Cursor {
  readonly requestId: string;
  readonly receivedAt: string;
}

/** Holds no requester: a cursor of someone else's list is a place in one's own. */
export function encodeCursor({ requestId: id, receivedAt }: Cursor): string {
  return Buffer.from(JSON.stringify([id, receivedAt])).toString("base64url");
}

export function decodeCursor(event: Parameters): Cursor | undefined {
  const text = event.queryStringParameters?.next;
  if (text === undefined || text === null) return undefined;
  const parsed = z
    .string()
    .transform((json) => parseJson(json))
    .pipe(cursor)
    .safeParse(Buffer.from(text, "base64url").toString("utf8"));
  if (!parsed.success) throw new ApiError("invalid_field", "next is not a cursor this API gave out; leave it out to start with the newest.", { field: "next" });
  return { requestId: parsed.data[0], receivedAt: parsed.data[1] };
}

/** undefined for what is not JSON; the caller's schema refuses that. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
