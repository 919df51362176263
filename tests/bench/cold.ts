/** Bundle size and cold import of every function, each import in a fresh process. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Imports the first file untimed, if there are two, and times the other; and does what its first use does. */
const TIME_IMPORT = `
  const [before, timed] = process.argv.length > 2 ? process.argv.slice(1) : [null, process.argv[1]];
  if (before) await import(before);
  const began = performance.now();
  const module = await import(timed);
  module.bedrockInvoke?.("us-east-1");
  module.catalogIndex?.();
  process.stdout.write(String(performance.now() - began));`;

/** What Node itself loads for any function that calls AWS, whatever the code on top. */
const BUILTINS = ["https", "crypto", "stream", "fs/promises", "zlib"].map((name) => `process.getBuiltinModule("node:${name}");`).join("\n");

export const cold: Benchmark = {
  title: "bundle size and cold import, a fresh process each",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      const { content } = readSettings(join(import.meta.dirname, "../../config/example.yaml"));
      const bundles = bundleFunctions({ outDir: folder, settings: content, prompts: "as-written" });
      const module = (name: string, text: string): string => {
        const file = join(folder, `${name}.mjs`);
        writeFileSync(file, text);
        return file;
      };
      const floors = { "an empty module": [module("empty", "")], "Node's own modules for AWS calls": [module("builtins", BUILTINS)] };
      const functions = Object.entries(bundles).map(([name, path]): [string, string[]] => [name, [join(path, "index.mjs")]]);
      const lazy = {
        "later: a worker's model client, at its first objective": chunkOf(bundles["discovery-s3"], "bedrock"),
        "later: the catalog's index, at the first GET /catalog": chunkOf(bundles["api-requests"], "tools"),
      };
      const subjects = [...Object.entries(floors), ...functions, ...Object.entries(lazy)];
      const times = new Map(subjects.map(([name]) => [name, [] as number[]]));
      // In turns, so that a busy minute of the machine meets all of them.
      for (let run = 0; run < RUNS; run++) for (const [name, files] of subjects) times.get(name)?.push(timeImport(files));
      const figures = subjects.map(([name]) => figureOf(name, times.get(name) ?? [], Object.entries(bundles).find(([one]) => one === name)?.[1]));
      return {
        figures,
        notes: [
          `${RUNS} imports each, with settings parsed and clients made; the aim is held against the least, since other work on the machine only adds.`,
          "What is read later is at the end; besides it the SDK reads event streams and http without TLS only when it meets them.",
        ],
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** The chunk of a module that the bundle imports when asked, behind the bundle itself. */
function chunkOf(folder: string, module: string): string[] {
  const chunk = readdirSync(folder).find((file) => file.startsWith(`${module}-`) && file.endsWith(".mjs"));
  if (!chunk) throw new Error(`${folder} has no chunk of its own for ${module}.ts: no import() names it any more`);
  return [join(folder, "index.mjs"), join(folder, chunk)];
}

function timeImport(files: readonly string[]): number {
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", TIME_IMPORT, ...files], { env: ENVIRONMENT, encoding: "utf8" }));
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
