import { describe, expect, test } from "vitest";
import { isAllowed } from "../iam/evaluate.ts";
import { allowedActions, call, grantableActions } from "./actions.ts";
import { findRole } from "./roles.ts";
import { ALL } from "./synthesize.ts";

const OWN_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  record: ["dynamodb:GetItem", "dynamodb:PutItem", ...OWN_LOGS],
  report: [...OWN_LOGS, "s3:GetObject", "s3:PutObject"],
  "api-requests": ["dynamodb:GetItem", "dynamodb:PutItem", ...OWN_LOGS, "states:StartExecution"],
  "api-events": ["dynamodb:GetItem", "dynamodb:Query", ...OWN_LOGS, "s3:GetObject", "states:DescribeExecution"],
};

describe.each(ALL)("$name: record, report and the APIs", (assembly) => {
  const { hub, prefix } = assembly.settings.deployment;
  const at = (service: string, rest: string) => `arn:aws:${service}:${hub.region}:${hub.account}:${rest}`;
  const [journal, requests] = [at("dynamodb", `table/${prefix}-journal`), at("dynamodb", `table/${prefix}-requests`)];
  const object = (bucket: string, key: string) => `arn:aws:s3:::${prefix}-${bucket}-${hub.account}-${hub.region}/${key}`;
  const machine = at("states", `stateMachine:${prefix}-request`);
  const log = (name: string) => at("logs", `log-group:/aws/lambda/${prefix}-${name}:log-stream:any`);

  test.each(Object.keys(ALLOWED))("%s is allowed exactly the table's actions, over every action of AWS", (name) => {
    const { held, foreignPolicies } = findRole(assembly, name);
    const accounts = [hub.account, ...assembly.settings.accounts.map(({ id }) => id)];
    expect(foreignPolicies).toEqual([]);
    expect(allowedActions(held, accounts)).toEqual(ALLOWED[name]);
    expect(grantableActions(held, accounts)).toEqual(ALLOWED[name]);
  });

  /** Role, action, where it is allowed, where it is not. */
  const PAIRS: readonly (readonly [string, string, string, string])[] = [
    ["record", "dynamodb:PutItem", journal, requests],
    ["record", "dynamodb:GetItem", journal, requests],
    ["report", "s3:GetObject", object("evidence", "ec2/request/a.json"), object("reports", "reports/request/report.json")],
    ["report", "s3:PutObject", object("reports", "reports/request/report.json"), object("evidence", "ec2/request/a.json")],
    ["report", "s3:PutObject", object("reports", "reports/request/report.json"), object("reports", "elsewhere/report.json")],
    ["api-requests", "dynamodb:PutItem", requests, journal],
    ["api-requests", "dynamodb:GetItem", requests, journal],
    ["api-requests", "states:StartExecution", machine, at("states", "stateMachine:another")],
    ["api-events", "dynamodb:Query", journal, requests],
    ["api-events", "dynamodb:Query", `${requests}/index/byReceivedAt`, `${requests}/index/another`],
    ["api-events", "dynamodb:GetItem", requests, at("dynamodb", "table/another")],
    ["api-events", "s3:GetObject", object("reports", "reports/request/report.json"), object("evidence", "ec2/request/a.json")],
    ["api-events", "states:DescribeExecution", at("states", `execution:${prefix}-request:id`), at("states", "execution:another:id")],
    ...Object.keys(ALLOWED).map((name) => [name, "logs:PutLogEvents", log(name), log("orchestrator")] as const),
  ];
  test.each(PAIRS)("%s: %s on %s and not on %s", (name, action, yes, no) => {
    const { held } = findRole(assembly, name);
    expect(isAllowed(held, call(action, yes, hub.account))).toBe(true);
    expect(isAllowed(held, call(action, no, hub.account))).toBe(false);
  });
});
