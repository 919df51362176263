/** The id in the path. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { REQUEST_ID } from "../shared/contracts.ts";
import { notFound } from "./errors.ts";

/** @throws ApiError not_found for what cannot be an id, as for an id that does not exist. */
export function requestId(event: Pick<APIGatewayProxyEvent, "pathParameters">): string {
  const id = event.pathParameters?.id ?? "";
  if (!REQUEST_ID.test(id)) throw notFound();
  return id;
}
