import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ALL } from "./synthesize.ts";
import { resourcesOf } from "./template.ts";

const stageSchema = z.object({
  AccessLogSetting: z.object({ DestinationArn: z.string(), Format: z.string().min(20) }),
  TracingEnabled: z.boolean(),
  MethodSettings: z.array(
    z.object({
      HttpMethod: z.string(),
      ResourcePath: z.string(),
      ThrottlingRateLimit: z.number(),
      ThrottlingBurstLimit: z.number(),
      DataTraceEnabled: z.boolean().default(false),
    }),
  ),
});

describe.each(ALL)("$name: the entrance", (assembly) => {
  const { templates } = assembly;

  test("every method asks for IAM authorization", () => {
    const parts = new Map(resourcesOf(templates, "AWS::ApiGateway::Resource").map(({ id, properties }) => [id, properties]));
    const pathOf = (id: string): string => {
      const at = parts.get(id);
      return at ? `${pathOf(String(at.ParentId))}/${String(at.PathPart)}` : "";
    };
    const methods = resourcesOf(templates, "AWS::ApiGateway::Method").map(({ properties }) => ({
      route: `${String(properties.HttpMethod)} ${pathOf(String(properties.ResourceId))}`,
      authorization: properties.AuthorizationType,
    }));
    expect(methods.map(({ route }) => route).sort()).toEqual([
      "DELETE /halt",
      "GET /approvals",
      "GET /catalog",
      "GET /halt",
      "GET /ping",
      "GET /requests",
      "GET /requests/{id}",
      "GET /requests/{id}/approval",
      "GET /requests/{id}/artifact",
      "GET /requests/{id}/events",
      "POST /halt",
      "POST /requests",
      "POST /requests/{id}/approval",
      "POST /requests/{id}/rollback",
      "POST /requests/{id}/stop",
    ]);
    expect(new Set(methods.map(({ authorization }) => authorization))).toEqual(new Set(["AWS_IAM"]));
  });

  test("its one stage throttles every method, logs access without bodies, and traces", () => {
    const stages = resourcesOf(templates, "AWS::ApiGateway::Stage").map(({ properties }) => stageSchema.parse(properties));
    expect(stages).toHaveLength(1);
    for (const { TracingEnabled, MethodSettings, AccessLogSetting } of stages) {
      expect(TracingEnabled).toBe(true);
      expect(MethodSettings.map(({ HttpMethod, ResourcePath }) => `${HttpMethod} ${ResourcePath}`)).toEqual(["* /*"]);
      for (const { ThrottlingRateLimit, ThrottlingBurstLimit, DataTraceEnabled } of MethodSettings) {
        expect(ThrottlingRateLimit).toBeGreaterThan(0);
        expect(ThrottlingBurstLimit).toBeGreaterThan(0);
        expect(DataTraceEnabled).toBe(false);
      }
      const group = resourcesOf(templates, "AWS::Logs::LogGroup").find(({ id }) => AccessLogSetting.DestinationArn === `${id}.Arn`);
      expect(group?.properties.LogGroupName).toBe(`/aws/apigateway/${assembly.settings.deployment.prefix}-api`);
      expect(AccessLogSetting.Format).not.toMatch(/body/i);
    }
  });

  test("only API Gateway invokes from outside, only the API functions, only for this API", () => {
    const permissions = resourcesOf(templates, "AWS::Lambda::Permission");
    const [api] = resourcesOf(templates, "AWS::ApiGateway::RestApi");
    const functions = new Map(resourcesOf(templates, "AWS::Lambda::Function").map(({ id, properties }) => [`${id}.Arn`, String(properties.FunctionName)]));
    const { prefix, hub } = assembly.settings.deployment;
    expect(new Set(permissions.map(({ properties }) => functions.get(String(properties.FunctionName))))).toEqual(
      new Set(["requests", "events", "approval", "halt"].map((name) => `${prefix}-api-${name}`)),
    );
    for (const { properties } of permissions) {
      expect(properties).toMatchObject({ Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" });
      expect(String(properties.SourceArn).startsWith(`arn:aws:execute-api:${hub.region}:${hub.account}:${api?.id}/`), String(properties.SourceArn)).toBe(true);
    }
  });
});
