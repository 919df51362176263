/** One local AWS for all stories: started, deployed and seeded before the first, stopped after the last. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteRoleCommand, DetachRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import type { TestProject } from "vitest/node";
import { type LocalCopy, localCopy } from "../../infra/local/copy.ts";
import { type Deployed, deployLocal, readDeployed } from "../../infra/local/deploy.ts";
import { seedDemo } from "../../infra/local/seed/index.ts";
import { startCopy, statusOf, stopCopy } from "../../infra/local/stack.ts";
import { readIfThere } from "../../infra/local/state.ts";
import { ROLELESS } from "./accounts.ts";

declare module "vitest" {
  interface ProvidedContext {
    port: number;
    apiUrl: string;
  }
}

/** Away from the default of 4566 and its neighbours: a person's own copy stays as it is. */
const FIRST_PORT = 4900;
const CANDIDATES = 5;
/** For whoever writes stories: COWORKER_TEST_KEEP=1 leaves the local AWS up, and the next run takes it as it is. */
const KEEP = process.env.COWORKER_TEST_KEEP === "1";

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const copy = await freeCopy();
  const kept = KEEP && statusOf(copy).running ? readDeployed(copy) : undefined;
  try {
    const { apiUrl } = kept ?? (await furnish(copy));
    provide("port", copy.port);
    provide("apiUrl", apiUrl);
  } catch (error) {
    await stop(copy);
    throw error;
  }
  return () => (KEEP ? Promise.resolve() : stop(copy));
}

async function furnish(copy: LocalCopy): Promise<Deployed> {
  await startCopy(copy, "offline");
  writeFileSync(ownerFile(copy), String(process.pid));
  const deploying = deployLocal({ port: copy.port, configFile: join(import.meta.dirname, "settings.yaml") });
  const [deployed, seeded] = await Promise.allSettled([deploying, seedDemo(copy)]);
  if (deployed.status === "rejected") throw deployed.reason;
  if (seeded.status === "rejected") throw seeded.reason;
  await deleteRoles(copy, ROLELESS, "/aws-coworker/");
  return deployed.value;
}

/** @throws when the port named by COWORKER_TEST_PORT, or every candidate, belongs to a test run that is alive. */
async function freeCopy(): Promise<LocalCopy> {
  const named = process.env.COWORKER_TEST_PORT;
  const ports = named === undefined ? Array.from({ length: CANDIDATES }, (_, index) => FIRST_PORT + 10 * index) : [Number(named)];
  for (const copy of ports.map((port) => localCopy(port))) {
    if (!statusOf(copy).aws && !statusOf(copy).modelServer) return copy;
    if (ownerIsAlive(copy)) continue;
    // Left behind by a run that was killed, or kept on purpose.
    if (!KEEP) await stopCopy(copy);
    return copy;
  }
  throw new Error(`Other test runs hold the ports ${ports.join(", ")}. Wait for them, or name another with COWORKER_TEST_PORT.`);
}

function ownerIsAlive(copy: LocalCopy): boolean {
  const owner = Number(readIfThere(ownerFile(copy)) ?? "");
  try {
    return owner > 0 && process.kill(owner, 0);
  } catch {
    return false; // no such process
  }
}

function ownerFile(copy: LocalCopy): string {
  return join(copy.folder, "owner.pid");
}

async function stop(copy: LocalCopy): Promise<void> {
  await stopCopy(copy);
  rmSync(ownerFile(copy), { force: true });
}

/** The account stays registered, but nothing can be assumed in it any more. */
async function deleteRoles(copy: LocalCopy, account: string, PathPrefix: string): Promise<void> {
  const iam = new IAMClient({ endpoint: copy.endpoint, region: "us-east-1", credentials: { accessKeyId: account, secretAccessKey: "test" } });
  const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix }));
  if (Roles.length === 0) throw new Error(`No roles below ${PathPrefix} in ${account}: the member stack was not deployed there`);
  for (const { RoleName } of Roles) {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }
}
