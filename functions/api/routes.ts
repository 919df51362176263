/** The router of the API functions: an unknown path is 404, a known one with another method 405. */
import middy, { type MiddyfiedHandler } from "@middy/core";
import httpRouter from "@middy/http-router";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { ApiError, errorEnvelope, type Log } from "./errors.ts";

export type Answer = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
export type ApiHandler = MiddyfiedHandler<APIGatewayProxyEvent, APIGatewayProxyResult>;

/** Every path of the API and its methods, over all functions. */
export const METHODS = {
  "/ping": ["GET"],
  "/catalog": ["GET"],
  "/requests": ["GET", "POST"],
  "/requests/{id}": ["GET"],
  "/requests/{id}/events": ["GET"],
  "/requests/{id}/artifact": ["GET"],
  "/requests/{id}/approval": ["GET", "POST"],
  "/requests/{id}/stop": ["POST"],
  "/requests/{id}/rollback": ["POST"],
  "/approvals": ["GET"],
  "/halt": ["GET", "POST", "DELETE"],
} as const;
export type Path = keyof typeof METHODS;

export interface ApiRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: Path;
  readonly handler: Answer;
}

export function api(routes: readonly ApiRoute[], log: Log): ApiHandler {
  const router = httpRouter<APIGatewayProxyEvent, APIGatewayProxyResult>({ routes: [...routes], notFoundResponse });
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(router).use(errorEnvelope(log));
}

function notFoundResponse({ method, path }: { method: string; path: string }): never {
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  for (const [known, methods] of Object.entries(METHODS)) {
    if (!new RegExp(`^${known.replaceAll("{id}", "[^/]+")}$`).test(plain)) continue;
    if ((methods as readonly string[]).includes(method))
      throw new Error(`${method} ${known} belongs to another API function: the entrance stack in infra/ routes it to the wrong one`);
    throw new ApiError("method_not_allowed", `${method} is not possible here; use ${methods.join(" or ")}.`, { headers: { Allow: methods.join(", ") } });
  }
  throw new ApiError("not_found", `There is no such path. There are ${Object.keys(METHODS).join(", ")}.`);
}
