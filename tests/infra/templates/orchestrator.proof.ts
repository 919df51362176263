import { describe, expect, test } from "vitest";
import { MODELS } from "../../../config/models.ts";
import { isAllowed } from "../iam/evaluate.ts";
import { allowedActions } from "./actions.ts";
import { findRole } from "./roles.ts";
import { ALL } from "./synthesize.ts";

describe.each(ALL)("$name: the orchestrator holds one statement (law 2)", (assembly) => {
  const { account, region } = assembly.settings.deployment.hub;
  const { held, foreignPolicies } = findRole(assembly, "orchestrator");
  const own = [
    `arn:aws:bedrock:${region}:${account}:inference-profile/global.${MODELS.opus.id}`,
    `arn:aws:bedrock:${region}::foundation-model/${MODELS.opus.id}`,
    `arn:aws:bedrock:::foundation-model/${MODELS.opus.id}`,
  ];

  test("exactly bedrock:InvokeModel on the Opus family's ARNs", () => {
    expect(MODELS.opus.id).toContain("opus");
    expect(foreignPolicies).toEqual([]);
    const statements = held.identity.flatMap(({ Statement }) => Statement);
    expect(statements).toHaveLength(1);
    const [{ Effect, Action, Resource, NotAction, NotResource } = {}] = statements;
    expect({ Effect, Action, NotAction, NotResource }).toEqual({
      Effect: "Allow",
      Action: ["bedrock:InvokeModel"],
      NotAction: undefined,
      NotResource: undefined,
    });
    expect([...(Resource ?? [])].sort()).toEqual([...own].sort());
    expect(Resource?.join()).not.toContain("*");
  });

  test("over every action of AWS nothing else is allowed", () => {
    expect(allowedActions(held, [account])).toEqual(["bedrock:InvokeModel"]);
  });

  test("its own family can be invoked; another family, a stream, its own log group can't", () => {
    const invoke = (resource: string) => isAllowed(held, { action: "bedrock:InvokeModel", resource });
    expect(own.map(invoke)).toEqual([true, true, true]);
    for (const family of ["sonnet", "haiku"] as const) {
      expect(invoke(`arn:aws:bedrock:${region}::foundation-model/${MODELS[family].id}`)).toBe(false);
      expect(invoke(`arn:aws:bedrock:${region}:${account}:inference-profile/global.${MODELS[family].id}`)).toBe(false);
    }
    expect(isAllowed(held, { action: "bedrock:InvokeModelWithResponseStream", resource: own[0] ?? "" })).toBe(false);
    const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${assembly.settings.deployment.prefix}-orchestrator:log-stream:a`;
    expect(isAllowed(held, { action: "logs:PutLogEvents", resource: logs })).toBe(false);
  });
});
