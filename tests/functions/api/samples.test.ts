import { readdirSync, readFileSync } from "node:fs";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../../functions/shared/events.ts";
import { approvalApi } from "./approval/set-up.ts";
import { ARTIFACT_EVENTS, ARTIFACT_FILES } from "./events/change-events.ts";
import { eventsApi } from "./events/set-up.ts";
import { ended, requestsApi } from "./fakes.ts";
import { haltApi } from "./halt/set-up.ts";

const folder = new URL("../../../events/", import.meta.url);
const samplesOf = (name: string) => readdirSync(folder).filter((file) => file.startsWith(`${name}.`) && file.endsWith(".json"));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

describe("the sample inputs in events/", () => {
  it.each(samplesOf("api-requests"))("%s", async (file) => {
    const event: APIGatewayProxyEvent = read(file);
    const { handler, table, machine } = requestsApi();
    await ended(table, machine);
    const result: APIGatewayProxyResult = await handler(event, {} as Context);
    expect(result.statusCode).toBe(event.httpMethod === "POST" ? 202 : 200);
  });

  it.each(samplesOf("api-events"))("%s", async (file) => {
    const { handler, own, record, tell } = eventsApi({ artifacts: ARTIFACT_FILES });
    await own();
    await (file.includes("artifact") ? tell(ARTIFACT_EVENTS) : record());
    const result: APIGatewayProxyResult = await handler(read(file), {} as Context);
    expect(result.statusCode).toBe(200);
    expect(result.body.length).toBeGreaterThan(50);
  });
});

describe("the sample inputs of the approval and halt APIs", () => {
  it.each(samplesOf("api-approval"))("%s", async (file) => {
    const { handler, wait } = approvalApi();
    await wait();
    const result: APIGatewayProxyResult = await handler(read(file), {} as Context);
    expect(result.statusCode).toBe(file.includes("stop") ? 202 : 200);
  });

  it.each(samplesOf("api-halt"))("%s", async (file) => {
    const { handler } = haltApi();
    const result: APIGatewayProxyResult = await handler(read(file), {} as Context);
    expect(result.statusCode).toBe(200);
  });
});

describe("the event types", () => {
  it("are the twelve of governance A17 and A18", () => {
    expect([...EVENT_TYPES].sort()).toEqual([
      "error",
      "execution_complete",
      "message",
      "permission_grant",
      "permission_request",
      "session_info",
      "sub_agent_complete",
      "sub_agent_event",
      "sub_agent_spawn",
      "todo_update",
      "tool_result",
      "tool_use",
    ]);
  });
});
