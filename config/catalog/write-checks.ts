/** What a write's entry must agree with: a mistake stops synth and cold start with its name. */
import * as z from "zod";
import { columnsOf } from "./columns.ts";
import type { ServiceDefinition } from "./define.ts";
import { isSensitiveAction } from "./sensitive.ts";
import { nameOf } from "./state.ts";
import type { BeforeRead, WriteDefinition, WritePermission } from "./write.ts";

/** @throws Error naming the entry and what is wrong with it. */
export function checkWrite(at: string, write: WriteDefinition, { reads, writes = {} }: ServiceDefinition): void {
  const fields = new Set(Object.keys(write.input.shape));
  const outputs = new Set(Object.keys(write.creates?.outputs ?? {}));
  const fail = (what: string): never => {
    throw new Error(`${at}: ${what}`);
  };
  for (const permission of write.permissions) checkPermission(permission, write, fields, fail);
  for (const field of placeholders(write.arn)) if (!fields.has(field)) fail(`arn names ${field}, which is not in its input`);
  for (const field of [...(write.references ?? []), ...Object.keys(write.limited ?? {})]) {
    if (!fields.has(field)) fail(`${field} is a reference or limited, and not in its input`);
  }
  for (const [field, other] of Object.entries(write.apart ?? {}))
    if (!fields.has(field) || write.limited?.[other] === undefined) fail(`${field} is to be apart from ${other}, which no setting limits`);
  for (const read of write.before) checkRead(read, reads, fields, fail);
  for (const list of [write.before, write.after ?? []]) checkNames(list, fail);
  for (const read of write.after ?? []) checkRead(read, reads, new Set([...fields, ...outputs]), fail);
  const { settling } = write;
  const shown = [...write.before, ...(write.after ?? [])];
  if (settling && !shown.some(({ operation, columns }) => operation === settling.operation && columns.includes(settling.column)))
    fail(`settling looks at ${settling.operation}.${settling.column}, which none of its reads shows`);
  if (write.creates && !write.calls.some(({ command }) => command === write.creates?.from))
    fail(`creates.from names ${write.creates.from}, which it does not call`);
  if (write.reversible !== "yes" && !write.notRestorable?.length) fail(`reversible "${write.reversible}" needs notRestorable: what stays changed`);
  if (write.class === "destructive" && write.reversible === "yes") fail("what is destructive can't be wholly reversible");
  if (Object.values(writes).some((other) => other !== write && other.summary === write.summary)) fail("another write has the same summary");
}

type Fail = (what: string) => never;

function checkPermission(
  { action, resource, why, when, onCreate, conditions = {} }: WritePermission,
  write: WriteDefinition,
  fields: ReadonlySet<string>,
  fail: Fail,
): void {
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) fail(`${action} is no IAM action without wildcard`);
  if (isSensitiveAction(action)) fail(`${action} reads secrets or content and can't be in the catalog (governance Y-15)`);
  const isWide = resource === "*" || /[:/]\*$/.test(resource);
  if (isWide && why === undefined) fail(`${action} on ${resource} needs a why`);
  if (onCreate && !(write.creates && write.tagged)) fail(`${action} asks for the request's tag, and the write makes nothing that is tagged`);
  const texts = [resource, ...Object.values(conditions).flatMap((keys) => Object.values(keys).flat())];
  for (const field of [...texts.flatMap(placeholders), ...(when === undefined ? [] : [when])]) {
    if (!fields.has(field)) fail(`${action} names ${field}, which is not in its input`);
  }
  // In a role's policy an input that neither a setting nor its own list limits becomes `*`, which as a condition's value would limit nothing.
  for (const field of texts.slice(1).flatMap(placeholders))
    if (write.limited?.[field] === undefined && !(write.input.shape[field] instanceof z.ZodEnum))
      fail(`${action} has a condition on ${field}, which no setting limits`);
}

function checkRead({ operation, by, match, columns, when = {} }: BeforeRead, reads: ServiceDefinition["reads"], fields: ReadonlySet<string>, fail: Fail): void {
  const read = Object.hasOwn(reads, operation) ? reads[operation] : undefined;
  if (!read) {
    fail(`${operation} is not among the service's reads`);
    return;
  }
  const known = new Set(columnsOf(read));
  for (const field of Object.keys(by)) if (!Object.hasOwn(read.input.shape, field)) fail(`${operation} takes no ${field}`);
  for (const column of [...Object.keys(match), ...columns]) if (!known.has(column)) fail(`${operation} has no column ${column}`);
  const sources = [
    ...Object.values(by).flatMap((source) => [source].flat().map((part) => (typeof part === "string" ? part : part.Values[0]))),
    ...Object.values(match),
  ];
  for (const field of [...sources.flatMap((source) => (source.includes("${") ? placeholders(source) : [source])), ...Object.keys(when)]) {
    if (!fields.has(field)) fail(`${operation} is read by ${field}, which is neither input nor output`);
  }
}

/** In a state two reads of one name would be one. Promises, and what is compared with them, go by the operation. */
function checkNames(list: readonly BeforeRead[], fail: Fail): void {
  for (const read of list) {
    if (read.as !== undefined && !read.context) fail(`${read.operation} is called ${read.as} and is no context`);
    const alike = list.filter((other) => nameOf(other) === nameOf(read) && JSON.stringify(other.when) === JSON.stringify(read.when));
    if (alike.length > 1) fail(`two of its reads are called ${nameOf(read)}`);
  }
}

/** Fields a text is filled with, beside its place. */
function placeholders(text: string): string[] {
  return [...text.matchAll(/\$\{(\w+)\}/g)].flatMap(([, name = ""]) => (name === "account" || name === "region" ? [] : [name]));
}
