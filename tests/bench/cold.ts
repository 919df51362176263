/** Bundle size and cold import of every function, each import in a fresh process. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunctions } from "../../infra/bundle.ts";
import { readSettings } from "../../infra/settings-file.ts";
import { atMost, type Benchmark, type Figure } from "./benchmark.ts";
import { milliseconds, quantile } from "./stats.ts";

const RUNS = 9;
const AIM_MS = { "discovery-ec2": 200 } as Readonly<Record<string, number>>;
const AIM_MS_OTHERS = 80;

/** What Lambda and the stacks set; only presence matters. */
const ENVIRONMENT = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_SESSION_TOKEN: "none",
  EVIDENCE_BUCKET: "evidence",
  REPORT_BUCKET: "reports",
  REQUESTS_TABLE: "requests",
  JOURNAL_TABLE: "journal",
  MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:request",
};

const TIME_IMPORT = "const began = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - began));";
/** What any function that calls AWS makes Node load of its own, whatever the code on top. */
const BUILTINS = `data:text/javascript,${encodeURIComponent('for (const name of ["https", "crypto", "stream", "fs/promises", "zlib"]) process.getBuiltinModule("node:" + name);')}`;

export const cold: Benchmark = {
  title: "bundle size and cold import, a fresh process each",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      const bundles = Object.entries(bundleFunctions({ outDir: folder, settings: readSettings(join(import.meta.dirname, "../../config/example.yaml")).content, prompts: "as-written" }));
      const subjects = new Map([["an empty module", "data:text/javascript,"], ["Node's own modules for AWS calls", BUILTINS], ...bundles.map(([name, path]): [string, string] => [name, join(path, "index.mjs")])]);
      const times = new Map([...subjects.keys()].map((name) => [name, [] as number[]]));
      // In turns, so that a busy minute of the machine meets all of them.
      for (let run = 0; run < RUNS; run++) for (const [name, file] of subjects) times.get(name)?.push(timeImport(file));
      const figures = [...subjects.keys()].map((name) => figureOf(name, times.get(name) ?? [], bundles.find(([one]) => one === name)?.[1]));
      return { figures, notes: [`${RUNS} imports each; the aim is held against the least, since other work on the machine only adds. "at start" is what a cold start reads; the rest is loaded when it is needed:`, "a discovery worker's model client (with its first objective), HTTP without TLS, event streams."] };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function timeImport(file: string): number {
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", TIME_IMPORT, file], { env: ENVIRONMENT, encoding: "utf8" }));
}

function figureOf(name: string, times: readonly number[], folder: string | undefined): Figure {
  const least = quantile(times, 0);
  const measured = `${milliseconds(least)} least, ${milliseconds(quantile(times, 0.5))} median`;
  if (folder === undefined) return { name, measured };
  const all = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return atMost(name, least, AIM_MS[name] ?? AIM_MS_OTHERS, milliseconds, `${measured}; ${kilobytes(atStart(folder))} at start of ${kilobytes(all)}`);
}

/** Bytes of index.mjs and of the chunks it imports statically, directly or through others. */
function atStart(folder: string): number {
  const seen = new Set<string>();
  const visit = (file: string): number => {
    if (seen.has(file)) return 0;
    seen.add(file);
    const text = readFileSync(join(folder, file), "utf8");
    const chunks = [...text.matchAll(/(?:\bfrom|^import|[;\s]import)\s*"\.\/([\w.-]+\.mjs)"/g)].map(([, chunk]) => chunk ?? "");
    return Buffer.byteLength(text) + chunks.reduce((sum, chunk) => sum + visit(chunk), 0);
  };
  return visit("index.mjs");
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`;
