import { DeleteFunctionConcurrencyCommand, type LambdaClient, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../../functions/api/halt/api.ts";
import { awsBrakes } from "../../../../functions/api/halt/switch.ts";
import { parseHalt } from "../../../../functions/shared/halt.ts";
import { ALICE, type Call, call } from "../fakes.ts";

const CAROL = "arn:aws:iam::111122223333:user/carol";
const FUNCTIONS = ["acw-mutation-s3", "acw-mutation-ec2"];
const NAME = "/acw/acw-halt";

function setUp() {
  const aws = { value: '{"halted":false}' as string | undefined, held: new Set<string>(), order: [] as string[], failing: new Set<string>() };
  const step = (name: string) => {
    aws.order.push(name);
    if (aws.failing.has(name)) throw Object.assign(new Error("refused"), { name: "AccessDeniedException" });
  };
  const client = {
    async send(command: unknown) {
      if (command instanceof GetParameterCommand) {
        step("read");
        if (aws.value === undefined) throw new ParameterNotFound({ message: "none", $metadata: {} });
        return { Parameter: { Value: aws.value } };
      }
      if (command instanceof PutParameterCommand) {
        step("switch");
        expect(command.input).toMatchObject({ Name: NAME, Overwrite: true, Type: "String" });
        aws.value = command.input.Value;
        return {};
      }
      if (command instanceof PutFunctionConcurrencyCommand) {
        const { FunctionName = "", ReservedConcurrentExecutions } = command.input;
        step(FunctionName);
        expect(ReservedConcurrentExecutions).toBe(0);
        aws.held.add(FunctionName);
        return {};
      }
      if (command instanceof DeleteFunctionConcurrencyCommand) {
        step(command.input.FunctionName ?? "");
        aws.held.delete(command.input.FunctionName ?? "");
        return {};
      }
      throw new Error("not known");
    },
  };
  const logged: unknown[] = [];
  const handler = makeHandler({
    brakes: awsBrakes(client as unknown as SSMClient, NAME, client as unknown as LambdaClient),
    functions: FUNCTIONS,
    approvers: [{ principal: CAROL, accounts: ["666666666666"] }],
    now: () => new Date("2026-11-22T10:00:00Z"),
    log: (line) => logged.push(line),
  });
  const ask = (method: string, caller: string, body?: unknown) => call(handler, { method, path: "/halt", caller, body } as Call);
  return { aws, ask, logged };
}
const REASON = { reason: "incident 12" };
const HALTED = { halted: true, by: CAROL, at: "2026-11-22T10:00:00.000Z", reason: "incident 12" };

describe("POST /halt", () => {
  it("sets the switch first, then holds every mutation function; again is the same", async () => {
    const { aws, ask } = setUp();
    expect(await ask("POST", CAROL, REASON)).toMatchObject({ status: 200, body: HALTED });
    expect(aws.order).toEqual(["switch", ...FUNCTIONS]);
    expect(parseHalt(aws.value)).toEqual(HALTED);
    expect([...aws.held]).toEqual(FUNCTIONS);
    expect(await ask("POST", CAROL, REASON)).toMatchObject({ status: 200, body: HALTED });
    expect(await ask("GET", ALICE)).toMatchObject({ status: 200, body: HALTED });
  });

  it("is not for whoever is no approver", async () => {
    const { aws, ask } = setUp();
    expect(await ask("POST", ALICE, REASON)).toMatchObject({ status: 403, body: { error: { code: "halt_not_allowed" } } });
    expect(await ask("DELETE", ALICE)).toMatchObject({ status: 403, body: { error: { code: "halt_not_allowed" } } });
    expect(aws.order).toEqual([]);
  });

  it.each([{}, { reason: "" }, { reason: "  " }, { reason: "x".repeat(501) }, { reason: "x", force: true }])("wants a reason: %j", async (body) => {
    const { aws, ask } = setUp();
    expect((await ask("POST", CAROL, body)).status).toBe(400);
    expect(aws.order).toEqual([]);
  });

  it("names the functions that it could not hold; the switch is set", async () => {
    const { aws, ask } = setUp();
    aws.failing.add("acw-mutation-s3");
    const { status, body } = await ask("POST", CAROL, REASON);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/switch is set.*not held at concurrency 0: acw-mutation-s3\./);
    expect(parseHalt(aws.value).halted).toBe(true);
    expect([...aws.held]).toEqual(["acw-mutation-ec2"]);
  });

  it("holds the functions although the switch could not be set, and says so", async () => {
    const { aws, ask, logged } = setUp();
    aws.failing.add("switch");
    const { status, body } = await ask("POST", CAROL, REASON);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/switch could not be set/);
    expect([...aws.held]).toEqual(FUNCTIONS);
    expect(JSON.stringify(logged)).toContain("refused");
  });
});

describe("DELETE /halt", () => {
  it("releases the functions, then the switch", async () => {
    const { aws, ask } = setUp();
    await ask("POST", CAROL, REASON);
    aws.order.length = 0;
    expect(await ask("DELETE", CAROL)).toMatchObject({ status: 200, body: { halted: false } });
    expect(aws.order).toEqual([...FUNCTIONS, "switch"]);
    expect([parseHalt(aws.value).halted, aws.held.size]).toEqual([false, 0]);
  });

  it("stays halted while a function can't be released", async () => {
    const { aws, ask } = setUp();
    await ask("POST", CAROL, REASON);
    aws.failing.add("acw-mutation-ec2");
    const { status, body } = await ask("DELETE", CAROL);
    expect([status, body.error.code]).toEqual([500, "halt_incomplete"]);
    expect(body.error.message).toMatch(/stays halted.*acw-mutation-ec2/);
    expect(parseHalt(aws.value).halted).toBe(true);
  });
});

describe("GET /halt", () => {
  it("shows a missing switch as what it does: it halts", async () => {
    const { aws, ask } = setUp();
    aws.value = undefined;
    expect((await ask("GET", ALICE)).body).toMatchObject({ halted: true, by: "nobody" });
  });

  it("knows no other method", async () => {
    expect((await setUp().ask("PUT", CAROL)).status).toBe(405);
  });
});
