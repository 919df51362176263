/** Writes the README's generated parts; with --check it only compares them and fails when they differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldersOf, folderTree } from "./readme-folders.ts";
import { roleTable } from "./readme-roles.ts";

const root = join(import.meta.dirname, "..");

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced. @throws when a marker is missing. */
export function withBlock(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the markers ${open} and ${close}, in this order`);
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`;
}

function generated(text: string): string {
  const withRoles = withBlock(text, "roles", roleTable(join(root, "config/example.yaml")));
  return withBlock(withRoles, "tree", folderTree(foldersOf(root)));
}

if (import.meta.main) {
  try {
    const file = join(root, "README.md");
    const text = readFileSync(file, "utf8");
    const right = generated(text);
    if (!process.argv.includes("--check")) writeFileSync(file, right);
    else if (right !== text) throw new Error("README.md does not say what the code does: run `node scripts/readme.ts` and commit it");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
