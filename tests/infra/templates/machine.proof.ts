import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MUTABLE_SERVICES, SERVICES } from "../../../config/catalog/services.ts";
import { isAllowed } from "../iam/evaluate.ts";
import { allowedActions, call, grantableActions } from "./actions.ts";
import { findRole } from "./roles.ts";
import { ALL } from "./synthesize.ts";
import { resourcesOf } from "./template.ts";

/** Functions of the request machine. */
const INVOKED = [
  ...["admit", "orchestrator", "guardrail", "undo", "artifact", "approval", "halt", "record", "report"],
  ...SERVICES.map((service) => `discovery-${service}`),
  ...MUTABLE_SERVICES.map((service) => `mutation-${service}`),
].sort();

/** Step Functions Developer Guide, "CloudWatch Logs" and "X-Ray": what a machine's role needs to be seen. */
const OBSERVABILITY = [
  ...[
    "CreateLogDelivery",
    "DeleteLogDelivery",
    "DescribeLogGroups",
    "DescribeResourcePolicies",
    "GetLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "UpdateLogDelivery",
  ].map((name) => `logs:${name}`),
  ...["GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments"].map((name) => `xray:${name}`),
];

const machineSchema = z.object({
  StateMachineName: z.string(),
  DefinitionString: z.string(),
  RoleArn: z.string(),
  LoggingConfiguration: z.object({ IncludeExecutionData: z.boolean(), Level: z.string(), Destinations: z.array(z.unknown()).min(1) }),
  TracingConfiguration: z.object({ Enabled: z.boolean() }),
});

describe.each(ALL)("$name: the machine", (assembly) => {
  const { hub, prefix } = assembly.settings.deployment;
  const arn = (name: string, account = hub.account) => `arn:aws:lambda:${hub.region}:${account}:function:${prefix}-${name}`;
  const role = findRole(assembly, "request-machine");
  const machines = resourcesOf(assembly.templates, "AWS::StepFunctions::StateMachine").map(({ properties }) => machineSchema.parse(properties));

  test("is one, and runs with its own role", () => {
    expect(machines.map(({ StateMachineName }) => StateMachineName)).toEqual([`${prefix}-request`]);
    const roleId = resourcesOf(assembly.templates, "AWS::IAM::Role").find(({ properties }) => properties.RoleName === role.fullName)?.id;
    expect(machines[0]?.RoleArn).toBe(`${roleId}.Arn`);
  });

  test("may invoke exactly its functions and be observed: nothing else over every action of AWS", () => {
    const statements = role.held.identity.flatMap(({ Statement }) => Statement).filter(({ Action }) => Action?.includes("lambda:InvokeFunction"));
    expect(statements.flatMap(({ Action }) => Action)).toEqual(["lambda:InvokeFunction"]);
    expect(statements.flatMap(({ Resource }) => Resource ?? []).sort()).toEqual(INVOKED.map((name) => arn(name)).sort());
    const expected = ["lambda:InvokeFunction", ...OBSERVABILITY].sort();
    expect(allowedActions(role.held, [hub.account])).toEqual(expected);
    expect(grantableActions(role.held, [hub.account])).toEqual(expected);
  });

  test("its own function and not an API's, nor one of the same name elsewhere", () => {
    const invoke = (resource: string) => isAllowed(role.held, call("lambda:InvokeFunction", resource, hub.account));
    expect(INVOKED.map((name) => invoke(arn(name)))).toEqual(INVOKED.map(() => true));
    expect([arn("api-requests"), arn("api-approval"), arn("api-halt"), arn("admit", "999999999999"), `${arn("admit")}-more`].filter(invoke)).toEqual([]);
  });

  test("calls exactly those functions, each of which is deployed, and no other service", () => {
    const definition = machines[0]?.DefinitionString ?? "";
    const named = [...new Set(definition.match(/arn:aws:lambda:[\w:-]+/g))].sort();
    expect(named).toEqual(INVOKED.map((name) => arn(name)).sort());
    const deployed = resourcesOf(assembly.templates, "AWS::Lambda::Function").map(
      ({ properties }) => `arn:aws:lambda:${hub.region}:${hub.account}:function:${String(properties.FunctionName)}`,
    );
    expect(named.filter((name) => !deployed.includes(name))).toEqual([]);
    expect(new Set([...definition.matchAll(/"Resource":"([^"]+)"/g)].map(([, resource]) => resource))).toEqual(
      new Set(["arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken"]),
    );
  });

  test("logs every transition without its data, and traces", () => {
    expect(machines[0]?.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: "ALL" });
    expect(machines[0]?.TracingConfiguration).toEqual({ Enabled: true });
  });
});
