import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { schemaKeys, withLiteralKeys } from "../../../infra/bundle/schema-keys.ts";

const CLIENTS = join(import.meta.dirname, "../../../node_modules/@aws-sdk");
const evaluated = (source: string): unknown => new Function(`${source}; return value;`)();

describe("withLiteralKeys", () => {
  test("means the same and has no computed key of a constant left", () => {
    const source = 'const _a = "httpHeader";\nconst _b = "x-amz-acl";\nvar value = [3, { [_a]: _b, [_b]: 1 }, [_a, _b], () => [{ [_a]: [_b] }]];';
    expect(withLiteralKeys(source)).toContain('{ "httpHeader": _b, "x-amz-acl": 1 }');
    expect(JSON.stringify(evaluated(withLiteralKeys(source)))).toBe(JSON.stringify(evaluated(source)));
  });

  test.each([
    ["a key that is no constant of the module", "const f = (key) => ({ [key]: 1 });\nvar value = f('a');"],
    ["a constant that is no plain text", "const _a = `x${1}`;\nvar value = { [_a]: 1 };"],
    ["a list that is no key", 'const _a = "x";\nvar value = true ? [_a] : [1];'],
    ["__proto__, which a literal key would make the prototype", 'const _a = "__proto__";\nvar value = { [_a]: 1 };'],
  ])("leaves %s", (_, source) => {
    expect(withLiteralKeys(source)).toBe(source);
  });

  test("finds each constant of the SDK's schema files once, so that no key can get another's text", () => {
    const files = readdirSync(CLIENTS)
      .filter((name) => name.startsWith("client-"))
      .map((name) => join(CLIENTS, name, "dist-es/schemas/schemas_0.js"));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const source = readFileSync(file, "utf8");
      const names = [...source.matchAll(/^(?:const|let|var|export var) (\w+\$?) = /gm)].map(([, name]) => name);
      expect(new Set(names).size, file).toBe(names.length);
      expect(withLiteralKeys(source), file).not.toMatch(/[{,]\s*\[_\w+\]:/);
    }
  });
});

test("an operation that no code names stays out of a bundle, one that is named is in it", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { DescribeVpcsCommand } from "@aws-sdk/client-ec2";', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    plugins: [schemaKeys],
  });
  const text = outputFiles[0]?.text ?? "";
  expect(text).toContain('"DescribeVpcsResult"');
  expect(text).not.toContain('"RunInstancesRequest"');
});
