/** The approval API: what waits for the caller, one of it with its plan, the decision on it, and the stop of a request. */
import { type ApiHandler, api } from "../routes.ts";
import { type DecideDependencies, decide } from "./decide.ts";
import { type ListDependencies, list } from "./list.ts";
import { type ShowDependencies, show } from "./show.ts";
import { type StopDependencies, stop } from "./stop.ts";

export type ApprovalApiDependencies = DecideDependencies & ListDependencies & ShowDependencies & StopDependencies;

export function makeHandler(dependencies: ApprovalApiDependencies): ApiHandler {
  return api(
    [
      { method: "GET", path: "/approvals", handler: list(dependencies) },
      { method: "GET", path: "/requests/{id}/approval", handler: show(dependencies) },
      { method: "POST", path: "/requests/{id}/approval", handler: decide(dependencies) },
      { method: "POST", path: "/requests/{id}/stop", handler: stop(dependencies) },
    ],
    dependencies.log,
  );
}
