import { describe, expect, test } from "vitest";
import { parseSettings, SettingsError } from "../../config/settings.ts";
import { example, withChange } from "./fixtures/example.ts";

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
      { ...(withChange("accounts.1.id", "666666666666") as object), scopes: [] },
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
    ["no accounts", { ...example(), accounts: [], scopes: [] }, "accounts", /register at least one account/],
    ["a short external id", withChange("accounts.0.externalId", "x"), "accounts.0.externalId", /8 to 1,224/],
    [
      "a scope on production",
      withChange("scopes.0.account", "555555555555"),
      "scopes.0.account",
      /555555555555 is production: nothing may be changed there directly/,
    ],
    ["a scope on an unregistered account", withChange("scopes.0.account", "999999999999"), "scopes.0.account", /not in accounts/],
    ["a scope on an unknown service", withChange("scopes.0.services", ["rds"]), "scopes.0.services.0", /"ec2"/],
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
