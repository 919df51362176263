/**
 * The grammar of the catalog (law 4): an operation exists once, here, and IAM statements, model tools,
 * plan validation, projections and docs are derived from its entry. No SDK, no I/O: an entry is data.
 */
import type { z } from "zod";
import { maskPaths } from "./columns.ts";
import { isSensitiveAction } from "./sensitive.ts";
import type { ServiceName } from "./services.ts";
import type { WriteDefinition } from "./write.ts";
import { checkWrite } from "./write-checks.ts";

export { maskPaths } from "./columns.ts";

/**
 * One IAM action an operation needs. `resource` is an ARN with `${region}` and `${account}` left open,
 * or `*` where the service has no resource-level permission; then `why` says so and is printed beside
 * the statement.
 */
export type Permission =
  | { readonly action: string; readonly resource: `arn:${string}` }
  | { readonly action: string; readonly resource: "*"; readonly why: string };

/**
 * The fields of a response that may travel (`project`) or must go first (`drop`). `true` takes the
 * field as it is; `"json"` parses a JSON text, `"urlJson"` a URL-encoded one and `"tags"` makes an object
 * of a Key/Value list. Arrays are transparent: fields of a list's items become parallel lists.
 */
export interface Mask {
  readonly [field: string]: true | "json" | "urlJson" | "tags" | Mask;
}

/** How a paginated operation goes on. `limit` is the page size asked for; `maxItems` bounds one read. */
export interface Pagination {
  /** Input field that takes the token. */
  readonly request: string;
  /** Output field (dotted) that carries it. */
  readonly response: string;
  readonly limit?: { readonly field: string; readonly value: number };
  /** After this many items the read stops and says it is truncated. */
  readonly maxItems: number;
}

/** The bound of a read that has no reason for another: what a worker can hold and page through in its ten minutes. */
export const MOST_ITEMS = 10_000;

/**
 * A per-resource read called without its resource runs over every item of `list`, another read of the
 * service; `bind` maps an input field to a projected field or the ARN field of the listed item, or to a
 * field that was itself bound to list it: `list` may run over a plain list in its turn (the access keys of every
 * user), but no deeper.
 */
export interface Each {
  readonly list: string;
  readonly bind: Readonly<Record<string, string>>;
}

export interface ReadDefinition<Input extends z.ZodObject = z.ZodObject> {
  /** One sentence for the model's tool and the docs. */
  readonly summary: string;
  /** What a row is: "instance", "bucket". */
  readonly entity: string;
  readonly permissions: readonly [Permission, ...Permission[]];
  /** The input a request may give: a strict zod object, a subset of the SDK's input. */
  readonly input: Input;
  /** Input fields that are times: ISO 8601 texts in a request, so that plans stay JSON; sent as dates. */
  readonly times?: readonly string[];
  /** Input the catalog always sends; a request cannot change it. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /**
   * Input field that takes the target's account id with every call, so that AWS refuses a resource of
   * another owner: an S3 bucket's name says nothing about whose it is. A request cannot give it.
   */
  readonly owner?: "ExpectedBucketOwner";
  readonly each?: Each;
  readonly paginate?: Pagination;
  /**
   * Dotted path to the rows in a response; `[]` flattens one level: "Reservations[].Instances[]".
   * Absent: the response is one row. A row that is no object becomes `{ Value: row }`.
   */
  readonly items?: string;
  /** Fields of a row. */
  readonly project: Mask;
  /** Removed before the response is kept as evidence (law 8): fields of the whole response, not of a row. */
  readonly drop?: Mask;
  /** The row's ARN: `${region}`, `${account}` and `${Field.path}` of the row or of the input. A field that is an ARN already may stand alone. */
  readonly arn?: string;
  /** Error codes that are an answer: the thing asked for is not configured. The row then has `Absent`. */
  readonly absent?: readonly string[];
}

export interface ServiceDefinition<
  Name extends ServiceName = ServiceName,
  Reads extends Record<string, ReadDefinition> = Record<string, ReadDefinition>,
  Writes extends Readonly<Record<string, WriteDefinition>> = Readonly<Record<string, WriteDefinition>>,
> {
  readonly service: Name;
  /** `regional`: one call a region. `global`: one call an account, sent to us-east-1 and labelled "global". */
  readonly scope: "regional" | "global";
  /** Field of the listed item that says where a resource of a global list lives ("BucketRegion"): used to keep a request inside its regions. */
  readonly regionField?: string;
  /** Words a person uses for what this service holds; shown to the planner. */
  readonly about: string;
  readonly reads: Reads;
  /** What may be changed; a service without writes has no mutation worker. */
  readonly writes?: Writes;
}

/** Identity with checks: a mistake in an entry stops synth and cold start with its name. */
export function defineService<
  const Name extends ServiceName,
  const Reads extends Record<string, ReadDefinition>,
  const Writes extends Readonly<Record<string, WriteDefinition>>,
>(definition: ServiceDefinition<Name, Reads, Writes>): ServiceDefinition<Name, Reads, Writes> {
  for (const [operation, read] of Object.entries(definition.reads)) {
    const at = `catalog ${definition.service}.${operation}`;
    for (const { action } of read.permissions) {
      if (isSensitiveAction(action)) throw new Error(`${at}: ${action} reads secrets or content and can't be in the catalog (governance Y-15)`);
    }
    if (read.owner && Object.hasOwn(read.input.shape, read.owner)) throw new Error(`${at}: ${read.owner} is the target's account and can't be given`);
    if (read.each) checkEach(at, read, read.each, definition);
    const rows = read.items === undefined ? "" : `${read.items.replaceAll("[]", "")}.`;
    for (const path of maskPaths(read.drop ?? {})) {
      if (maskPaths(read.project, rows).some((kept) => kept === path || kept.startsWith(`${path}.`))) {
        throw new Error(`${at}: ${path} is both dropped and projected`);
      }
    }
  }
  for (const [operation, write] of Object.entries(definition.writes ?? {})) checkWrite(`catalog ${definition.service}.${operation}`, write, definition);
  return definition;
}

function checkEach(at: string, read: ReadDefinition, { list: name, bind }: Each, { service, reads }: ServiceDefinition): void {
  const list = Object.hasOwn(reads, name) ? reads[name] : undefined;
  if (!list) throw new Error(`${at}: each.list names ${name}, which ${service} does not read`);
  if (list.each && reads[list.each.list]?.each) throw new Error(`${at}: each.list names ${name}, which runs over a list that runs over one`);
  if (!list.input.safeParse({}).success) throw new Error(`${at}: each.list names ${name}, which has required input`);
  const offered = [...maskPaths(list.project), ...Object.keys(list.each?.bind ?? {}), ...(list.arn?.match(/^\$\{(\w+)\}$/)?.slice(1) ?? [])];
  for (const [field, source] of Object.entries(bind)) {
    if (!Object.hasOwn(read.input.shape, field)) throw new Error(`${at}: each.bind names ${field}, which is not in its input`);
    if (!offered.includes(source)) throw new Error(`${at}: each.bind takes ${source}, which ${name} neither projects, binds nor has as its ARN`);
  }
  if (!read.input.safeParse({}).success) throw new Error(`${at}: its input has required fields, so it can't run over ${name} without them`);
}

/** The resource tags AWS services return as a Key/Value list: one column, an object. */
export const TAGS = "tags" as const;
