/** The demo company's accounts, as config/example.yaml registers them, and what every seed needs of one. */
import type { LocalCopy } from "../copy.ts";

export type DemoAccount = { id: string; environment: "sandbox" | "development" | "production"; regions: readonly string[]; costCenter: string };

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { id: "666666666666", environment: "sandbox", regions: ["us-east-1", "eu-west-1"], costCenter: "CC-10010" },
  { id: "333333333333", environment: "development", regions: ["us-east-1", "eu-west-1"], costCenter: "CC-10020" },
  { id: "555555555555", environment: "production", regions: ["us-east-1"], costCenter: "CC-10050" },
];

/** Settings of an SDK client that acts as the account's root: seeding is what an operator would have done long ago. */
export function rootClient(copy: LocalCopy, account: DemoAccount, region: string) {
  return { endpoint: copy.endpoint, region, credentials: { accessKeyId: account.id, secretAccessKey: "test" } };
}

export type Tag = { Key: string; Value: string };

/** `full` satisfies the tag rules; the others are the flaws a review should find. */
export type Tagging = "full" | "no-owner" | "short-environment" | "none";

export function tagsFor(account: DemoAccount, name: string, tagging: Tagging): Tag[] {
  const application = name.split("-")[1] ?? name;
  const owned = tagging === "no-owner" ? [] : [tag("Owner", ownerOf(account, application)), tag("CostCenter", account.costCenter)];
  if (tagging === "none") return [];
  const short = { sandbox: "sbx", development: "dev", production: "prod" }[account.environment];
  return [
    tag("Name", name),
    tag("Environment", tagging === "short-environment" ? short : account.environment),
    tag("Application", application),
    tag("CreatedBy", "terraform"),
    tag("CreatedDate", "2026-03-17"),
    ...owned,
  ];
}

/** Production asks for an address (L06, Y-14). */
function ownerOf({ environment }: DemoAccount, application: string): string {
  return environment === "production" ? `${application}@acme.example` : `${application}-team`;
}

export function tag(Key: string, Value: string): Tag {
  return { Key, Value };
}

/** A second run meets what the first made: the named errors say so and are no failure. */
export async function unlessThere<T>(made: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}
