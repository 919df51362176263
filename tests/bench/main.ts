/** `npm run bench [-- NAME…]`: measures, prints the figures beside their aims, and judges nothing by its exit code. */
import { cpus, loadavg } from "node:os";
import { table } from "../../infra/local/table.ts";
import type { Benchmark } from "./benchmark.ts";

/** Loaded when asked for: one benchmark's imports must not warm another's. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  cold: async () => (await import("./cold.ts")).cold,
  reach: async () => (await import("./reach.ts")).reach,
  transitions: async () => (await import("./transitions.ts")).transitions,
  guardrail: async () => (await import("./guardrail.ts")).guardrail,
  examine: async () => (await import("./examine.ts")).examination,
  change: async () => (await import("./change.ts")).change,
  wall: async () => (await import("./wall.ts")).wall,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0 || Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    unknown.length > 0
      ? `no benchmark ${unknown.join(", ")}; there are ${Object.keys(BENCHMARKS).join(", ")}`
      : `Node ${process.version} is too old; run it through npm: npm run bench`,
  );
  process.exit(2);
}

console.log(`${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
for (const [name, load] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { title, run } = await load();
  const { figures, notes } = await run();
  const rows = figures.map(({ name: figure, measured, aim, met }) => [figure, measured, aim ?? "", met === undefined ? "" : met ? "met" : "NOT MET"]);
  console.log(`\n${name}: ${title}\n${table(["", "measured", "aim", ""], rows)}`);
  for (const note of notes) console.log(`  ${note}`);
}
