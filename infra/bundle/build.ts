/** Run by infra/bundle.ts in a process of its own, since esbuild's plugins work only asynchronously and synth does not: builds what stdin names. */
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import * as z from "zod";
import { builtins } from "./builtins.ts";
import { ownModules } from "./own-modules.ts";
import { schemaKeys } from "./schema-keys.ts";

const order = z.strictObject({
  root: z.string(),
  /** Entry files and the folder each is built into. */
  entries: z.array(z.strictObject({ entry: z.string(), folder: z.string() })),
});

/** Some dependencies are CommonJS and ask for `require` inside an ES module. */
const BANNER = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const { root, entries } = order.parse(JSON.parse(await text(process.stdin)));

// One build a function: its chunks, read when an import() asks for them, lie in its own folder. Classes and
// functions lose their names: nothing goes by them, and keeping them is a twelfth of a cold start.
await Promise.all(
  entries.map(({ entry, folder }) =>
    build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: "index" }],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      minify: true,
      platform: "node",
      target: "node24",
      format: "esm",
      mainFields: ["module", "main"],
      alias: { "@aws-sdk/credential-provider-node": "./infra/bundle/credentials.ts" },
      // Reads its .wasm beside itself, so it lies in the guardrail's folder as a package: infra/bundle/cedar.ts.
      external: ["@cedar-policy/cedar-wasm"],
      plugins: [ownModules, builtins, schemaKeys],
      banner: { js: BANNER },
      logLevel: "warning",
      legalComments: "none",
    }),
  ),
);
