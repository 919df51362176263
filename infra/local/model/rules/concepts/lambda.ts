/** Functions. */
import { textAt, valueAt, valuesAt } from "../cells.ts";
import type { Concept, Reader } from "./concept.ts";
import { either, having, lacking, not } from "./phrases.ts";

const onName = { theirs: "FunctionName", ours: "FunctionName" } as const;

/** "python3.9", "python 3.9", "Node 18", "nodejs": Lambda's runtime names begin with the language. */
const RUNTIME = /\b(node(?:\.?js)?|python|java|ruby|go|dotnet|\.net|provided)[ .]?(\d+(?:\.\d+|\.x)?|\.?al2\d*)?(?:\.x)?\b/i;

function prefixOf(language: string, version: string | undefined): string {
  const name = language.toLowerCase();
  return `${name.startsWith("node") ? "nodejs" : name === ".net" ? "dotnet" : name}${version ?? ""}`;
}

/** Whole versions: "python3.1" is not "python3.13". */
function isRuntime(runtime: string, prefix: string): boolean {
  return runtime.startsWith(prefix) && (!/\d$/.test(prefix) || !/^\d/.test(runtime.slice(prefix.length)));
}

const runtimeReader: Reader = (clause) => {
  const [words, language, version] = RUNTIME.exec(clause) ?? [];
  if (words === undefined || language === undefined || (language.toLowerCase() === "go" && version === undefined)) return undefined;
  const prefix = prefixOf(language, version?.toLowerCase());
  const other = /\b(?:not (?:using|on|use|run|running)|other than)\b/i.test(clause);
  const test = (runtime: string | undefined) => runtime !== undefined && isRuntime(runtime, prefix);
  return {
    label: `${other ? "don't run" : "run"} on ${prefix}`,
    severity: "info",
    reads: [],
    words: [words, "runtime", "using", "running"],
    test: ({ fields }) => test(textAt(fields, "Runtime")) !== other,
  };
};

const URL = "(?:function )?urls?";

export const FUNCTIONS: Concept = {
  service: "lambda",
  noun: "function",
  plural: "functions",
  words: /\b(?:lambda )?functions?\b|\blambdas?\b/i,
  base: "ListFunctions",
  key: "FunctionName",
  created: "LastModified",
  tags: { operation: "ListTags", column: "Tags" },
  joins: { GetFunctionUrlConfig: onName, GetFunctionConcurrency: onName, GetPolicy: onName, ListTags: { theirs: "Resource", ours: "Arn" } },
  groups: { runtime: "Runtime" },
  readers: [
    either({
      no: [`not (?:\\w+ )?public\\b`, lacking(`public ${URL}`)],
      yes: [
        having(`public(?:ly reachable)? ${URL}`),
        `public(?:ly \\w+)?(?: ${URL})?\\b`,
        "open to (?:the )?(?:world|internet|public|everyone|anyone)",
        `(?:unauthenticated|open|anonymous)(?: ${URL})?`,
        `${URL} without (?:authentication|auth)`,
      ],
      label: "have a public URL (AuthType NONE)",
      opposite: "have no public URL",
      severity: "high",
      reads: ["GetFunctionUrlConfig"],
      test: (item) => {
        const row = item.one("GetFunctionUrlConfig");
        return row && textAt(row, "AuthType") === "NONE";
      },
    }),
    either({
      no: [lacking(URL)],
      yes: [having(URL)],
      label: "have a URL",
      opposite: "have no URL",
      reads: ["GetFunctionUrlConfig"],
      test: (item) => {
        const row = item.one("GetFunctionUrlConfig");
        return row && typeof row.Absent !== "string";
      },
    }),
    either({
      no: [lacking("(?:x-?ray |active )?trac(?:ing|es)"), not("traced")],
      yes: [having("(?:x-?ray |active )?trac(?:ing|es)"), "traced\\b"],
      label: "have active tracing",
      opposite: "have no active tracing",
      oppositeSeverity: "low",
      test: ({ fields }) => textAt(fields, "TracingConfig.Mode") === "Active",
    }),
    either({
      no: [lacking("(?:dead[- ]letter (?:queues?|configs?)|dlqs?)")],
      yes: [having("(?:dead[- ]letter (?:queues?|configs?)|dlqs?)")],
      label: "have a dead-letter target",
      opposite: "have no dead-letter target",
      oppositeSeverity: "low",
      test: ({ fields }) => valuesAt(fields, "DeadLetterConfig.TargetArn").length > 0,
    }),
    either({
      no: ["not in (?:a|any|the) vpc", "outside (?:of )?(?:a|any|the) vpc", lacking("vpc")],
      yes: ["in(?:side)? (?:a|any|the) vpc", having("vpc")],
      label: "run in a VPC",
      opposite: "don't run in a VPC",
      test: ({ fields }) => valuesAt(fields, "VpcConfig.VpcId").some((id) => id !== ""),
    }),
    either({
      no: [lacking("reserved concurrency")],
      yes: [having("reserved concurrency")],
      label: "have reserved concurrency",
      opposite: "have no reserved concurrency",
      reads: ["GetFunctionConcurrency"],
      test: (item) => {
        const row = item.one("GetFunctionConcurrency");
        return row && typeof valueAt(row, "ReservedConcurrentExecutions") === "number";
      },
    }),
    runtimeReader,
  ],
};
