/** Synthesized templates as data, with their intrinsics filled as CloudFormation would in the stack's account. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const parameterSchema = z.object({ Type: z.string(), Default: z.string().optional(), MinLength: z.number().optional() });
const templateSchema = z.object({ Parameters: z.record(z.string(), parameterSchema).default({}), Resources: z.record(z.string(), resourceSchema) });
const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), environment: z.string().optional(), properties: z.object({ templateFile: z.string().optional() }).optional() }),
  ),
});

export interface Resource {
  readonly id: string;
  readonly type: string;
  /** Intrinsics are filled; a reference to a resource is its logical id, an attribute `<id>.<attribute>`. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly stack: string;
  readonly place: "hub" | "member";
  readonly account: string;
  readonly region: string;
  readonly parameters: z.output<typeof templateSchema>["Parameters"];
  readonly resources: readonly Resource[];
  /** The file as it is, to search for what must not be in it. */
  readonly text: string;
}

/** Stands for the account that a StackSet deploys the parameterised member template to. */
export const STACKSET_ACCOUNT = "777777777777";
export const STACKSET_EXTERNAL_ID = "given-by-the-stackset";

export function readTemplates(assembly: string): Template[] {
  const { artifacts } = manifestSchema.parse(readJson(join(assembly, "manifest.json")));
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === "aws:cloudformation:stack")
    .map(([stack, { environment, properties }]): Template => {
      const [, account = STACKSET_ACCOUNT, region = "us-east-1"] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment ?? "") ?? [];
      const text = readFileSync(join(assembly, properties?.templateFile ?? `${stack}.template.json`), "utf8");
      const { Parameters, Resources } = templateSchema.parse(JSON.parse(text));
      const values: Record<string, string> = { "AWS::Partition": "aws", "AWS::AccountId": account, "AWS::Region": region, "AWS::URLSuffix": "amazonaws.com" };
      for (const [name, { Default }] of Object.entries(Parameters)) values[name] = Default ?? STACKSET_EXTERNAL_ID;
      const resources = Object.entries(Resources).map(([id, { Type, Properties, Metadata }]) => ({
        id,
        type: Type,
        properties: fill(Properties, values) as Record<string, unknown>,
        metadata: Metadata,
      }));
      return { stack, place: /-member(-\d{12})?$/.test(stack) ? "member" : "hub", account, region, parameters: Parameters, resources, text };
    });
}

function fill(node: unknown, values: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(node)) return node.map((item) => fill(item, values));
  if (typeof node !== "object" || node === null) return node;
  const [[key, argument] = ["", undefined], ...more] = Object.entries(node);
  if (more.length === 0 && key === "Ref") return values[String(argument)] ?? String(argument);
  if (more.length === 0 && key === "Fn::GetAtt" && Array.isArray(argument)) return argument.join(".");
  if (more.length === 0 && key === "Fn::Join" && Array.isArray(argument)) return (fill(argument[1], values) as unknown[]).join(String(argument[0]));
  if (more.length === 0 && key.startsWith("Fn::")) throw new Error(`the tests fill no ${key}`);
  return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, fill(item, values)]));
}

export function resourcesOf(templates: readonly Template[], type: string): (Resource & { readonly template: Template })[] {
  return templates.flatMap((template) => template.resources.filter((resource) => resource.type === type).map((resource) => ({ ...resource, template })));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
