/**
 * The secrets scan (law 8): nothing reaches a model, a journal or a person before it went through here.
 *
 * Found: credentials that carry their own mark (tokens of GitHub, GitLab, Slack, npm, OpenAI, Anthropic,
 * Vault and others of secretlint's recommended rules, PEM private keys with header and end, URLs and
 * database strings with a password), and an AWS secret access key whose name stands before it: in the
 * same text, as the name of its field, or in a Key/Value or Name/Value pair.
 *
 * Not found: passwords and keys without any mark (a bare 40-character secret access key, a session
 * token), a value whose name is in another place (a table's column head), a key cut before its end,
 * placeholders (AWS's documented example key). So the catalog's `drop` comes first; this is the second net.
 *
 * Not secrets, and kept: account ids, ARNs, access key ids; findings must be able to name them.
 */
import { type Redacted, scan } from "./secrets/scan.ts";

export type { Redacted } from "./secrets/scan.ts";

/** @returns the text with each secret as "[redacted:<rule>]", and how many there were. */
export async function redact(text: string): Promise<Redacted> {
  const [only] = await scan([{ before: "", text }]);
  return only ?? { text, redactions: 0 };
}

/**
 * The same for every string of a JSON value, keys included; its structure is kept. Strings are scanned in
 * one run and never joined. Two keys that become equal are told apart by a number. What is not plain JSON
 * (a Date, bytes) is returned as it is.
 */
export async function redactDeep<T>(value: T): Promise<{ value: T; redactions: number }> {
  const passages = new Map<string, { before: string; text: string }>();
  const collect: Visit = (text, before) => {
    passages.set(`${before}\u0000${text}`, { before, text });
    return text;
  };
  visit(value, "", collect);
  const results = await scan([...passages.values()]);
  const redacted = new Map([...passages.keys()].map((key, index) => [key, results[index]]));
  let redactions = 0;
  const replaced = visit(value, "", (text, before) => {
    const result = redacted.get(`${before}\u0000${text}`);
    if (!result) throw new Error("secrets scan: a string changed between the two passes over it");
    redactions += result.redactions;
    return result.text;
  });
  return { value: replaced as T, redactions };
}

/** Where in a JSON value secrets are, each as the names that lead to it; a name that is one itself stands as its mark. */
export async function secretsIn(value: unknown): Promise<string[][]> {
  const { value: redacted, redactions } = await redactDeep(value);
  return redactions === 0 ? [] : changed(value, redacted, []);
}

/** @param redacted of the same structure, with entries in the same order. */
function changed(value: unknown, redacted: unknown, path: readonly string[]): string[][] {
  if (typeof value !== "object" || value === null) return value === redacted ? [] : [[...path]];
  const shown = Object.entries(Object(redacted) as Record<string, unknown>);
  return Object.entries(value).flatMap(([key, item], index) => {
    const [name = key, now] = shown[index] ?? [];
    const inside = changed(item, now, [...path, name]);
    return name === key ? inside : [[...path, name], ...inside];
  });
}

type Visit = (text: string, before: string) => string;

/** A copy of the value whose strings went through `each`, with the name they go by. */
function visit(value: unknown, before: string, each: Visit): unknown {
  if (typeof value === "string") return each(value, before);
  if (Array.isArray(value)) return value.map((item) => visit(item, before, each));
  if (!isPlainObject(value)) return value;
  const pair = pairName(value);
  const entries: [string, unknown][] = [];
  const taken = new Set<string>();
  for (const [key, item] of Object.entries(value)) {
    const name = unique(each(key, ""), taken);
    entries.push([name, visit(item, pair !== undefined && /^value$/i.test(key) ? `${pair}: ` : `${key}: `, each)]);
  }
  return Object.fromEntries(entries);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The name in `{Key, Value}` and `{Name, Value}`, AWS's forms of tags and variables. */
function pairName(value: Record<string, unknown>): string | undefined {
  const named = Object.entries(value).find(([key, item]) => /^(key|name)$/i.test(key) && typeof item === "string");
  return named?.[1] as string | undefined;
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} (${number})`;
  taken.add(free);
  return free;
}
