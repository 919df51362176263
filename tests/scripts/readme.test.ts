import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { withBlock } from "../../scripts/readme.ts";
import { foldersOf, folderTree } from "../../scripts/readme-folders.ts";

const root = join(import.meta.dirname, "../..");

describe("the README", () => {
  test("says what the templates and the tree say: node scripts/readme.ts --check", async () => {
    const ended = await promisify(execFile)(process.execPath, ["scripts/readme.ts", "--check"], { cwd: root }).then(
      () => "right",
      ({ stderr }: { stderr: string }) => stderr,
    );
    expect(ended).toBe("right");
  }, 60_000);

  test("has a block replaced between its markers and nothing else", () => {
    const text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter <!-- b --><!-- /b -->";
    expect(withBlock(text, "a", "new")).toBe("before\n<!-- a -->\nnew\n<!-- /a -->\nafter <!-- b --><!-- /b -->");
    expect(() => withBlock(text, "c", "new")).toThrow(/<!-- c -->/);
  });
});

describe("the folder tree", () => {
  test("fails for a folder without a description, and names it", () => {
    expect(() => folderTree(["config", "config/undescribed"])).toThrow(/config\/undescribed/);
    expect(folderTree(["config", "config/catalog"])).toMatch(/^```\nconfig\/ +WHAT.*\n {2}catalog\/ +every.*\n```$/);
  });

  test("takes folders two levels deep, and nothing that git ignores", () => {
    const folders = foldersOf(root);
    expect(folders).toContain("infra/stacks");
    expect(folders).not.toContain("node_modules");
    expect(folders.filter((folder) => folder.split("/").length > 2)).toEqual([]);
  });
});
