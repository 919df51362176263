/**
 * From a service's catalog to the statements of its mutation role: exactly the actions of its writes and of the reads
 * that show their resources (law 4), and what the role may do nowhere (DESIGN "Roles").
 */
import * as z from "zod";
import type { Settings } from "../settings.ts";
import { tagValuesOf } from "../tags.ts";
import { CATALOG } from "./index.ts";
import { allowedValues } from "./limited.ts";
import { type Condition, grouped, mapCondition, type Need, readPermissions } from "./needs.ts";
import type { MutableService } from "./services.ts";
import type { WriteDefinition, WritePermission } from "./write.ts";

export interface MutationStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Condition;
  /** Not IAM's: leave it out of the policy, print it beside the statement. */
  readonly why?: string;
}

type RoleSettings = Pick<Settings, "deployment" | "accounts" | "changes" | "scopes">;

/** Services whose existing resources IAM knows the tags of. A bucket's it knows with ABAC only (DESIGN "IAM facts"). */
const TAG_DENIED: ReadonlySet<MutableService> = new Set(["ec2", "iam", "lambda"]);

/** What the system makes for itself under its prefix, of the kinds that its workers may change. */
const OWN_NAMES = [
  { service: "lambda", pattern: "arn:aws:lambda:*:${account}:function:${prefix}-*" },
  { service: "s3", pattern: "arn:aws:s3:::${prefix}-*" },
] as const;

/**
 * @param options.account an account's id, or CDK's token for the account that is deployed to; then, and without it, the
 * regions are those of every account in scope. No statement at all for an account where the service is out of scope.
 */
export function mutationStatements(service: MutableService, settings: RoleSettings, options: { readonly account?: string }): MutationStatement[] {
  const account = options.account ?? "*";
  const regions = regionsInScope(service, settings, account);
  if (regions.length === 0) return [];
  const writes = Object.values(CATALOG[service].writes ?? {});
  const needs = writes.flatMap((write) => needsOf(write, settings, account, service));
  const title = `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
  const allows = grouped(needs).map((statement, index): MutationStatement => ({ Sid: `${title}Change${index + 1}`, Effect: "Allow", ...statement }));
  return [...allows, ...denies(service, title, settings, account, regions)];
}

/** Regions of the accounts that the service may be changed in: of the one account, if it is an id. */
function regionsInScope(service: MutableService, { accounts, scopes }: RoleSettings, account: string): string[] {
  const inScope = new Set(scopes.filter(({ services }) => services.includes(service)).map((scope) => scope.account));
  const meant = accounts.filter(({ id }) => inScope.has(id) && (!/^\d{12}$/.test(account) || id === account));
  return [...new Set(meant.flatMap(({ regions }) => regions))].sort();
}

function needsOf(write: WriteDefinition, { changes }: RoleSettings, account: string, service: MutableService): Need[] {
  const values = (field: string): string[] => {
    if (field === "account") return [account];
    const setting = write.limited?.[field];
    if (setting !== undefined) return allowedValues(setting, changes, account);
    const given = Object.hasOwn(write.input.shape, field) ? write.input.shape[field] : undefined;
    return given instanceof z.ZodEnum ? given.options.map(String) : ["*"];
  };
  // A bucket's ARN names no account. One that is being made has none yet.
  const owned = ({ resource, action }: WritePermission): Condition =>
    resource.startsWith("arn:aws:s3:::") && action !== `s3:${write.creates?.from}` && account !== "*"
      ? { StringEquals: { "aws:ResourceAccount": account } }
      : {};
  return [...write.permissions, ...readPermissions(write, CATALOG[service].reads)].flatMap((permission) => {
    const condition = { ...mapCondition(permission.conditions ?? {}, (texts) => texts.flatMap((text) => expanded(text, values))), ...owned(permission) };
    // A list that the settings leave empty allows nothing.
    if (hasEmptyList(condition)) return [];
    return expanded(permission.resource, values).map((resource) => ({
      action: permission.action,
      resource: resource.replaceAll(/\*+/g, "*"),
      condition,
      ...(permission.why === undefined ? {} : { why: permission.why }),
    }));
  });
}

/** The text for every value of its fields. */
function expanded(text: string, values: (field: string) => readonly string[]): string[] {
  const field = text.match(/\$\{(\w+)\}/)?.[1];
  if (field === undefined) return [text];
  return values(field).flatMap((value) => expanded(text.replaceAll(`\${${field}}`, value), values));
}

function hasEmptyList(condition: Condition): boolean {
  return Object.values(condition).some((keys) => Object.values(keys).some((given) => given.length === 0));
}

function denies(service: MutableService, title: string, { deployment }: RoleSettings, account: string, regions: readonly string[]): MutationStatement[] {
  const actions = writeActions(service);
  const own = actions.filter((action) => action.startsWith(`${service}:`));
  const identity = actions.filter((action) => action.startsWith("iam:"));
  return [
    ...(service === "iam"
      ? []
      : [
          deny(`${title}OutsideRegions`, own, ["*"], "A deny: the regions that the registry names for the account.", {
            StringNotEquals: { "aws:RequestedRegion": regions },
          }),
        ]),
    ...(TAG_DENIED.has(service)
      ? [
          deny(`${title}ForStricterTiers`, own, ["*"], "A deny: whatever is tagged staging or production, in any of the forms that tags are read in.", {
            StringEqualsIgnoreCase: { "aws:ResourceTag/Environment": tagValuesOf(["staging", "production"]) },
          }),
        ]
      : []),
    ...(identity.length === 0
      ? []
      : [
          deny(
            `${title}OwnPath`,
            identity,
            ["role", "policy"].map((type) => `arn:aws:iam::${account}:${type}${deployment.path}*`),
            "A deny: the system's own roles and policies are not its to change or to pass.",
          ),
        ]),
    ...OWN_NAMES.filter((named) => named.service === service).map(({ pattern }) =>
      deny(
        `${title}OwnNames`,
        own,
        [pattern.replace("${account}", account).replace("${prefix}", deployment.prefix)],
        "A deny: the system's own functions and buckets, where the hub is in scope.",
      ),
    ),
  ];
}

function deny(Sid: string, Action: string[], Resource: string[], why: string, Condition?: Condition): MutationStatement {
  return { Sid, Effect: "Deny", Action, Resource, ...(Condition ? { Condition } : {}), why };
}

/** Every action of the service's writes, dependent ones too; no reads. */
export function writeActions(service: MutableService): string[] {
  return [...new Set(Object.values(CATALOG[service].writes ?? {}).flatMap(({ permissions }) => permissions.map(({ action }) => action)))].sort();
}
