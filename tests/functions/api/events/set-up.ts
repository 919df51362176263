/** The events API over a journal that Record itself wrote. */
import type { S3Client } from "@aws-sdk/client-s3";
import { makeHandler as makeEvents } from "../../../../functions/api/events/api.ts";
import { dynamoJournalReader } from "../../../../functions/api/events/journal.ts";
import { s3Reports } from "../../../../functions/api/events/report.ts";
import { machineExecutions } from "../../../../functions/api/executions.ts";
import { dynamoStore } from "../../../../functions/api/store.ts";
import { dynamoJournal } from "../../../../functions/record/journal.ts";
import { makeHandler as makeRecord } from "../../../../functions/record/record.ts";
import { type EventDraft, eventKey, requestEvent } from "../../../../functions/shared/events.ts";
import { fakeTable } from "../../record/fake-table.ts";
import * as samples from "../../record/samples.ts";
import { fakeMachine, MACHINE, settings } from "../fakes.ts";

export { samples };
export const OWNER = "arn:aws:iam::111122223333:role/Analyst";

export interface Options {
  /** Objects of the report bucket. */
  readonly reports?: Record<string, string>;
  /** Objects of the artifact bucket. */
  readonly artifacts?: Record<string, string>;
  /** Runs whenever the API waits for events. */
  readonly whileWaiting?: (record: (visits: number) => Promise<void>) => Promise<void>;
}

export function eventsApi({ reports = {}, artifacts = {}, whileWaiting }: Options = {}) {
  const requests = fakeTable("requester", "requestId");
  const journal = fakeTable("pk", "sk");
  const machine = fakeMachine();
  const logged: unknown[] = [];
  const waits: number[] = [];
  const recordVisit = makeRecord({
    journal: dynamoJournal(journal.client, "journal"),
    settings,
    now: () => new Date("2026-11-22T10:00:00Z"),
    wait: async () => {},
    random: () => 0,
  });
  /** Records the first `visits` state visits of the sample request. */
  const record = async (visits: number = samples.VISITS.length) => {
    for (const visit of samples.VISITS.slice(0, visits)) await recordVisit({ requestId: samples.ID, ...visit });
  };
  /** Keeps these as the request's events, without Record. */
  const tell = (drafts: readonly EventDraft[]) =>
    drafts.forEach((draft, index) => {
      const seq = index + 1;
      const event = requestEvent.parse({ id: `e${seq}`, seq, timestamp: "2026-11-22T10:00:00.000Z", ...draft });
      const item = { pk: samples.ID, sk: eventKey(seq), event: JSON.stringify(event) };
      journal.items.set(JSON.stringify([item.pk, item.sk]), item);
    });
  const bucket = {
    send: async ({ input: { Key } }: { input: { Key: string } }) => {
      const text = reports[Key];
      if (text === undefined) throw Object.assign(new Error("no"), { name: "AccessDenied" });
      return { ContentLength: text.length, Body: { transformToString: async () => text } };
    },
  };
  const store = dynamoStore(requests.client, "requests");
  const handler = makeEvents({
    store,
    journal: dynamoJournalReader(journal.client, "journal"),
    executions: machineExecutions(machine.client, MACHINE),
    reports: s3Reports(bucket as unknown as S3Client, "reports", (line) => logged.push(line)),
    artifactFile: async (key) => {
      const text = artifacts[key];
      if (text === undefined) throw Object.assign(new Error("no"), { name: "AccessDenied" });
      return new TextEncoder().encode(text);
    },
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      await whileWaiting?.(record);
    },
    log: (line) => logged.push(line),
  });
  const own = (requestId = samples.ID, receivedAt = "2026-11-22T09:59:59.000Z", requester = OWNER) =>
    store.put({ requester, requestId, receivedAt, bodyHash: "h", text: `text of ${requestId}`, redactions: 2, input: "{}", expiresAt: 1 });
  return { handler, requests, journal, machine, logged, waits, record, tell, own };
}
