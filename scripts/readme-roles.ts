/** The README's role table, from the templates that the example settings synthesize to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { z } from "zod";
import { CATALOG } from "../config/catalog/index.ts";
import { SERVICES } from "../config/catalog/services.ts";
import { FUNCTIONS, type FunctionName } from "../config/names.ts";
import { buildApp } from "../infra/app.ts";
import { readSettings } from "../infra/settings-file.ts";

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.object({ Sid: z.string(), Action: texts })) }),
  Roles: z.array(z.object({ Ref: z.string() })).default([]),
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
    const names: FunctionName[] = [...FUNCTIONS, ...SERVICES.map((service): FunctionName => `discovery-${service}`)];
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
    .filter(({ Type }) => Type === "AWS::IAM::ManagedPolicy")
    .map(({ Properties }) => policySchema.parse(Properties));
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === "AWS::IAM::Role")
    .map(([id, { Properties }]) => {
      const role = roleSchema.parse(Properties).RoleName.slice(prefix.length + 1);
      const statements = policies.filter(({ Roles }) => Roles.some(({ Ref }) => Ref === id)).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return { role, where, may: summary(role, statements) };
    });
}

function summary(role: string, statements: readonly { readonly Sid: string; readonly Action: readonly string[] }[]): string {
  const service = SERVICES.find((name) => role === `discovery-${name}`);
  const catalog = new Set(service ? Object.values(CATALOG[service].reads).flatMap((read) => read.permissions.map(({ action }) => action)) : []);
  const isReads = ({ Action }: { readonly Action: readonly string[] }) => Action.every((action) => catalog.has(action));
  const reads = statements.filter(isReads).flatMap(({ Action }) => Action);
  const parts = statements.filter((statement) => !isReads(statement)).map(({ Sid, Action }) => `${Sid}: ${actionList(Action)}`);
  if (reads.length > 0) parts.unshift(`${reads.length} reads of the [${service} catalog](config/catalog/${service}.ts)`);
  return parts.join(" · ") || "nothing";
}

/** Actions of one service share its prefix: `logs:` CreateLogStream, PutLogEvents. */
function actionList(actions: readonly string[]): string {
  const [only, ...more] = actions;
  if (only !== undefined && more.length === 0) return `\`${only}\``;
  const services = Map.groupBy(actions, (action) => action.split(":")[0] ?? "");
  return [...services].map(([service, named]) => `\`${service}:\` ${named.map((action) => action.slice(service.length + 1)).join(", ")}`).join("; ");
}
