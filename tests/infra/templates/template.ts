/** Synthesized templates as data: intrinsics are filled, and what a condition leaves out is left out, as CloudFormation would in the stack's account. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const resourceSchema = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const parameterSchema = z.object({
  Type: z.string(),
  Default: z.string().optional(),
  MinLength: z.number().optional(),
  AllowedValues: z.array(z.string()).optional(),
});
const outputSchema = z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() });
const templateSchema = z.object({
  Parameters: z.record(z.string(), parameterSchema).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), outputSchema).default({}),
});
type Written = z.output<typeof templateSchema>;
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
/** All that a StackSet can ask for: what holds for this holds for less. */
export const STACKSET_MOST = {
  ExternalId: STACKSET_EXTERNAL_ID,
  Environment: "sandbox",
  ChangeEc2: "yes",
  ChangeS3: "yes",
  ChangeIam: "yes",
  ChangeLambda: "yes",
} as const;

/** @param given the StackSet's parameter overrides. */
export function readTemplates(assembly: string, given: Readonly<Record<string, string>> = STACKSET_MOST): Template[] {
  const { artifacts } = manifestSchema.parse(readJson(join(assembly, "manifest.json")));
  const stacks = Object.entries(artifacts)
    .filter(([, { type }]) => type === "aws:cloudformation:stack")
    .map(([stack, { environment, properties }]) => {
      const [, account = STACKSET_ACCOUNT, region = "us-east-1"] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment ?? "") ?? [];
      const text = readFileSync(join(assembly, properties?.templateFile ?? `${stack}.template.json`), "utf8");
      return { stack, account, region, text, ...templateSchema.parse(JSON.parse(text)) };
    });
  const exported: Record<string, unknown> = {};
  for (const stack of stacks) {
    for (const { Export, Value } of Object.values(stack.Outputs)) if (Export) exported[Export.Name] = fill(Value, knownOf(stack, given, {}));
  }
  return stacks.map(({ stack, text, ...written }): Template => {
    const known = knownOf(written, given, exported);
    const made = Object.entries(written.Resources).filter(([, { Condition }]) => Condition === undefined || known.holds(Condition));
    const resources = made.map(([id, { Type, Properties, Metadata }]) => ({
      id,
      type: Type,
      properties: fill(Properties, known) as Record<string, unknown>,
      metadata: Metadata,
    }));
    const { account, region, Parameters } = written;
    return { stack, place: /-member(-\d{12})?$/.test(stack) ? "member" : "hub", account, region, parameters: Parameters, resources, text };
  });
}

interface Known {
  readonly values: Readonly<Record<string, string>>;
  readonly exported: Readonly<Record<string, unknown>>;
  readonly holds: (condition: string) => boolean;
  readonly attribute: (id: string, name: string) => string;
}

function knownOf(
  { account, region, Parameters, Conditions, Resources }: Written & Pick<Template, "account" | "region">,
  given: Readonly<Record<string, string>>,
  exported: Readonly<Record<string, unknown>>,
): Known {
  const values: Record<string, string> = { "AWS::Partition": "aws", "AWS::AccountId": account, "AWS::Region": region, "AWS::URLSuffix": "amazonaws.com" };
  for (const [name, { Default }] of Object.entries(Parameters)) {
    const value = account === STACKSET_ACCOUNT ? (given[name] ?? Default) : Default;
    if (value === undefined) throw new Error(`parameter ${name} of the template for ${account} has no value`);
    values[name] = value;
  }
  const holds = (node: unknown): boolean => {
    const [[key, argument] = ["", []]] = Object.entries(node as Record<string, unknown>);
    const parts = argument as unknown[];
    if (key === "Condition") return holds(Conditions[String(argument)]);
    if (key === "Fn::And") return parts.every(holds);
    if (key === "Fn::Or") return parts.some(holds);
    if (key === "Fn::Equals") return fill(parts[0], known) === fill(parts[1], known);
    throw new Error(`the tests judge no ${key}`);
  };
  const known: Known = {
    values,
    exported,
    holds: (condition) => holds({ Condition: condition }),
    // The one attribute that stands in policies.
    attribute: (id, name) => (Resources[id]?.Type === "AWS::KMS::Key" && name === "Arn" ? `arn:aws:kms:${region}:${account}:key/${id}` : `${id}.${name}`),
  };
  return known;
}

/** Nothing: what Fn::If leaves out. */
const NO_VALUE = Symbol("AWS::NoValue");

function fill(node: unknown, known: Known): unknown {
  if (Array.isArray(node)) return node.map((item) => fill(item, known)).filter((item) => item !== NO_VALUE);
  if (typeof node !== "object" || node === null) return node;
  const [[key, argument] = ["", undefined], ...more] = Object.entries(node);
  if (more.length > 0 || !(key === "Ref" || key.startsWith("Fn::"))) {
    const filled = Object.entries(node).map(([name, item]): [string, unknown] => [name, fill(item, known)]);
    return Object.fromEntries(filled.filter(([, item]) => item !== NO_VALUE));
  }
  if (key === "Ref") return argument === "AWS::NoValue" ? NO_VALUE : (known.values[String(argument)] ?? String(argument));
  if (key === "Fn::ImportValue") return known.exported[String(argument)];
  const parts = argument as unknown[];
  if (key === "Fn::GetAtt") return known.attribute(String(parts[0]), String(parts[1]));
  if (key === "Fn::Join") return (fill(parts[1], known) as unknown[]).join(String(parts[0]));
  if (key === "Fn::If") return fill(known.holds(String(parts[0])) ? parts[1] : parts[2], known);
  throw new Error(`the tests fill no ${key}`);
}

export function resourcesOf(templates: readonly Template[], type: string): (Resource & { readonly template: Template })[] {
  return templates.flatMap((template) => template.resources.filter((resource) => resource.type === type).map((resource) => ({ ...resource, template })));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
