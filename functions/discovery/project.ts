/** From a response to a table: drops first, then rows, then only the fields the catalog names (law 8). Pure. */
import { type Mask, maskPaths, type ReadDefinition } from "../../config/catalog/define.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Removes every field the mask names, at any depth of lists. */
export function dropFields(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((item) => dropFields(item, mask));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, inner]) => {
      const below = mask[field];
      if (below === undefined) return [[field, inner]];
      return typeof below === "object" ? [[field, dropFields(inner, below)]] : [];
    }),
  );
}

/** The rows of a response: `items` is a dotted path where `[]` flattens; without it the response is the row. */
export function rowsAt(response: unknown, items: string | undefined): Fields[] {
  if (items === undefined) return isFields(response) ? [response] : [];
  let level: unknown[] = [response];
  for (const part of items.split(".")) {
    const field = part.replace("[]", "");
    level = level
      .flatMap((value) => (isFields(value) ? [value[field]] : []))
      .flatMap((value) => (part.endsWith("[]") ? (Array.isArray(value) ? value : []) : [value]));
  }
  return level.map((value) => (isFields(value) ? value : { Value: value }));
}

export interface RowContext {
  readonly account: string;
  readonly region: string;
  /** Input fields bound from a list, and so columns of the row. */
  readonly bound: Fields;
  /** The error code that said "not configured", or null. */
  readonly absent: string | null;
}

/** One row in the order of columnsOf(read). */
export function toRow(item: Fields, read: ReadDefinition, context: RowContext): unknown[] {
  const arn = read.arn === undefined ? [] : [fillArn(read.arn, item, context)];
  const bound = Object.keys(read.each?.bind ?? {}).map((field) => context.bound[field] ?? null);
  const absent = read.absent?.length ? [context.absent] : [];
  return [...arn, ...bound, ...absent, ...maskPaths(read.project).map((path) => cell(item, path.split("."), read.project))];
}

function cell(value: unknown, path: readonly string[], mask: Mask): unknown {
  const [field, ...rest] = path;
  if (field === undefined || value === null || value === undefined) return null;
  if (Array.isArray(value)) return listCell(value, path, mask);
  if (!isFields(value)) return null;
  const below = mask[field];
  const inner = value[field];
  if (typeof below === "object") return cell(inner, rest, below);
  return decode(inner, below);
}

function listCell(values: readonly unknown[], path: readonly string[], mask: Mask): unknown {
  return values.map((value) => cell(value, path, mask));
}

function decode(value: unknown, how: Mask[string] | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (how === "tags" && Array.isArray(value)) return Object.fromEntries(value.flatMap((tag) => (isFields(tag) ? [[String(tag.Key), tag.Value ?? ""]] : [])));
  if (typeof value !== "string" || how === true) return plain(value);
  try {
    return JSON.parse(how === "urlJson" ? decodeURIComponent(value) : value);
  } catch {
    return value;
  }
}

/** Dates inside a field that is taken whole. */
function plain(value: unknown): unknown {
  return typeof value === "object" ? JSON.parse(JSON.stringify(value)) : value;
}

function fillArn(template: string, item: Fields, { account, region, bound }: RowContext): string | null {
  let missing = false;
  const arn = template.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = name === "account" ? account : name === "region" ? region : (valueAt(item, name) ?? valueAt(bound, name));
    if (typeof value !== "string") missing = true;
    return String(value);
  });
  return missing ? null : arn;
}

/** The value at a dotted path. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, field) => (isFields(inner) ? inner[field] : undefined), value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
