/** Finds secrets in many short texts with one run of secretlint's rules, without letting a rule see two texts as one. */
import { lintSource } from "@secretlint/core";
import { secretLintProfiler } from "@secretlint/profiler";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintCoreResultMessage } from "@secretlint/types";
import { markOf } from "./mark.ts";

// The profiler keeps every mark of every run for the life of the process and searches them all at the
// next: 1,000 runs took 10 s. Nobody reads them here.
secretLintProfiler.mark = () => {};

const PREFIX = "@secretlint/secretlint-rule-";

/** Without filter-comments: its `secretlint-disable` would let what is scanned switch the scan off. */
const RULES = rules.filter(({ meta }) => meta.id !== `${PREFIX}filter-comments`).map((rule) => ({ id: rule.meta.id, rule }));

/** NUL is in no rule's pattern, so that no match crosses it except by a wildcard, which `clip` cuts. */
const SEPARATOR = "\n\u0000\n";

export interface Passage {
  /** What the text is called, as the rules would see it before the text ("SecretAccessKey: "); never changed. */
  readonly before: string;
  readonly text: string;
}

export interface Redacted {
  readonly text: string;
  readonly redactions: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** The passages' texts in order, each secret replaced by "[redacted:<rule>]". */
export async function scan(passages: readonly Passage[]): Promise<Redacted[]> {
  if (passages.length === 0) return [];
  const starts: number[] = [];
  let content = SEPARATOR;
  for (const { before, text } of passages) {
    starts.push(content.length + before.length);
    content += before + text + SEPARATOR;
  }
  // Named .npmrc because the npm rule looks for registry tokens only there.
  const { messages } = await lintSource({
    source: { content, filePath: ".npmrc", ext: "", contentType: "text" },
    options: { noPhysicFilePath: true, config: { rules: RULES } },
  });
  const spans = messages.map((message) => locate(message, content)).sort((a, b) => a.start - b.start);
  let next = 0;
  return passages.map(({ text }, index) => {
    const start = starts[index] ?? 0;
    const inside: Span[] = [];
    for (let span = spans[next]; span && span.start < start + text.length; span = spans[++next]) inside.push(span);
    return replace(
      text,
      inside.flatMap((span) => clip(span, start, text.length)),
    );
  });
}

/**
 * Where the secret is. A rule that matches a name and its value reports a range that starts at the name
 * and has the value's length; the value itself is in the message's data.
 */
function locate({ ruleId, range, data }: SecretLintCoreResultMessage, content: string): Span {
  const rule = ruleId.replace(PREFIX, "");
  const values = Object.values(data ?? {}).filter((value): value is string => typeof value === "string");
  const value = values.reduce((longest, each) => (each.length > longest.length ? each : longest), "");
  const start = value ? content.indexOf(value, range[0]) : -1;
  return start < 0 ? { start: range[0], end: range[1], rule } : { start, end: start + value.length, rule };
}

function clip({ start, end, rule }: Span, base: number, length: number): Span[] {
  const cut = { start: Math.max(0, start - base), end: Math.min(length, end - base), rule };
  return cut.start < cut.end ? [cut] : [];
}

/** @param spans sorted by start; those that overlap count as one. */
function replace(text: string, spans: readonly Span[]): Redacted {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  let out = "";
  let at = 0;
  for (const { start, end, rule } of merged) {
    out += `${text.slice(at, start)}${markOf(rule)}`;
    at = end;
  }
  return { text: out + text.slice(at), redactions: merged.length };
}
