import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect, it } from "vitest";
import { CATALOG } from "../../config/catalog/index.ts";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { type Credentials, callApi } from "../../infra/local/signed.ts";
import { HUB, SANDBOX } from "./accounts.ts";
import { main, plans, root, script } from "./local.ts";
import { hubUser } from "./people.ts";
import { ended, eventsOf, tell } from "./tell.ts";

const DECLINES = plans("decline", { reason: "Not about the accounts." });
const QUESTION = { text: "Sing me a song.", accounts: [SANDBOX] };

describe("a request that is sent twice", () => {
  it("with the same key and body is the same request and one execution, even at the same moment", async () => {
    await script([DECLINES]);
    const key = crypto.randomUUID();
    const both = await Promise.all([post(QUESTION, key), post(QUESTION, key)]);
    const again = await post({ accounts: QUESTION.accounts, text: QUESTION.text }, key);
    expect([...both, again].map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set([...both, again].map(({ body }) => idOf(body)));
    expect(ids.size).toBe(1);
    const [id = ""] = ids;
    await ended(id);
    const { executions = [] } = await new SFNClient(root(HUB)).send(new ListExecutionsCommand({ stateMachineArn: main.names.machineArn, maxResults: 1000 }));
    expect(executions.filter(({ name }) => name === id)).toHaveLength(1);
  });

  it("with the same key and another body is refused, and with another key is another request", async () => {
    await script([DECLINES]);
    const key = crypto.randomUUID();
    const first = await post(QUESTION, key);
    const other = await post({ ...QUESTION, text: "Sing me another." }, key);
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ error: { code: "idempotency_conflict", field: "Idempotency-Key" } });
    const next = await post(QUESTION, crypto.randomUUID());
    expect(next.status).toBe(202);
    expect(idOf(next.body)).not.toBe(idOf(first.body));
    await Promise.all([first, next].map(({ body }) => ended(idOf(body))));
  });
});

describe("another person's request", () => {
  let other: Credentials;
  beforeAll(async () => {
    other = await hubUser("second-person");
  });

  it.each(["", "/events"])("is not there, exactly as one that does not exist (%s)", async (rest) => {
    await script([DECLINES]);
    const { view } = await tell(QUESTION.text, { accounts: QUESTION.accounts });
    const path = `/requests/${view.id}${rest}`;
    const theirs = await callApi({ ...main.api, credentials: other }, { method: "GET", path });
    const nobodys = await callApi({ ...main.api, credentials: other }, { method: "GET", path: `/requests/req-${"0".repeat(32)}${rest}` });
    expect(theirs.status).toBe(404);
    expect(theirs.body).toEqual(nobodys.body);
    expect((await callApi(main.api, { method: "GET", path })).status).toBe(200);
  });

  it("is not in their list, and their own is", async () => {
    await script([DECLINES]);
    const mine = await tell(QUESTION.text, { accounts: QUESTION.accounts });
    const theirs = await tell(QUESTION.text, { accounts: QUESTION.accounts, credentials: other });
    const list = async (api: typeof main.api) => JSON.stringify((await callApi(api, { method: "GET", path: "/requests?limit=100" })).body);
    const [ofMe, ofThem] = [await list(main.api), await list({ ...main.api, credentials: other })];
    expect([ofMe.includes(mine.view.id), ofMe.includes(theirs.view.id)]).toEqual([true, false]);
    expect([ofThem.includes(mine.view.id), ofThem.includes(theirs.view.id)]).toEqual([false, true]);
    expect(theirs.view.requester).toBe(`arn:aws:iam::${HUB}:user/second-person`);
  });
});

describe("events", () => {
  it("come without a gap however they are paged, and end with the only execution_complete", async () => {
    const { view, events } = await tell("Which buckets are public?", { accounts: [SANDBOX] });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === "execution_complete")).toEqual([events.at(-1)]);
    expect(await eventsOf(view.id, main, 3)).toEqual(events);
    const types = new Set(events.map(({ type }) => type));
    for (const type of ["session_info", "todo_update", "sub_agent_spawn", "sub_agent_event", "sub_agent_complete", "message"]) expect(types).toContain(type);
  });
});

describe("what needs no request", () => {
  it("GET /ping says that the server lives", async () => {
    expect(await callApi(main.api, { method: "GET", path: "/ping" })).toMatchObject({ status: 200, body: { status: "Healthy" } });
  });

  it("GET /catalog lists every service with exactly its reads, and every change that may be asked for, and no other", async () => {
    const { status, body } = await callApi(main.api, { method: "GET", path: "/catalog" });
    expect(status).toBe(200);
    const { services, changes } = body as {
      services: { service: string; reads: { operation: string }[] }[];
      changes: { service: string; operation: string }[];
    };
    const writes = MUTABLE_SERVICES.flatMap((service) =>
      Object.entries(CATALOG[service].writes ?? {}).map(([operation, write]) => ({ service, operation, write })),
    );
    const named = (list: typeof changes) => list.map(({ service, operation }) => `${service}.${operation}`);
    expect(named(changes)).toEqual(named(writes.filter(({ write }) => !write.inverseOnly)));
    expect(named(changes)).not.toContain("s3.DeletePublicAccessBlock");
    expect(services.map(({ service, reads }) => [service, reads.map(({ operation }) => operation)])).toEqual(
      SERVICES.map((service) => [service, Object.keys(CATALOG[service].reads)]),
    );
  });
});

function post(body: object, key: string) {
  return callApi(main.api, { method: "POST", path: "/requests", body: JSON.stringify(body), headers: { "idempotency-key": key } });
}

function idOf(body: unknown): string {
  return (body as { id: string }).id;
}
