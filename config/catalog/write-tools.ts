/** From the catalog's writes to what the planner is shown of them. Inverse-only entries are nobody's to ask for and not among them. */
import * as z from "zod";
import type { Changes } from "../changes.ts";
import { CATALOG } from "./index.ts";
import { allowedValues } from "./limited.ts";
import { MUTABLE_SERVICES, type MutableService } from "./services.ts";
import type { OperationClass, WriteDefinition } from "./write.ts";

export interface WriteIndexEntry {
  readonly service: MutableService;
  readonly operation: string;
  readonly entity: string;
  readonly summary: string;
  readonly class: OperationClass;
  readonly reversible: WriteDefinition["reversible"];
  readonly notRestorable: readonly string[];
  /** Names of its input fields. */
  readonly input: string[];
  /** Fields that take `{ "$ref": "s1.Output" }`. */
  readonly references: readonly string[];
  /** What later steps may refer to. */
  readonly outputs: string[];
}

export function writeIndex(services: readonly MutableService[] = MUTABLE_SERVICES): WriteIndexEntry[] {
  return services.flatMap((service) =>
    askable(service).map(([operation, write]) => ({
      service,
      operation,
      entity: write.entity,
      summary: write.summary,
      class: write.class,
      reversible: write.reversible,
      notRestorable: write.notRestorable ?? [],
      input: Object.keys(write.input.shape),
      references: write.references ?? [],
      outputs: Object.keys(write.creates?.outputs ?? {}),
    })),
  );
}

/** A line a write: `- s3.PutBucketEncryption(Bucket, SSEAlgorithm: AES256|aws:kms, KMSMasterKeyID?): … [sensitive; reversible partly]`. */
export function writesText(services: readonly MutableService[] = MUTABLE_SERVICES): string {
  return services.flatMap((service) => askable(service).map(([operation, write]) => lineOf(`${service}.${operation}`, write))).join("\n");
}

/**
 * What the settings allow for fields that they limit, a line a field: a planner that does not know the list can only guess.
 * A field that they limit differently has a line for each, with its operations.
 */
export function limitsText(changes: Pick<Changes, "iam" | "s3">, services: readonly MutableService[] = MUTABLE_SERVICES): string {
  const limited = services.flatMap((service) =>
    askable(service).flatMap(([operation, write]) => Object.entries(write.limited ?? {}).map(([field, setting]) => ({ operation, field, setting }))),
  );
  return [...Map.groupBy(limited, ({ field }) => field)]
    .flatMap(([field, own]) => {
      const bySetting = [...Map.groupBy(own, ({ setting }) => setting)];
      const said = bySetting.length === 1 ? () => field : (alike: typeof own) => `${field} of ${alike.map(({ operation }) => operation).join(", ")}`;
      return bySetting.map(([setting, alike]) => `- ${said(alike)}: ${allowedValues(setting, changes, "<account id>").join(", ") || "nothing is allowed"}`);
    })
    .join("\n");
}

/** The parts of a step's JSON schema that the catalog knows: closed lists of services and operations. */
export function proposeSchema(services: readonly MutableService[] = MUTABLE_SERVICES) {
  const operations = services.flatMap((service) => askable(service).map(([operation]) => operation));
  return {
    service: { type: "string", enum: [...services] },
    operation: { type: "string", enum: [...new Set(operations)] },
    input: { type: "object" },
  } as const;
}

function askable(service: MutableService): [string, WriteDefinition][] {
  return Object.entries(CATALOG[service].writes ?? {}).filter(([, { inverseOnly }]) => !inverseOnly);
}

function lineOf(name: string, { input, summary, class: kind, reversible, references = [], creates }: WriteDefinition): string {
  const fields = Object.entries(input.shape).map(([field, schema]) => fieldText(field, schema as z.ZodType));
  const outputs = Object.keys(creates?.outputs ?? {});
  const facts = [
    kind,
    reversible === "yes" ? "reversible" : reversible === "no" ? "not reversible" : "partly reversible",
    ...(outputs.length > 0 ? [`outputs ${outputs.join(", ")}`] : []),
    ...(references.length > 0 ? [`${references.join(", ")} may be a reference`] : []),
  ];
  return `- ${name}(${fields.join(", ")}): ${summary} [${facts.join("; ")}]`;
}

/** A field's name with what its value looks like: `Name?`, `Name: a|b`, `Name[]`, `Name{}`, `Name: number`. */
function fieldText(name: string, schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) {
    const [field = name, ...kind] = fieldText(name, schema.unwrap() as z.ZodType).split(": ");
    return [`${field}?`, ...kind].join(": ");
  }
  if (schema instanceof z.ZodEnum) return `${name}: ${schema.options.join("|")}`;
  if (schema instanceof z.ZodNumber) return `${name}: number`;
  if (schema instanceof z.ZodRecord) return `${name}{}`;
  if (schema instanceof z.ZodArray) return schema.element instanceof z.ZodEnum ? `${name}[]: ${schema.element.options.join("|")}` : `${name}[]`;
  return name;
}
