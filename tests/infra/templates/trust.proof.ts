import { describe, expect, test } from "vitest";
import { assumeNarrowed, type NarrowRequest, type NarrowSts } from "../../../functions/mutation/identity.ts";
import { trusts } from "../iam/evaluate.ts";
import { type Role, rolesOf } from "./roles.ts";
import { ALL, type Synthesized } from "./synthesize.ts";
import { STACKSET_EXTERNAL_ID } from "./template.ts";

const titled = (roles: readonly Role[]) => roles.map((role) => ({ role, where: role.template.stack, name: role.name }));

/** Roles that the hub's worker of the same name may assume: all of a member account, in the hub those of its own registry entry and scope. */
function assumable(assembly: Synthesized): Role[] {
  const { accounts, scopes } = assembly.settings;
  const inScope = (account: string) =>
    scopes.filter((scope) => scope.account === account).flatMap(({ services }) => services.map((service) => `mutation-${service}`));
  return rolesOf(assembly).filter(({ name, template: { place, account } }) => {
    const own = name.startsWith("discovery-") ? accounts.some(({ id }) => id === account) : inScope(account).includes(name);
    return place === "member" || own;
  });
}

/** Present: neither may be left out of a session that changes something. */
const SAID = { "sts:SourceIdentity": ["false"], "aws:RequestTag/CoworkerRequest": ["false"], "aws:RequestTag/PlanHash": ["false"] };

/** What a mutation worker really says of its session, as IAM sees it. */
const NARROWED: Readonly<Record<string, string>> = await narrowing();

async function narrowing(): Promise<Record<string, string>> {
  let asked: NarrowRequest | undefined;
  const sts: NarrowSts = {
    assume: async (request) => {
      asked = request;
      throw new Error("nothing is assumed here");
    },
    whoAmI: async () => "",
  };
  const given = { account: "666666666666", region: "us-east-1", worker: "mutation-s3", role: "any/mutation-s3", externalId: "any-external-id" };
  await assumeNarrowed({ ...given, requestId: "any-request", planHash: "0".repeat(64), approver: "arn:aws:iam::000000000000:user/any", policy: "{}" }, sts);
  if (asked === undefined) throw new Error("the worker asked for no session");
  return {
    "sts:SourceIdentity": asked.sourceIdentity,
    ...Object.fromEntries(Object.entries(asked.tags).map(([tag, value]) => [`aws:RequestTag/${tag}`, value])),
  };
}

function externalIdOf({ settings }: Synthesized, { template }: Role): string {
  return settings.accounts.find(({ id }) => id === template.account)?.externalId ?? STACKSET_EXTERNAL_ID;
}

