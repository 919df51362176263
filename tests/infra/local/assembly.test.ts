import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stackGroups } from "../../../infra/local/assembly.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assembly-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function assembly(stacks: Record<string, string>): void {
  const artifacts = Object.fromEntries(
    Object.entries(stacks).flatMap(([id, environment]) => [
      [id, { type: "aws:cloudformation:stack", environment }],
      [`${id}.assets`, { type: "cdk:asset-manifest" }],
    ]),
  );
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ version: "1", artifacts }));
  for (const [id, environment] of Object.entries(stacks)) {
    const bucketName = `assets-${environment.split("/")[2]}`;
    writeFileSync(
      join(folder, `${id}.assets.json`),
      JSON.stringify({ files: { one: { destinations: { here: { bucketName } } }, two: { destinations: { here: { bucketName } } } } }),
    );
  }
}

it("puts stacks of one account and region together, with the buckets their assets go to", () => {
  assembly({ store: "aws://000000000000/us-east-1", workers: "aws://000000000000/us-east-1", member: "aws://333333333333/us-east-1" });
  expect(stackGroups(folder)).toEqual([
    { account: "000000000000", region: "us-east-1", stacks: ["store", "workers"], buckets: ["assets-000000000000"] },
    { account: "333333333333", region: "us-east-1", stacks: ["member"], buckets: ["assets-333333333333"] },
  ]);
});

it("leaves out a StackSet's template, which is for no account in particular", () => {
  assembly({ store: "aws://000000000000/us-east-1", template: "aws://unknown-account/unknown-region" });
  expect(stackGroups(folder).flatMap(({ stacks }) => stacks)).toEqual(["store"]);
});

it("is refused when nothing is left to deploy", () => {
  assembly({ template: "aws://unknown-account/unknown-region" });
  expect(() => stackGroups(folder)).toThrow("no stack with an explicit account and region");
});
