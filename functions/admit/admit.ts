/** Admit: text, budget, accounts and regions against the settings; announces before anything is called (C04, C05, A12). */
import { SERVICES } from "../../config/catalog/services.ts";
import { discoveryRole, discoveryWorker } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { type Admission, BOUNDS, type Exclusion, type RequestDocument, requestDocument } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";
import { redact } from "../shared/secrets.ts";
import { boundedExclusions, clipped, tooLarge } from "./bounded.ts";
import { resolveScope } from "./scope.ts";

/** UTF-8 bytes of an id or ARN (an ARN has at most 2,048) and of the text in a refusal, where nothing has been checked. */
const MOST_NAME = 2_100;
const REFUSED_TEXT = 12 * 1024;

export interface AdmitDependencies {
  readonly settings: Settings;
  readonly now: () => Date;
}

export function makeHandler({ settings, now }: AdmitDependencies): (event: unknown) => Promise<Admission> {
  return async function admit(event) {
    const parsed = requestDocument.safeParse(event);
    if (!parsed.success)
      return refused(
        event,
        settings,
        now,
        parsed.error.issues.map((issue) => ({ code: "malformed_request", subject: issue.path.join(".") || "request", message: issue.message })),
      );
    const request = parsed.data;
    const { text, redactions } = await redact(request.text);
    const exclusions = [
      ...textProblems(request.text, text, settings),
      ...sizeProblems(request),
      ...budgetProblems(request.budgetUsd, settings),
      ...emptyLists(request),
    ];
    if (exclusions.length > 0) return refused(request, settings, now, exclusions, text.slice(0, settings.limits.text.maxCharacters), redactions);

    const scope = resolveScope(request, settings.accounts);
    if (scope.targets.length === 0) return refused(request, settings, now, scope.exclusions, text, redactions);

    const { deployment } = settings;
    const admission: Admission = {
      outcome: "admitted",
      requestId: request.requestId,
      requester: request.requester,
      text,
      redactions,
      targets: scope.targets,
      regionsNarrowed: scope.regionsNarrowed,
      exclusions: boundedExclusions(scope.exclusions),
      announcement: {
        operationType: request.undoOf === undefined ? "read-only discovery" : "undo of a change",
        roles: SERVICES.map((service) => discoveryRole(deployment, service)),
        accounts: scope.targets,
      },
      resolutions: scope.targets.flatMap(({ account }) =>
        SERVICES.map((service) => ({
          account,
          worker: discoveryWorker(service),
          scopedRole: discoveryRole(deployment, service),
          exists: "unverified" as const,
          using: "nothing yet",
        })),
      ),
      budget: { usd: request.budgetUsd ?? settings.limits.dollars.default, rounds: settings.limits.rounds.orchestrator },
      admittedAt: now().toISOString(),
    };
    const problem = tooLarge(admission);
    return problem ? refused(request, settings, now, [problem, ...scope.exclusions], text, redactions) : admission;
  };
}

/** @param redacted the same text as it travels on: a mark can be longer than the secret it stands for. */
function textProblems(text: string, redacted: string, { limits }: Settings): Exclusion[] {
  if (text.trim() === "")
    return [{ code: "text_empty", subject: "text", message: "The request has no text. Say what you want to know, for example: which buckets are public?" }];
  if (text.length > limits.text.maxCharacters)
    return [
      {
        code: "text_too_long",
        subject: "text",
        message: `The text has ${text.length} characters; at most ${limits.text.maxCharacters} are read. Shorten it or ask in parts.`,
      },
    ];
  const bytes = Math.max(jsonBytes(text), jsonBytes(redacted));
  if (bytes <= BOUNDS.text) return [];
  return [{ code: "text_too_long", subject: "text", message: `The text has ${bytes} bytes; at most ${BOUNDS.text} are carried. Shorten it or ask in parts.` }];
}

function sizeProblems(request: RequestDocument): Exclusion[] {
  // The text has a bound of its own.
  const bytes = jsonBytes({ ...request, text: "" });
  const most = BOUNDS.request - BOUNDS.text;
  if (bytes <= most) return [];
  const message = `The request has ${bytes} bytes beside its text; at most ${most} are carried. Name fewer accounts and regions.`;
  return [{ code: "request_too_large", subject: "request", message }];
}

function budgetProblems(budgetUsd: number | undefined, { limits }: Settings): Exclusion[] {
  if (budgetUsd === undefined || budgetUsd <= limits.dollars.max) return [];
  return [
    {
      code: "budget_out_of_range",
      subject: "budgetUsd",
      message: `budgetUsd is ${budgetUsd}; at most ${limits.dollars.max} US dollars are allowed for one request.`,
    },
  ];
}

/** An empty list is no narrowing at all, and must not be read as "all" (law 5). */
function emptyLists(request: RequestDocument): Exclusion[] {
  return (["accounts", "regions"] as const)
    .filter((field) => request[field]?.length === 0)
    .map((field) => ({ code: "malformed_request", subject: field, message: `${field} is an empty list. Name at least one, or leave ${field} out.` }));
}

function refused(event: unknown, settings: Settings, now: () => Date, exclusions: Exclusion[], text = "", redactions = 0): Admission {
  const { requestId, requester } = (typeof event === "object" && event !== null ? event : {}) as { requestId?: unknown; requester?: unknown };
  return {
    outcome: "refused",
    requestId: typeof requestId === "string" ? clipped(requestId, MOST_NAME) : "unknown",
    requester: typeof requester === "string" ? clipped(requester, MOST_NAME) : "unknown",
    text: clipped(text, REFUSED_TEXT),
    redactions,
    targets: [],
    regionsNarrowed: false,
    exclusions: boundedExclusions(exclusions),
    announcement: null,
    resolutions: [],
    budget: { usd: settings.limits.dollars.default, rounds: settings.limits.rounds.orchestrator },
    admittedAt: now().toISOString(),
  };
}
