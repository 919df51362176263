import { describe, expect, test } from "vitest";
import { FULL_ACCESS_POLICIES } from "../../../config/catalog/full-access-policies.ts";
import { allowedActions, EVERY_ACTION, grantableActions } from "./actions.ts";
import { managedPolicies, rolesOf } from "./roles.ts";
import { ALL, asExample, ofCompany, withReadHub } from "./synthesize.ts";

/** AWS IAM quota: characters of a managed policy, white space not counted. */
const MOST_CHARACTERS = 6144;

describe.each(ALL)("$name: policies", (assembly) => {
  const { path, prefix, permissionsBoundary } = assembly.settings.deployment;
  const roles = rolesOf(assembly);
  const policies = managedPolicies(assembly.templates);

  test("are the customer's own: none inline, none of AWS's (I03, Y-23)", () => {
    const types = new Set(assembly.templates.flatMap(({ resources }) => resources.map(({ type }) => type)).filter((type) => type.startsWith("AWS::IAM::")));
    expect([...types].sort()).toEqual(["AWS::IAM::ManagedPolicy", "AWS::IAM::Role"]);
    expect(roles.filter(({ inlinePolicies, foreignPolicies }) => inlinePolicies > 0 || foreignPolicies.length > 0)).toEqual([]);
    // A mutation role's conditions name what it may attach to roles it manages, and what it may take from them.
    const named = [...assembly.settings.changes.iam.attachablePolicies, ...FULL_ACCESS_POLICIES];
    for (const { text, stack } of assembly.templates) {
      const others = named.reduce((left, policy) => left.replaceAll(`"${policy}"`, ""), text);
      expect(/iam::aws:policy\/[A-Za-z]|policy\/service-role|job-function/.exec(others)?.[0], stack).toBeUndefined();
    }
  });

  test("and roles carry the configured path and prefix, and every role the boundary", () => {
    expect(roles.length).toBeGreaterThan(20);
    for (const { arn, template, boundaryArn } of roles) {
      expect(arn.startsWith(`arn:aws:iam::${template.account}:role${path}${prefix}-`), arn).toBe(true);
      expect(boundaryArn).toBe(`arn:aws:iam::${template.account}:policy/${permissionsBoundary ?? `${path.slice(1)}${prefix}-boundary`}`);
    }
    for (const { arn, template } of policies) expect(arn.startsWith(`arn:aws:iam::${template.account}:policy${path}${prefix}-`), arn).toBe(true);
  });

  test(`have at most ${MOST_CHARACTERS} characters`, () => {
    for (const { arn, resource } of policies) {
      const size = JSON.stringify(resource.properties.PolicyDocument).replaceAll(/\s/g, "").length;
      expect(size, arn).toBeLessThanOrEqual(MOST_CHARACTERS);
      expect(size, arn).toBeGreaterThan(50);
    }
  });

  test("name actions that exist, one by one: no wildcard, no NotAction", () => {
    const known = new Set(EVERY_ACTION);
    for (const { arn, document } of policies) {
      for (const { Action, NotAction, NotResource } of document.Statement) {
        expect([NotAction, NotResource], arn).toEqual([undefined, undefined]);
        expect(
          Action?.filter((action) => !known.has(action)),
          arn,
        ).toEqual([]);
      }
    }
  });
});

describe.each([asExample, withReadHub])("$name: the boundary", (assembly) => {
  const roles = rolesOf(assembly);
  const accountsOf = (account: string) => [account, ...assembly.settings.accounts.map(({ id }) => id)];

  test("cuts nothing that a role holds", () => {
    for (const { arn, held, template } of roles) {
      expect(held.boundary, arn).toBeDefined();
      expect(allowedActions(held, accountsOf(template.account)), arn).toEqual(grantableActions(held, accountsOf(template.account)));
    }
  });

  test("has no action that no role in its account holds", () => {
    const boundaries = managedPolicies(assembly.templates).filter(({ arn }) => arn.endsWith("-boundary"));
    expect(boundaries).toHaveLength(assembly.templates.filter(({ place }) => place === "member").length + 1);
    for (const { template, document } of boundaries) {
      const held = roles
        .filter((role) => role.template.account === template.account)
        .flatMap((role) => grantableActions(role.held, accountsOf(template.account)));
      const named = document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action ?? []);
      expect([...named].sort(), template.stack).toEqual([...new Set(held)].sort());
    }
  });
});

test("a company's own boundary takes the place of ours", () => {
  expect(managedPolicies(ofCompany.templates).filter(({ arn }) => arn.includes("boundary"))).toEqual([]);
  expect(new Set(rolesOf(ofCompany).map(({ boundaryArn }) => boundaryArn.split(":policy/")[1]))).toEqual(new Set(["boundaries/developer"]));
});
