/** The events API: reads of requests and their journals. */
import type { Log } from "../errors.ts";
import { type ApiHandler, api } from "../routes.ts";
import { type ArtifactDependencies, getArtifact } from "./artifact.ts";
import { type FollowDependencies, followRequest } from "./follow.ts";
import { getRequest, listRequests, type ReadDependencies } from "./read.ts";

export interface EventsApiDependencies extends ReadDependencies, FollowDependencies, ArtifactDependencies {
  readonly log: Log;
}

export function makeHandler(dependencies: EventsApiDependencies): ApiHandler {
  return api(
    [
      { method: "GET", path: "/requests", handler: listRequests(dependencies) },
      { method: "GET", path: "/requests/{id}", handler: getRequest(dependencies) },
      { method: "GET", path: "/requests/{id}/events", handler: followRequest(dependencies) },
      { method: "GET", path: "/requests/{id}/artifact", handler: getArtifact(dependencies) },
    ],
    dependencies.log,
  );
}
