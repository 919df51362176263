import { describe, expect, test } from "vitest";
import { mayApproveFor } from "../../config/approvers.ts";
import { LIMITS } from "../../config/limits.ts";
import { parseSettings, SettingsError } from "../../config/settings.ts";
import { example, withChange } from "./fixtures/example.ts";

const PLAN = LIMITS.plan;

/** The reasons a file is refused, by path. */
function refusal(content: unknown): Record<string, string> {
  try {
    parseSettings(content, "file.yaml");
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    expect(error.message).toMatch(/^file\.yaml is not a valid settings file:\n/);
    const lines = error.message.split("\n").slice(1);
    return Object.fromEntries(lines.map((line) => [line.slice(2, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  }
  throw new Error("the file was accepted");
}

describe("the example", () => {
  test("is valid and holds what the local run expects", () => {
    const settings = parseSettings(example(), "config/example.yaml");
    expect(settings.deployment.hub).toEqual({ account: "000000000000", region: "us-east-1" });
    expect(settings.accounts.map(({ id, environment, regions }) => [id, environment, regions.join()])).toEqual([
      ["666666666666", "sandbox", "us-east-1,eu-west-1"],
      ["333333333333", "development", "us-east-1,eu-west-1"],
      ["555555555555", "production", "us-east-1"],
    ]);
    expect(settings.scopes.map((scope) => scope.account)).toEqual(["666666666666", "333333333333"]);
    expect(settings.models.geography).toBe("global");
  });

  test("survives the trip through a bundle: what was parsed as YAML parses the same as JSON", () => {
    const again = JSON.parse(JSON.stringify(example()));
    const comparable = (content: unknown) => JSON.stringify(parseSettings(content, "x"));
    expect(comparable(again)).toBe(comparable(example()));
  });
});

describe("a bad file stops with the path and the reason", () => {
  test.each<[string, unknown, string, RegExp]>([
    ["an account without id", withChange("accounts.0.id", undefined), "accounts.0.id", /12-digit account id in quotes/],
    ["an unquoted account id", withChange("accounts.0.id", 666666666666), "accounts.0.id", /12-digit account id in quotes/],
    ["an id of 11 digits", withChange("accounts.2.id", "55555555555"), "accounts.2.id", /has 12 digits/],
    [
      "an account registered twice",
      { ...(withChange("accounts.1.id", "666666666666") as object), scopes: [], approvers: [] },
      "accounts.1.id",
      /666666666666 is registered twice/,
    ],
    ["a name registered twice", withChange("accounts.1.name", "acme-sandbox"), "accounts.1.name", /acme-sandbox is registered twice/],
    ["an unknown region", withChange("accounts.0.regions", ["us-east-9"]), "accounts.0.regions.0", /us-east-1/],
    ["no region", withChange("accounts.0.regions", []), "accounts.0.regions", /no default region/],
    ["an unknown environment", withChange("accounts.0.environment", "prod"), "accounts.0.environment", /"production"/],
    ["no environment", withChange("accounts.0.environment", undefined), "accounts.0.environment", /"sandbox"/],
    [
      "a name stricter than its environment",
      withChange("accounts.2.environment", "sandbox"),
      "accounts.2.environment",
      /acme-production is named production but registered as sandbox/,
    ],
    [
      "a scope where an override forbids changes",
      withChange("environments", { sandbox: { directMutation: false } }),
      "scopes.0.account",
      /666666666666 is sandbox: nothing may be changed there directly/,
    ],
    [
      "a name that an override claims",
      withChange("environments", { production: { nameWords: ["prod", "production", "prd", "acme"] } }),
      "accounts.0.environment",
      /acme-sandbox is named production/,
    ],
    ["no accounts", { ...example(), accounts: [], scopes: [], approvers: [] }, "accounts", /register at least one account/],
    ["a short external id", withChange("accounts.0.externalId", "x"), "accounts.0.externalId", /8 to 1,224/],
    [
      "a scope on production",
      withChange("scopes.0.account", "555555555555"),
      "scopes.0.account",
      /555555555555 is production: nothing may be changed there directly/,
    ],
    ["a scope on an unregistered account", withChange("scopes.0.account", "999999999999"), "scopes.0.account", /not in accounts/],
    ["a scope on an unknown service", withChange("scopes.0.services", ["rds"]), "scopes.0.services.0", /"ec2"/],
    [
      "an approver for an unregistered account",
      withChange("approvers.0.accounts", ["666666666666", "999999999999"]),
      "approvers.0.accounts",
      /999999999999 is not in accounts/,
    ],
    ["an approver for no account", withChange("approvers.0.accounts", []), "approvers.0.accounts", />=1/],
    [
      "roles to change in the system's own path",
      withChange("changes.iam.rolePath", "/aws-coworker/"),
      "changes.iam.rolePath",
      /the system's own path \/aws-coworker\//,
    ],
    [
      "roles to change below the system's own path",
      withChange("changes.iam.rolePath", "/aws-coworker/made/"),
      "changes.iam.rolePath",
      /own roles can't be its to change/,
    ],
    [
      "roles to change above the system's own path",
      {
        ...(withChange("deployment.path", "/acme/aws-coworker/") as object),
        changes: (withChange("changes.iam.rolePath", "/acme/") as Record<string, unknown>).changes,
      },
      "changes.iam.rolePath",
      /own roles can't be its to change/,
    ],
    [
      "a wildcard among the policies it may attach",
      withChange("changes.iam.attachablePolicies", ["arn:aws:iam::aws:policy/*"]),
      "changes.iam.attachablePolicies.0",
      /must match pattern/,
    ],
    [
      "a role passed to another service",
      withChange("changes.iam.passableRoles.0.service", "ecs-tasks.amazonaws.com"),
      "changes.iam.passableRoles.0.service",
      /"ec2.amazonaws.com"/,
    ],
    ["half of changes", withChange("changes.calendar", undefined), "changes.calendar", /expected object/],
    ["more steps than F06's batches and DESIGN allow", withChange("limits", { plan: { ...PLAN, steps: 101 } }), "limits.plan.steps", /<=100/],
    ["a session of more steps than F06", withChange("limits", { plan: { ...PLAN, batchSize: 51 } }), "limits.plan.batchSize", /<=50/],
    ["more revisions than DESIGN", withChange("limits", { plan: { ...PLAN, revisions: 3 } }), "limits.plan.revisions", /<=2/],
    ["a plan that waits longer than a day", withChange("limits", { plan: { ...PLAN, approvalMinutes: 1441 } }), "limits.plan.approvalMinutes", /<=1440/],
    ["an unknown key", withChange("deployment.prefx", "x"), "deployment", /"prefx"/],
    ["an unknown section", withChange("extra", 1), "(top)", /"extra"/],
    ["a negative limit", withChange("limits", { fanOut: -1 }), "limits.fanOut", />0/],
    [
      "more parallel agents than F06",
      withChange("limits", { agents: { maxParallel: 11, batchSize: 50, timeoutSeconds: 600 } }),
      "limits.agents.maxParallel",
      /<=10/,
    ],
    ["bigger batches than F06", withChange("limits", { agents: { maxParallel: 10, batchSize: 51, timeoutSeconds: 600 } }), "limits.agents.batchSize", /<=50/],
    [
      "a longer timeout than F06",
      withChange("limits", { agents: { maxParallel: 10, batchSize: 50, timeoutSeconds: 601 } }),
      "limits.agents.timeoutSeconds",
      /<=600/,
    ],
    [
      "a default budget above the maximum",
      withChange("limits", { dollars: { default: 30, max: 25 } }),
      "limits.dollars.default",
      /30 is above dollars.max \(25\)/,
    ],
    ["results beyond the payload share", withChange("limits", { bytes: { results: 200_000, history: 1, modelReply: 1 } }), "limits.bytes.results", /<=98304/],
    [
      "a loosened environment",
      withChange("environments", { production: { directMutation: true } }),
      "environments.production.directMutation",
      /true is looser than the core rule false/,
    ],
    [
      "a removed cost limit",
      withChange("environments", { sandbox: { monthlyUsd: null } }),
      "environments.sandbox.monthlyUsd",
      /null is looser than the core rule 500/,
    ],
    ["an override of an unknown rule", withChange("environments", { sandbox: { approvals: "none" } }), "environments.sandbox", /"approvals"/],
    ["an override of an unknown environment", withChange("environments", { prod: {} }), "environments", /"prod"/],
    ["a replaced core tag", withChange("tags", { add: [{ key: "Owner", when: "recommended" }] }), "tags.add.0.key", /Owner is a core tag/],
    ["a replaced alias", withChange("tags", { add: [{ key: "Confidentiality", when: "always" }] }), "tags.add.0.key", /core tag/],
    ["a bad tag pattern", withChange("tags", { add: [{ key: "Team", when: "always", pattern: "(" }] }), "tags.add.0.pattern", /not a regular expression/],
    ["no geography", withChange("models", {}), "models.geography", /"global"/],
    ["a geography out of the hub's reach", withChange("models.geography", "eu"), "models.geography", /can't be called from us-east-1/],
    [
      "a geography a family has no profile for",
      {
        ...example(),
        deployment: { ...(example().deployment as object), hub: { account: "000000000000", region: "ap-northeast-1" } },
        models: { geography: "jp" },
      },
      "models.geography",
      /claude-sonnet-5-5 has no jp profile; it has global, us, eu/,
    ],
    ["global beyond the allowed regions", withChange("models.allowedRegions", ["us-east-1"]), "models.geography", /any commercial region/],
    ["us beyond the allowed regions", withChange("models", { geography: "us", allowedRegions: ["us-east-1", "us-east-2"] }), "models.geography", /us-west-2/],
  ])("%s", (_name, content, path, reason) => {
    const reasons = refusal(content);
    expect(Object.keys(reasons)[0]).toBe(path);
    expect(Object.keys(reasons).filter((other) => other.split(".")[0] !== path.split(".")[0])).toEqual([]);
    expect(reasons[path]).toMatch(reason);
  });

  test.each([
    ["a wildcard", "*"],
    ["every user", "arn:aws:iam::000000000000:user/*"],
    ["every session of a permission set", "arn:aws:sts::000000000000:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/*"],
    ["an account's root", "arn:aws:iam::000000000000:root"],
    ["an account", "000000000000"],
    ["any account's user", "arn:aws:iam::*:user/ann"],
    ["a role with its path", "arn:aws:iam::000000000000:role/team/approver"],
    ["a session of a common role, whose name anybody chooses", "arn:aws:sts::000000000000:assumed-role/approver/ann"],
    ["a group", "arn:aws:iam::000000000000:group/approvers"],
  ])("%s is no approver", (_name, principal) => {
    expect(refusal(withChange("approvers.0.principal", principal))).toEqual({ "approvers.0.principal": expect.stringMatching(/no wildcard, no root/) });
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a list", []],
    ["text", "deployment"],
  ])("%s instead of settings", (_name, content) => {
    expect(Object.keys(refusal(content))).toEqual(["(top)"]);
  });

  test("every mistake is named, not only the first", () => {
    expect(Object.keys(refusal({ ...(withChange("accounts.0.id", "1") as object), models: { geography: "mars" } }))).toEqual([
      "accounts.0.id",
      "models.geography",
    ]);
  });
});

describe("what may be said", () => {
  test.each([
    ["a user", "arn:aws:iam::000000000000:user/ann"],
    ["a user with its path", "arn:aws:iam::000000000000:user/team/ann"],
    ["a role", "arn:aws:iam::000000000000:role/approver"],
    ["a person of Identity Center", "arn:aws:sts::000000000000:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann@acme.example"],
    ["a user of another partition", "arn:aws-us-gov:iam::000000000000:user/ann"],
  ])("%s may approve", (_name, principal) => {
    expect(parseSettings(withChange("approvers.0.principal", principal), "x").approvers[0]?.principal).toBe(principal);
  });

  test("without approvers and changes nobody else approves, nothing is attached, passed or logged to, and no window of production is open", () => {
    const { approvers: _approvers, changes: _changes, ...file } = example();
    const settings = parseSettings(file, "x");
    expect(settings.approvers).toEqual([]);
    expect(settings.changes).toMatchObject({ iam: { attachablePolicies: [], passableRoles: [] }, s3: { logBuckets: [] }, calendar: { windows: [] } });
  });

  test("log buckets are named one by one; a file that names none allows none", () => {
    expect(parseSettings(withChange("changes.s3", undefined), "x").changes.s3).toEqual({ logBuckets: [] });
    expect(parseSettings(withChange("changes.s3.logBuckets", ["acme-logs"]), "x").changes.s3).toEqual({ logBuckets: ["acme-logs"] });
    for (const name of ["acme-*", "*", "arn:aws:s3:::acme-logs", ""])
      expect(() => parseSettings(withChange("changes.s3.logBuckets", [name]), "x"), name).toThrow(/changes\.s3\.logBuckets\.0/);
  });

  test("tightened rules, registries and other limits reach the settings", () => {
    const settings = parseSettings(
      {
        ...example(),
        environments: { sandbox: { monthlyUsd: 200 } },
        limits: { fanOut: 4 },
        tags: { add: [{ key: "SOXCompliant", when: "regulated", values: ["yes", "no"] }] },
      },
      "x",
    );
    expect(settings.environments.sandbox).toMatchObject({ monthlyUsd: 200, maxInstances: 10 });
    expect(settings.environments.development.monthlyUsd).toBe(2000);
    expect(settings.limits).toMatchObject({ fanOut: 4, agents: { maxParallel: 10 } });
    expect(settings.tags.map((rule) => rule.key)).toContain("SOXCompliant");
  });

  test("a stricter registration than the name is accepted, and jp once Sonnet has a geography of its own", () => {
    expect(parseSettings(withChange("accounts.2.environment", "unknown"), "x").accounts[2]?.environment).toBe("unknown");
    const hub = { ...(example().deployment as object), hub: { account: "000000000000", region: "ap-northeast-1" } };
    expect(
      parseSettings({ ...example(), deployment: hub, models: { geography: "jp", families: { sonnet: { geography: "global" } } } }, "x").models.geography,
    ).toBe("jp");
  });
});

describe("who may approve", () => {
  const ann = "arn:aws:iam::000000000000:user/ann";
  const bob = "arn:aws:iam::000000000000:role/bob";
  const approvers = [
    { principal: ann, accounts: ["666666666666"] },
    { principal: ann, accounts: ["333333333333"] },
    { principal: bob, accounts: ["333333333333"] },
  ];

  test.each<[string, string, string[], boolean]>([
    ["the account of the entry", bob, ["333333333333"], true],
    ["accounts of several entries", ann, ["666666666666", "333333333333"], true],
    ["another account", bob, ["666666666666"], false],
    ["one account of two", bob, ["333333333333", "666666666666"], false],
    ["no account at all", ann, [], false],
    ["somebody whose name begins the same", `${ann}e`, ["666666666666"], false],
    ["somebody else", "arn:aws:iam::000000000000:user/eve", ["333333333333"], false],
  ])("%s", (_name, principal, accounts, expected) => {
    expect(mayApproveFor(approvers, principal, accounts)).toBe(expected);
  });
});
