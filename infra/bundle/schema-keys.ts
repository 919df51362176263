/**
 * The SDK writes its schemas as `{ [_hN]: "x" }` with `const _hN = "httpName"`. esbuild takes a computed
 * key for a side effect and keeps the schema of every operation, used or not: for EC2 500 KB. With the
 * constant's text as the key it means the same, and what no command uses is left out.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

const CONSTANT = /^const (\w+) = ("[^"\\\n]*");$/gm;
const COMPUTED_KEY = /([{,]\s*)\[(\w+)\](?=:)/g;

/** The same module with literal keys wherever the key is a text constant of the module itself. */
export function withLiteralKeys(source: string): string {
  const constants = new Map([...source.matchAll(CONSTANT)].map(([, name, text]) => [name, text]));
  return source.replace(COMPUTED_KEY, (whole, before: string, name: string) => {
    const text = constants.get(name);
    // A literal "__proto__" would set the prototype; a computed one does not.
    return text === undefined || text === '"__proto__"' ? whole : `${before}${text}`;
  });
}

export const schemaKeys: Plugin = {
  name: "schema-keys",
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]dist-es[\\/].*[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: withLiteralKeys(readFileSync(path, "utf8")),
    }));
  },
};
