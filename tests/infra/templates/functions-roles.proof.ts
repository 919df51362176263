import { describe, expect, test } from "vitest";
import { isAllowed } from "../iam/evaluate.ts";
import { allowedActions, call, grantableActions } from "./actions.ts";
import { findRole } from "./roles.ts";
import { ALL } from "./synthesize.ts";

const OWN_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  approval: ["dynamodb:GetItem", "dynamodb:PutItem", ...OWN_LOGS],
  halt: ["dynamodb:GetItem", ...OWN_LOGS, "ssm:GetParameter"],
  undo: ["dynamodb:Query", ...OWN_LOGS],
  artifact: [...OWN_LOGS, "s3:PutObject"],
  record: ["dynamodb:GetItem", "dynamodb:PutItem", ...OWN_LOGS],
  report: [...OWN_LOGS, "s3:GetObject", "s3:PutObject"],
  "api-requests": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", ...OWN_LOGS, "states:DescribeExecution", "states:StartExecution"],
  "api-events": ["dynamodb:GetItem", "dynamodb:Query", ...OWN_LOGS, "s3:GetObject", "states:DescribeExecution"],
  "api-approval": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "kms:GenerateMac", ...OWN_LOGS, "states:SendTaskSuccess"],
  "api-halt": ["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency", ...OWN_LOGS, "ssm:GetParameter", "ssm:PutParameter"],
};

describe.each(ALL)("$name: what runs around the workers, and the APIs", (assembly) => {
  const { hub, prefix } = assembly.settings.deployment;
  const at = (service: string, rest: string) => `arn:aws:${service}:${hub.region}:${hub.account}:${rest}`;
  const [journal, requests] = [at("dynamodb", `table/${prefix}-journal`), at("dynamodb", `table/${prefix}-requests`)];
  const [approvals, ledger, stops] = ["approvals", "ledger", "stops"].map((name) => at("dynamodb", `table/${prefix}-${name}`)) as [string, string, string];
  const halt = at("ssm", `parameter/coworker/${prefix}-halt`);
  const execution = at("states", `execution:${prefix}-request:id`);
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
    ["api-events", "states:DescribeExecution", execution, at("states", "execution:another:id")],
    ["api-events", "s3:GetObject", object("artifacts", "artifacts/request/template.json"), object("artifacts", "elsewhere/template.json")],
    ["api-requests", "dynamodb:Query", approvals, requests],
    ["api-requests", "states:DescribeExecution", execution, at("states", "execution:another:id")],
    ["approval", "dynamodb:PutItem", approvals, stops],
    ["approval", "dynamodb:GetItem", stops, ledger],
    ["halt", "dynamodb:GetItem", stops, approvals],
    ["halt", "ssm:GetParameter", halt, at("ssm", "parameter/another")],
    ["undo", "dynamodb:Query", ledger, approvals],
    ["artifact", "s3:PutObject", object("artifacts", "artifacts/request/template.json"), object("reports", "reports/request/report.json")],
    ["api-approval", "dynamodb:PutItem", approvals, ledger],
    ["api-approval", "dynamodb:PutItem", stops, requests],
    ["api-approval", "dynamodb:Query", approvals, requests],
    ["api-approval", "dynamodb:Query", `${approvals}/index/byExpiry`, `${approvals}/index/another`],
    ["api-approval", "dynamodb:GetItem", requests, journal],
    ["api-halt", "ssm:PutParameter", halt, at("ssm", "parameter/another")],
    ["api-halt", "lambda:PutFunctionConcurrency", at("lambda", `function:${prefix}-mutation-ec2`), at("lambda", `function:${prefix}-discovery-ec2`)],
    ["api-halt", "lambda:DeleteFunctionConcurrency", at("lambda", `function:${prefix}-mutation-s3`), at("lambda", "function:another")],
    ...Object.keys(ALLOWED).map((name) => [name, "logs:PutLogEvents", log(name), log("orchestrator")] as const),
  ];
  test.each(PAIRS)("%s: %s on %s and not on %s", (name, action, yes, no) => {
    const { held } = findRole(assembly, name);
    expect(isAllowed(held, call(action, yes, hub.account))).toBe(true);
    expect(isAllowed(held, call(action, no, hub.account))).toBe(false);
  });
});