describe.each(ALL)("$name: who may become a role", (assembly) => {
  const { account: hub } = assembly.settings.deployment.hub;
  const { path } = assembly.settings.deployment;
  const roles = rolesOf(assembly);

  test.each(titled(roles))("$where $name: a service, or an account under the exact role and an external id", ({ role }) => {
    const statements = role.trust.Statement;
    expect(statements.length).toBeGreaterThan(0);
    const ofServices = statements.filter(({ Principal }) => Principal?.Service);
    for (const { Effect, Action, Principal, Condition } of ofServices) {
      const machine = role.name.endsWith("-machine");
      expect({ Effect, Action, Principal, Condition }).toEqual({
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: [machine ? "states.amazonaws.com" : "lambda.amazonaws.com"] },
        // Lambda sends no aws:SourceAccount when it assumes an execution role.
        Condition: machine ? { StringEquals: { "aws:SourceAccount": [hub] } } : {},
      });
    }
    const Principal = { AWS: [`arn:aws:iam::${hub}:root`] };
    const own = { ArnLike: { "aws:PrincipalArn": [`arn:aws:iam::${hub}:role${path}${role.fullName}`, `arn:aws:sts::${hub}:assumed-role/${role.fullName}/*`] } };
    const assume = { ...own, StringEquals: { "sts:ExternalId": [externalIdOf(assembly, role)] } };
    const expected = role.name.startsWith("mutation-")
      ? [
          { Effect: "Allow", Action: ["sts:AssumeRole"], Principal, Condition: { ...assume, Null: SAID } },
          { Effect: "Allow", Action: ["sts:SetSourceIdentity", "sts:TagSession"], Principal, Condition: own },
        ]
      : [{ Effect: "Allow", Action: ["sts:AssumeRole"], Principal, Condition: assume }];
    const ofAccounts = statements.filter((one) => one.Principal?.Service === undefined);
    expect(ofAccounts).toEqual(ofAccounts.length === 0 ? [] : expected);
  });

  test("members trust no service; in the hub only registered workers trust a role", () => {
    const trusted = (kind: "AWS" | "Service") => roles.filter(({ trust }) => trust.Statement.some(({ Principal }) => Principal?.[kind] !== undefined));
    expect(trusted("Service").map(({ arn }) => arn)).toEqual(roles.filter(({ template }) => template.place === "hub").map(({ arn }) => arn));
    expect(trusted("AWS").map(({ arn }) => arn)).toEqual(assumable(assembly).map(({ arn }) => arn));
  });

  test.each(titled(assumable(assembly)))("$where $name: the hub's role of its name with the right external id, and nobody else", ({ role }) => {
    const externalId = { "sts:ExternalId": externalIdOf(assembly, role), ...(role.name.startsWith("mutation-") ? NARROWED : {}) };
    const own = `arn:aws:iam::${hub}:role${path}${role.fullName}`;
    const may = (principal: string, context: Record<string, string> = externalId) => trusts(role.trust, { principal, context });
    expect(may(own)).toBe(true);
    expect(may(`arn:aws:sts::${hub}:assumed-role/${role.fullName}/session`)).toBe(true);

    expect(may(own, {}), "no external id").toBe(false);
    expect(may(own, { ...externalId, "sts:ExternalId": "of-another-account" }), "wrong external id").toBe(false);
    const other = role.name === "discovery-s3" ? "discovery-ec2" : "discovery-s3";
    expect(may(own.replace(role.name, other)), "another worker").toBe(false);
    const narrows = role.name.startsWith("mutation-");
    for (const action of ["sts:SetSourceIdentity", "sts:TagSession"]) {
      expect(trusts(role.trust, { principal: own, action }), action).toBe(narrows);
      expect(trusts(role.trust, { principal: own.replace(role.name, other), action }), action).toBe(false);
    }
    for (const left of narrows ? Object.keys(NARROWED) : [])
      expect(may(own, Object.fromEntries(Object.entries(externalId).filter(([key]) => key !== left))), `no ${left}`).toBe(false);
    expect(may(`${own}-more`), "a longer name").toBe(false);
    expect(may(own.replace(path, "/")), "the name without its path").toBe(false);
    expect(may(own.replace(hub, "999999999999")), "another account").toBe(false);
    expect(may(`arn:aws:iam::${hub}:user/admin`), "a user of the hub").toBe(false);
    expect(may(`arn:aws:iam::${hub}:root`), "the hub's root").toBe(false);
  });

  test("a function's role is Lambda's, a machine's is Step Functions'", () => {
    for (const { name, trust } of roles.filter(({ template }) => template.place === "hub")) {
      const machine = name.endsWith("-machine");
      expect(trusts(trust, { principal: "lambda.amazonaws.com" }), name).toBe(!machine);
      expect(trusts(trust, { principal: "states.amazonaws.com", context: { "aws:SourceAccount": hub } }), name).toBe(machine);
      expect(trusts(trust, { principal: "states.amazonaws.com", context: { "aws:SourceAccount": "999999999999" } }), name).toBe(false);
      expect(trusts(trust, { principal: "ec2.amazonaws.com" }), name).toBe(false);
    }
  });
});
