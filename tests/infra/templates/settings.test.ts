/** A settings file that is wrong or missing stops synth before anything is made. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { SettingsError } from "../../../config/settings.ts";
import { readSettings } from "../../../infra/settings-file.ts";
import { withChange } from "../../config/fixtures/example.ts";

const folder = mkdtempSync(join(tmpdir(), "aws-coworker-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const app = join(import.meta.dirname, "../../../infra/app.ts");
const assembly = join(folder, "assembly");

/** What `node infra/app.ts` says on standard error, and how it ends. */
async function synth(context: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH ?? "", CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context) };
  return promisify(execFile)(process.execPath, [app], { env }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const wrong = file("region.yaml", JSON.stringify(withChange("deployment.hub.region", "mars-north-1")));

describe("synth stops", () => {
  test.concurrent.each([
    ["no file is named", {}, [/no settings file was named/, /--context config=<file>/]],
    ["a value is wrong", { config: wrong }, [/region\.yaml is not a valid settings file/, /deployment\.hub\.region: /]],
  ] as const)("when %s, and says where and why", async (_, context, reasons) => {
    const { code, stderr } = await synth(context);
    expect(code).toBe(1);
    for (const reason of reasons) expect(stderr).toMatch(reason);
    // A person's mistake: no stack trace of ours.
    expect(stderr).not.toMatch(/ {4}at /);
    expect(existsSync(join(assembly, "manifest.json"))).toBe(false);
  });
});

describe("a settings file is refused", () => {
  test.each([
    ["isn't there", join(folder, "absent.yaml"), /absent\.yaml.*ENOENT/],
    ["is no YAML", file("broken.yaml", "deployment: ["), /broken\.yaml can't be read as YAML/],
    ["has an unknown key", file("typo.yaml", JSON.stringify(withChange("deployment.prefx", "a"))), /typo\.yaml.*deployment: .*prefx/s],
  ])("that %s, by name", (_, path, reason) => {
    expect(() => readSettings(path)).toThrow(SettingsError);
    expect(() => readSettings(path)).toThrow(reason);
  });
});
