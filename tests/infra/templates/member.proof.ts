import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ENVIRONMENTS } from "../../../config/accounts.ts";
import { MUTABLE_SERVICES, SERVICES } from "../../../config/catalog/services.ts";
import { FUNCTIONS } from "../../../config/names.ts";
import { grantableActions } from "./actions.ts";
import { managedPolicies, rolesOf } from "./roles.ts";
import { ALL, type Synthesized } from "./synthesize.ts";
import { readTemplates, STACKSET_ACCOUNT, STACKSET_MOST } from "./template.ts";

const DISCOVERY = SERVICES.map((service) => `discovery-${service}`);
const MUTATION = MUTABLE_SERVICES.map((service) => `mutation-${service}`);

/** The StackSet's roles in an account with these parameters. */
function stacksetRoles(assembly: Synthesized, given: Readonly<Record<string, string>>) {
  const templates = readTemplates(assembly.assembly, given);
  return rolesOf({ ...assembly, templates }).filter(({ template }) => template.account === STACKSET_ACCOUNT);
}
const names = (roles: readonly { readonly name: string }[]) => roles.map(({ name }) => name).sort();

describe.each(ALL)("$name: member templates", (assembly) => {
  const { hub, prefix } = assembly.settings.deployment;
  const members = assembly.templates.filter(({ place }) => place === "member");
  const stackset = members.find(({ stack }) => stack === `${prefix}-member`);

  test("one is for a StackSet: its external id must be given, and it names no account but the hub", () => {
    expect(stackset?.parameters.ExternalId).toEqual({ Type: "String", MinLength: 8 });
    expect(new Set(stackset?.text.match(/\b\d{12}\b/g))).toEqual(new Set([hub.account]));
  });

  test("and brings no assets: the template is all of it", () => {
    expect(stackset?.text).not.toMatch(/S3Bucket|S3Key|cdk-[a-z0-9]+-assets/);
    const files = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });
    const assets = files.parse(JSON.parse(readFileSync(join(assembly.assembly, `${prefix}-member.assets.json`), "utf8")));
    expect(Object.values(assets.files).map(({ source }) => source.path)).toEqual([`${prefix}-member.template.json`]);
  });

  test("one for each registered account beside the hub carries that account's external id", () => {
    const registered = assembly.settings.accounts.filter(({ id }) => id !== hub.account);
    const own = members.filter((template) => template !== stackset);
    expect(own.map(({ account, parameters }) => [account, parameters.ExternalId?.Default])).toEqual(registered.map(({ id, externalId }) => [id, externalId]));
  });

  test("no role but the known ones exists anywhere; one that changes something only in an account and for a service in scope", () => {
    const inScope = (account: string) => assembly.settings.scopes.filter((scope) => scope.account === account).flatMap(({ services }) => services);
    for (const template of assembly.templates.filter(({ resources }) => resources.some(({ type }) => type === "AWS::IAM::Role"))) {
      const found = names(rolesOf(assembly).filter((role) => role.template === template));
      if (template.place === "hub") {
        const known: readonly string[] = [...FUNCTIONS, ...DISCOVERY, ...MUTATION, "request-machine"];
        expect(
          found.filter((name) => !known.includes(name)),
          template.stack,
        ).toEqual([]);
        continue;
      }
      const changing = template.account === STACKSET_ACCOUNT ? MUTATION : inScope(template.account).map((service) => `mutation-${service}`);
      expect(found, template.stack).toEqual([...DISCOVERY, ...changing].sort());
    }
    expect(rolesOf(assembly).filter(({ template }) => template.place === "hub")).toHaveLength(FUNCTIONS.length + DISCOVERY.length + MUTATION.length + 1);
  });

  test("in staging, production and unknown accounts nothing that changes anything is so much as named", () => {
    const direct = assembly.settings.accounts.filter(({ environment }) => assembly.settings.environments[environment].directMutation);
    const others = members.filter(({ account }) => account !== STACKSET_ACCOUNT && !direct.some(({ id }) => id === account));
    expect(others.length).toBeGreaterThan(0);
    for (const { text, stack } of others) expect(text, stack).not.toMatch(/mutation|TerminateInstances|PutBucket/i);
    for (const { text } of members.filter(({ account }) => direct.some(({ id }) => id === account))) expect(text).toMatch(/mutation/);
  });

  test("the StackSet's template makes a mutation role only where tier and scope both say so", () => {
    for (const environment of ENVIRONMENTS) {
      const direct = assembly.settings.environments[environment].directMutation;
      expect(names(stacksetRoles(assembly, { ...STACKSET_MOST, Environment: environment })), environment).toEqual(
        [...DISCOVERY, ...(direct ? MUTATION : [])].sort(),
      );
    }
    expect(ENVIRONMENTS.filter((environment) => assembly.settings.environments[environment].directMutation)).toEqual(["sandbox", "development", "test"]);
    const { ExternalId, Environment } = STACKSET_MOST;
    expect(names(stacksetRoles(assembly, { ExternalId, Environment }))).toEqual([...DISCOVERY].sort());
    expect(names(stacksetRoles(assembly, { ExternalId, Environment, ChangeS3: "yes" }))).toEqual([...DISCOVERY, "mutation-s3"].sort());
    expect(() => stacksetRoles(assembly, { ExternalId })).toThrow(/Environment/);
  });

  test("and there its policies and boundary shrink with it", () => {
    const { ExternalId } = STACKSET_MOST;
    for (const given of [STACKSET_MOST, { ...STACKSET_MOST, Environment: "production" }, { ExternalId, Environment: "test", ChangeIam: "yes" }]) {
      const templates = readTemplates(assembly.assembly, given).filter(({ account }) => account === STACKSET_ACCOUNT);
      const held = stacksetRoles(assembly, given).flatMap((role) => grantableActions(role.held, [STACKSET_ACCOUNT]));
      const boundary = managedPolicies(templates).find(({ arn }) => arn.endsWith("-boundary"));
      const named = boundary?.document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action ?? []) ?? held;
      expect([...new Set(named)].sort()).toEqual([...new Set(held)].sort());
      expect(managedPolicies(templates).filter(({ arn }) => arn.includes("mutation-")).length > 0).toBe(held.includes("iam:CreateRole"));
    }
  });
});
