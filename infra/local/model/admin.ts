/** What tests and the local CLI ask of this server: health, calls, scripts. Paths under /_model. */
import type { CallLog } from "./calls.ts";
import { type HttpReply, type HttpRequest, jsonReply } from "./http.ts";
import { scriptSchema } from "./script/schema.ts";
import type { ScriptStore } from "./script/store.ts";

export interface AdminDependencies {
  readonly mode: string;
  readonly scripts: ScriptStore;
  readonly calls: CallLog;
}

type Route = (request: HttpRequest, dependencies: AdminDependencies) => HttpReply;

const ROUTES: Readonly<Record<string, Route>> = {
  "GET /_model/health": (_, { mode }) => jsonReply(200, { status: "ok", mode }),
  "GET /_model/calls": ({ query }, { calls }) => {
    const since = query.get("since");
    if (since !== null && Number.isNaN(Date.parse(since)))
      return problem(400, `since=${since} is not a time; give it as ISO 8601, such as 2026-01-31T12:00:00Z.`);
    return jsonReply(200, { calls: calls.list(since === null ? undefined : new Date(since)) });
  },
  "DELETE /_model/calls": (_, { calls }) => {
    calls.clear();
    return jsonReply(200, { calls: [] });
  },
  "GET /_model/script": (_, { scripts }) => {
    const entries = scripts.entries();
    return jsonReply(200, { entries, unused: entries.filter(({ used }) => used === 0).length });
  },
  "POST /_model/script": ({ body }, { scripts }) => {
    const parsed = scriptSchema.safeParse(jsonOf(body));
    if (!parsed.success)
      return problem(
        400,
        `The script was not loaded: ${parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "(top)"}: ${issue.message}`).join("; ")}`,
      );
    scripts.add(parsed.data);
    return jsonReply(200, { loaded: parsed.data.length });
  },
  "DELETE /_model/script": (_, { scripts }) => {
    scripts.clear();
    return jsonReply(200, { entries: [], unused: 0 });
  },
};

export function answerAdmin(request: HttpRequest, dependencies: AdminDependencies): HttpReply {
  const name = `${request.method} ${request.path}`;
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  return route ? route(request, dependencies) : problem(404, `There is no ${name}; there are: ${Object.keys(ROUTES).join(", ")}.`);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function problem(status: number, message: string): HttpReply {
  return jsonReply(status, { message });
}
