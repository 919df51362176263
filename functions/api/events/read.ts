/** GET /requests and GET /requests/{id}. */
import pLimit from "p-limit";
import { notFound } from "../errors.ts";
import type { ExecutionStatus, Executions } from "../executions.ts";
import { header, json, links, text } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import type { RequestStore } from "../store.ts";
import { type JournalReader, wholeJournal } from "./journal.ts";
import { decodeCursor, encodeCursor, integer } from "./parameters.ts";
import { type Reports, type Served, withinAnswer } from "./report.ts";
import { viewOf } from "./view.ts";

export interface ReadDependencies {
  readonly store: RequestStore;
  readonly journal: JournalReader;
  readonly executions: Executions;
  readonly reports: Reports;
}

/** An execution that ended although its journal did not: what happened and what to do. */
const ENDED: Readonly<Partial<Record<ExecutionStatus, { code: string; notice: string }>>> = {
  failed: {
    code: "execution_failed",
    notice:
      "The request failed before its report was written. Send it again with a new Idempotency-Key; if it fails again, an administrator finds the cause in the execution of this id.",
  },
  timed_out: {
    code: "execution_timed_out",
    notice: "The request ran out of time before its report was written. Send it again with a new Idempotency-Key, for fewer accounts, regions or services.",
  },
  aborted: { code: "execution_stopped", notice: "An administrator stopped the request. What had been recorded until then is shown." },
  succeeded: {
    code: "journal_incomplete",
    notice: "The request ended, but its last events were not recorded. An administrator finds them in the execution of this id.",
  },
};

/** Journals looked at together for a list. */
const AT_ONCE = 10;

export function listRequests({ store, journal, executions }: ReadDependencies): Answer {
  return async (event) => {
    const requester = requesterOf(event);
    const limit = integer(event, "limit", { least: 1, most: 100, absent: 20 });
    const { requests, next } = await store.list(requester, limit, decodeCursor(event));
    const limited = pLimit(AT_ONCE);
    const states = await Promise.all(requests.map(({ requestId: id }) => limited(() => stateOf(id, journal, executions))));
    return json(200, {
      requests: requests.map(({ requestId: id, text, receivedAt }, index) => ({ id, text, receivedAt, state: states[index], links: links(id) })),
      next: next ? encodeCursor(next) : null,
    });
  };
}

/** The last event's status; without one, whether the execution still runs. */
async function stateOf(id: string, journal: JournalReader, executions: Executions): Promise<string> {
  const head = await journal.head(id);
  const [last] = head?.complete ? await journal.events(id, head.seq - 1, 1) : [];
  if (last?.type === "execution_complete") return last.payload.status;
  return ENDED[await executions.status(id)] ? "failed" : "running";
}

export function getRequest({ store, journal, executions, reports }: ReadDependencies): Answer {
  return async (event) => {
    const requester = requesterOf(event);
    const id = requestId(event);
    const request = await store.get(requester, id);
    if (!request) throw notFound();

    let view = viewOf(await wholeJournal(journal, id));
    const ended = view.state === "running" ? ENDED[await executions.status(id)] : undefined;
    // The journal is written before the execution ends: what was missing a moment ago may be there now.
    if (ended) view = viewOf(await wholeJournal(journal, id));
    const { reportKey, markdownKey, ...shown } = view;
    const answer = (served: Served<unknown>) =>
      json(200, {
        id,
        text: request.text,
        requester,
        receivedAt: request.receivedAt,
        ...shown,
        ...(ended && view.state === "running" ? { state: "failed", ...ended } : {}),
        redactions: request.redactions + view.redactions,
        ...served,
        links: links(id),
      });
    if (markdownKey && header(event, "accept")?.toLowerCase().includes("text/markdown")) {
      const { report } = await reports.markdown(markdownKey);
      if (report !== null) return withinAnswer(text(200, "text/markdown; charset=utf-8", report), markdownKey, answer);
    }
    return reportKey ? withinAnswer(answer(await reports.json(reportKey)), reportKey, answer) : answer({ report: null });
  };
}
