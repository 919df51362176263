import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MUTABLE_SERVICES, SERVICES } from "../../../config/catalog/services.ts";
import { FUNCTIONS } from "../../../config/names.ts";
import { redact } from "../../../functions/shared/secrets.ts";
import { ALL } from "./synthesize.ts";
import { resourcesOf } from "./template.ts";

const functionSchema = z.object({
  FunctionName: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  LoggingConfig: z.object({ LogGroup: z.string() }).optional(),
});

/** They can't write logs, so they have no log group of ours. */
const SILENT = ["admit", "guardrail", "orchestrator"];

describe.each(ALL)("$name: functions", (assembly) => {
  const { prefix } = assembly.settings.deployment;
  const functions = resourcesOf(assembly.templates, "AWS::Lambda::Function").map(({ properties }) => functionSchema.parse(properties));

  test("are one for each folder and service, on Node 24 and ARM", () => {
    expect(functions.map(({ FunctionName }) => FunctionName).sort()).toEqual(
      [...FUNCTIONS, ...SERVICES.map((service) => `discovery-${service}`), ...MUTABLE_SERVICES.map((service) => `mutation-${service}`)]
        .map((name) => `${prefix}-${name}`)
        .sort(),
    );
    expect(new Set(functions.map(({ Runtime, Architectures }) => `${Runtime} ${Architectures.join()}`))).toEqual(new Set(["nodejs24.x arm64"]));
  });

  test("each runs with the role of its own name", () => {
    const roles = new Map(
      resourcesOf(assembly.templates, "AWS::IAM::Role")
        .filter(({ template }) => template.place === "hub")
        .map(({ id, properties }) => [`${id}.Arn`, properties.RoleName]),
    );
    expect(functions.map(({ Role }) => roles.get(Role))).toEqual(functions.map(({ FunctionName }) => FunctionName));
  });

  test("carry no secret in their environment", async () => {
    for (const { FunctionName, Environment } of functions) {
      for (const [name, value] of Object.entries(Environment.Variables)) {
        expect(name, FunctionName).not.toMatch(/secret|token|password|credential|api_?key|private/i);
        expect((await redact(`${name}=${value}`)).redactions, `${FunctionName} ${name}`).toBe(0);
      }
    }
  });

  test("log to a group of their own, but for those that may not log", () => {
    const groups = new Map(resourcesOf(assembly.templates, "AWS::Logs::LogGroup").map(({ id, properties }) => [id, properties.LogGroupName]));
    for (const { FunctionName, LoggingConfig } of functions) {
      const silent = SILENT.includes(FunctionName.slice(prefix.length + 1));
      expect(LoggingConfig && groups.get(LoggingConfig.LogGroup), FunctionName).toBe(silent ? undefined : `/aws/lambda/${FunctionName}`);
    }
  });
});
