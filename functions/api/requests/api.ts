/** The request API: POST /requests, POST /requests/{id}/rollback, GET /catalog, GET /ping. */
import type { Log } from "../errors.ts";
import { json } from "../http.ts";
import { type ApiHandler, api } from "../routes.ts";
import { type RollbackDependencies, rollback } from "./rollback.ts";
import { submit } from "./submit.ts";

export interface Catalog {
  /** What can be read: services, reads, columns, inputs. */
  readonly services: readonly unknown[];
  /** What can be changed: operations a request may ask for, with class and reversibility. */
  readonly changes: readonly unknown[];
}

export interface RequestApiDependencies extends RollbackDependencies {
  readonly catalog: () => Catalog | Promise<Catalog>;
  readonly version: string;
  readonly log: Log;
}

export function makeHandler(dependencies: RequestApiDependencies): ApiHandler {
  const { catalog, version, log } = dependencies;
  return api(
    [
      { method: "POST", path: "/requests", handler: submit(dependencies) },
      { method: "POST", path: "/requests/{id}/rollback", handler: rollback(dependencies) },
      { method: "GET", path: "/catalog", handler: async () => json(200, { ...(await catalog()) }) },
      { method: "GET", path: "/ping", handler: async () => json(200, { status: "Healthy", version }) },
    ],
    log,
  );
}
