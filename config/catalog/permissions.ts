/** From a service's catalog to the IAM statements of its discovery role: exactly the actions of its reads (law 4). */
import type { ServiceDefinition } from "./define.ts";
import { CATALOG } from "./index.ts";
import type { ServiceName } from "./services.ts";

export interface ReadStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string[];
  readonly Resource: string | string[];
  /** Why a `*` resource can't be narrower. Not IAM's: leave it out of the policy, print it beside the statement. */
  readonly why?: string;
}

/**
 * @param options.account takes the place of `${account}` in ARNs: an id, or CDK's token for the account
 * that is deployed to; `*` without it. `${region}` becomes `*`: which regions may be called is settled
 * before a worker starts.
 */
export function discoveryStatements(service: ServiceName, options: { readonly account?: string } = {}): ReadStatement[] {
  return statementsOf(CATALOG[service], options.account ?? "*");
}

/** One statement for each set of resources that actions share, so that the policy stays below IAM's 6,144 characters. */
export function statementsOf({ service, reads }: ServiceDefinition, account: string): ReadStatement[] {
  const needs = new Map<string, { readonly resources: Set<string>; readonly why: Set<string> }>();
  for (const permission of Object.values(reads).flatMap((read) => read.permissions)) {
    const need = needs.get(permission.action) ?? { resources: new Set(), why: new Set() };
    need.resources.add(permission.resource.replaceAll("${region}", "*").replaceAll("${account}", account));
    if ("why" in permission) need.why.add(permission.why);
    needs.set(permission.action, need);
  }
  const groups = Map.groupBy(needs, ([, { resources }]) => JSON.stringify([...resources].sort()));
  return [...groups.values()].map((members, index) => {
    const resources = [...new Set(members.flatMap(([, need]) => [...need.resources]))].sort();
    const why = [...new Set(members.flatMap(([, need]) => [...need.why]))].join("; ");
    const [only, ...more] = resources;
    return {
      Sid: `${service.charAt(0).toUpperCase()}${service.slice(1)}Read${index + 1}`,
      Effect: "Allow",
      Action: members.map(([action]) => action).sort(),
      Resource: only !== undefined && more.length === 0 ? only : resources,
      ...(why ? { why } : {}),
    };
  });
}
