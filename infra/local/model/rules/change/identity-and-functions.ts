/** Orders about access keys and functions. */
import { textAt, valueAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { ACCESS_KEYS } from "../concepts/iam-users.ts";
import { FUNCTIONS } from "../concepts/lambda.ts";
import { type OrderReader, ordered } from "./order.ts";

const keys = ordered(/\b(?:deactivate|disable|switch off|turn off|make inactive|revoke|inactivate)\b(?=.*\b(?:access )?keys?\b)/i, () => ({
  label: "make inactive",
  settled: "are inactive",
  concept: ACCESS_KEYS,
  reads: ["ListUsers"],
  wary: true,
  open: ({ fields }) => textAt(fields, "Status") === "Active",
  drafts: (item) => {
    const arn = textAt(item.one("ListUsers") ?? {}, "Arn") ?? "";
    const [, UserPath = ""] = /:user\/((?:.*\/)?)[^/]+$/.exec(arn) ?? [];
    const input = { UserName: textAt(item.fields, "UserName"), UserPath, AccessKeyId: textAt(item.fields, "AccessKeyId") };
    return [{ service: "iam", region: "global", operation: "UpdateAccessKey", input, reason: "It is active." }];
  },
}));

interface Setting {
  readonly words: RegExp;
  readonly label: (value: string) => string;
  readonly operation: string;
  readonly input: (value: string) => Readonly<Record<string, unknown>>;
  readonly reads: readonly string[];
  readonly current: (item: Item) => unknown;
}

const CHANGE = "(?:set|change|update|raise|increase|reduce|lower|reserve|give|limit)";
const SETTINGS: readonly Setting[] = [
  {
    words: new RegExp(`\\b${CHANGE}\\b(?=.*\\btimeout\\b).*?\\b(?:to|of) (\\d+) ?(?:s|sec|secs|seconds?)?\\b`, "i"),
    label: (value) => `set the timeout to ${value} seconds for`,
    operation: "UpdateFunctionConfiguration",
    input: (value) => ({ Timeout: Number(value) }),
    reads: [],
    current: ({ fields }) => valueAt(fields, "Timeout"),
  },
  {
    words: new RegExp(`\\b${CHANGE}\\b(?=.*\\bmemory\\b).*?\\b(?:to|of) (\\d+) ?(?:mb|mib|megabytes?)?\\b`, "i"),
    label: (value) => `set the memory to ${value} MiB for`,
    operation: "UpdateFunctionConfiguration",
    input: (value) => ({ MemorySize: Number(value) }),
    reads: [],
    current: ({ fields }) => valueAt(fields, "MemorySize"),
  },
  {
    words: new RegExp(`\\b${CHANGE}\\b(?=.*\\bconcurrency\\b).*?\\b(?:to|of) (\\d+)\\b`, "i"),
    label: (value) => `reserve a concurrency of ${value} for`,
    operation: "PutFunctionConcurrency",
    input: (value) => ({ ReservedConcurrentExecutions: Number(value) }),
    reads: ["GetFunctionConcurrency"],
    current: (item) => valueAt(item.one("GetFunctionConcurrency") ?? {}, "ReservedConcurrentExecutions"),
  },
];

const settings: OrderReader = (clause) => {
  for (const { words: pattern, label, operation, input, reads, current } of SETTINGS) {
    const [words, value] = pattern.exec(clause) ?? [];
    if (words === undefined || value === undefined) continue;
    // What stands between verb and value names the function: only the ends are taken.
    const [verb = ""] = new RegExp(`^${CHANGE}`, "i").exec(words) ?? [];
    const end = /\b(?:to|of) \d+ ?\w*$/i.exec(words)?.[0] ?? value;
    return {
      kind: "change",
      label: label(value),
      settled: "have that already",
      words: [verb, end, ...(clause.match(/\b(?:timeouts?|memory|memory size|reserved concurrency|concurrency)\b/gi) ?? [])],
      concept: FUNCTIONS,
      reads,
      wary: true,
      open: (item) => current(item) !== Number(value),
      drafts: (item) => [
        {
          service: "lambda",
          region: item.region,
          operation,
          input: { FunctionName: textAt(item.fields, "FunctionName"), ...input(value) },
          reason: `It has ${current(item) ?? "none"}.`,
        },
      ],
    };
  }
  return undefined;
};

const tracing = ordered(/\b(?:enable|turn on|switch on|activate|set up) (?:active |x-?ray )*tracing(?: (?:for|on|of|in))?/i, () => ({
  label: "turn on active tracing for",
  settled: "have active tracing",
  concept: FUNCTIONS,
  reads: [],
  open: ({ fields }) => textAt(fields, "TracingConfig.Mode") !== "Active",
  drafts: ({ fields, region }) => [
    {
      service: "lambda",
      region,
      operation: "UpdateFunctionConfiguration",
      input: { FunctionName: textAt(fields, "FunctionName"), TracingMode: "Active" },
      reason: "Its tracing is not active.",
    },
  ],
}));

export const OTHER_ORDERS: readonly OrderReader[] = [keys, settings, tracing];
