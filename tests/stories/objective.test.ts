import { GetFunctionConfigurationCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { CATALOG } from "../../config/catalog/index.ts";
import { SANDBOX } from "./accounts.ts";
import { keysBelow, objectText } from "./evidence.ts";
import { main, root, sorted } from "./local.ts";
import { type Told, tell } from "./tell.ts";

describe("a question that needs an investigation", () => {
  let told: Told;
  let values: string[];
  beforeAll(async () => {
    values = await environmentValues();
    told = await tell("Investigate the configuration of the functions.", { accounts: [SANDBOX], regions: ["us-east-1"] });
  });

  it("runs the Haiku loop, with the tools of that one service and finish", () => {
    expect(told.view.state, told.report.message).toBe("answered");
    expect(told.view.tasks.map(({ service, objective }) => ({ service, objective: objective !== null }))).toContainEqual({
      service: "lambda",
      objective: true,
    });
    const haiku = told.models.filter(({ family }) => family === "haiku");
    expect(haiku.length).toBeGreaterThan(1);
    for (const { tools } of haiku) expect(sorted(tools)).toEqual(sorted([...Object.keys(CATALOG.lambda.reads), "finish"]));
  });

  it("is paid for from the request's budget: Haiku and Opus are counted apart", () => {
    const { models } = told.report.usage;
    expect(models.map(({ model, calls }) => [/opus|haiku/.exec(model)?.[0], calls]).sort()).toEqual(
      ["haiku", "opus"].map((family) => [family, told.models.filter((call) => call.family === family).length]),
    );
    expect(models.every(({ usd }) => usd > 0)).toBe(true);
  });

  it("shows no value of a function's environment to a model, a journal, a report or the evidence", async () => {
    expect(values.length).toBeGreaterThan(0);
    const keys = await keysBelow(main.names.evidenceBucket, `lambda/${told.view.id}/`);
    expect(keys.length).toBeGreaterThan(1);
    const evidence = await Promise.all(keys.map((key) => objectText(main.names.evidenceBucket, key)));
    const reports = await Promise.all(["json", "md"].map((kind) => objectText(main.names.reportBucket, `reports/${told.view.id}/report.${kind}`)));
    const places = {
      evidence,
      reports,
      journal: told.events.map((event) => JSON.stringify(event)),
      models: told.models.map((call) => JSON.stringify(call)),
      view: [JSON.stringify(told.view)],
    };
    for (const [place, texts] of Object.entries(places)) {
      expect(texts.length, place).toBeGreaterThan(0);
      for (const value of values)
        expect(
          texts.filter((text) => text.includes(value)),
          place,
        ).toEqual([]);
    }
    // The functions themselves are there, so their variables could have been.
    expect(evidence.join()).toContain("acme-payments-webhook");
  });
});

/** Of the demo's functions, those long enough not to occur by chance. */
async function environmentValues(): Promise<string[]> {
  const lambda = new LambdaClient(root(SANDBOX));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const configurations = await Promise.all(Functions.map(({ FunctionName }) => lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))));
  return configurations.flatMap(({ Environment }) => Object.values(Environment?.Variables ?? {})).filter((value) => value.length >= 16);
}
