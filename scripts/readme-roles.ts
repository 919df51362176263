/** The README's role table, from the templates that the example settings synthesize to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { z } from "zod";
import { CATALOG } from "../config/catalog/index.ts";
import { writeActions } from "../config/catalog/mutation-permissions.ts";
import { MUTABLE_SERVICES, SERVICES } from "../config/catalog/services.ts";
import { FUNCTIONS, type FunctionName } from "../config/names.ts";
import { buildApp } from "../infra/app.ts";
import { readSettings } from "../infra/settings-file.ts";

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.object({ Sid: z.string(), Effect: z.enum(["Allow", "Deny"]), Action: texts })) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});
const roleSchema = z.object({ RoleName: z.string() });
const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) })) });

type StackTemplate = z.output<typeof templateSchema>;
interface Row {
  readonly role: string;
  readonly where: "hub" | "members";
  readonly may: string;
}

export function roleTable(config: string): string {
  const { prefix } = readSettings(config).settings.deployment;
  const hub = ["workflow", "entrance", "workers"];
  const stacks = synthesize(
    config,
    [...hub, "member"].map((name) => `${prefix}-${name}`),
  );
  const rows = [...stacks].flatMap(([stack, template]) => rowsOf(template, prefix, stack.endsWith("-member") ? "members" : "hub"));
  const lines = rows.map(({ role, where, may }) => `| ${role} | ${where} | ${may} |`);
  return ["| role | where | may |", "|---|---|---|", ...lines].join("\n");
}

/** A role's code is not part of the table, so every function gets the same empty bundle. */
function synthesize(config: string, stacks: readonly string[]): Map<string, StackTemplate> {
  const folder = mkdtempSync(join(tmpdir(), "aws-coworker-readme-"));
  try {
    const bundle = join(folder, "bundle");
    mkdirSync(bundle);
    writeFileSync(join(bundle, "index.mjs"), "");
    const names: FunctionName[] = [
      ...FUNCTIONS,
      ...SERVICES.map((service) => `discovery-${service}` as const),
      ...MUTABLE_SERVICES.map((service) => `mutation-${service}` as const),
    ];
    const app = buildApp(
      new App({ outdir: join(folder, "assembly"), context: { config, nag: "off" } }),
      () => Object.fromEntries(names.map((name) => [name, bundle])) as Record<FunctionName, string>,
    );
    const assembly = app.synth();
    return new Map(stacks.map((stack) => [stack, templateSchema.parse(assembly.getStackByName(stack).template)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf({ Resources }: StackTemplate, prefix: string, where: Row["where"]): Row[] {
  const policies = Object.values(Resources)
    // A boundary belongs to every role, and to none by its template.
    .filter(({ Type, Properties }) => Type === "AWS::IAM::ManagedPolicy" && Properties.Roles !== undefined)
    .map(({ Properties }) => policySchema.parse(Properties));
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === "AWS::IAM::Role")
    .map(([id, { Properties }]) => {
      const role = roleSchema.parse(Properties).RoleName.slice(prefix.length + 1);
      const statements = policies.filter(({ Roles }) => Roles.some(({ Ref }) => Ref === id)).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return { role, where, may: summary(role, statements) };
    });
}

interface RoleStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
}

function summary(role: string, statements: readonly RoleStatement[]): string {
  const [, verb, service = ""] = /^(discovery|mutation)-(\w+)$/.exec(role) ?? [];
  const known = verb === undefined ? [] : SERVICES.filter((name) => name === service).map((name) => CATALOG[name]);
  const reads = new Set(known.flatMap((one) => Object.values(one.reads)).flatMap((read) => read.permissions.map(({ action }) => action)));
  const writes = new Set(verb === "mutation" ? MUTABLE_SERVICES.filter((name) => name === service).flatMap((name) => writeActions(name)) : []);
  const ofCatalog = ({ Sid, Action }: RoleStatement) =>
    /^[A-Z][a-z0-9]+(Read|Change)\d+$/.test(Sid) && Action.every((action) => reads.has(action) || writes.has(action));
  const held = [...new Set(statements.filter((one) => one.Effect === "Allow" && ofCatalog(one)).flatMap(({ Action }) => Action))];
  const counts = [
    { what: "actions of writes", count: held.filter((action) => writes.has(action)).length },
    { what: "reads", count: held.filter((action) => !writes.has(action)).length },
  ].filter(({ count }) => count > 0);
  const catalog =
    counts.length > 0 ? [`${counts.map(({ what, count }) => `${count} ${what}`).join(" and ")} of the [${service} catalog](config/catalog/${service}.ts)`] : [];
  const others = statements
    .filter(({ Effect, ...one }) => Effect === "Allow" && !ofCatalog({ Effect, ...one }))
    .map(({ Sid, Action }) => `${Sid}: ${actionList(Action)}`);
  const denied = statements.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => Sid);
  return [...catalog, ...others, ...(denied.length > 0 ? [`denied: ${denied.join(", ")}`] : [])].join(" · ") || "nothing";
}

/** Actions of one service share its prefix: `logs:` CreateLogStream, PutLogEvents. */
function actionList(actions: readonly string[]): string {
  const [only, ...more] = actions;
  if (only !== undefined && more.length === 0) return `\`${only}\``;
  const services = Map.groupBy(actions, (action) => action.split(":")[0] ?? "");
  return [...services].map(([service, named]) => `\`${service}:\` ${named.map((action) => action.slice(service.length + 1)).join(", ")}`).join("; ");
}
