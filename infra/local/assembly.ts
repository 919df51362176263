/** What a synthesized cloud assembly says about its stacks: where each belongs, and which buckets take its assets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { LocalFailure } from "./failure.ts";

const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.object({ type: z.string(), environment: z.string().optional(), displayName: z.string().optional() })),
});
const assetsSchema = z.object({
  files: z.record(z.string(), z.object({ destinations: z.record(z.string(), z.object({ bucketName: z.string() })) })),
});

/** The stacks of one account and region: they are deployed together, with that account's credentials. */
export type StackGroup = { account: string; region: string; stacks: string[]; buckets: string[] };

const ENVIRONMENT = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/;

/** Stacks for no account in particular (a StackSet's template) are left out. @throws {LocalFailure} when nothing is left. */
export function stackGroups(assembly: string): StackGroup[] {
  const groups = new Map<string, StackGroup>();
  const { artifacts } = manifestSchema.parse(readJson(join(assembly, "manifest.json")));
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type !== "aws:cloudformation:stack") continue;
    const [, account, region] = ENVIRONMENT.exec(artifact.environment ?? "") ?? [];
    if (account === undefined || region === undefined) continue;
    const key = `${account}/${region}`;
    const group = groups.get(key) ?? { account, region, stacks: [], buckets: [] };
    group.stacks.push(id);
    group.buckets = [...new Set([...group.buckets, ...bucketsOf(assembly, id)])];
    groups.set(key, group);
  }
  if (groups.size === 0) throw new LocalFailure(`${assembly} holds no stack with an explicit account and region.`);
  return [...groups.values()];
}

function bucketsOf(assembly: string, stack: string): string[] {
  const { files } = assetsSchema.parse(readJson(join(assembly, `${stack}.assets.json`)));
  return Object.values(files).flatMap((file) => Object.values(file.destinations).map((destination) => destination.bucketName));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
