/** The policies' texts: beside the bundle, where infra/bundle.ts puts them, or where they are written. */
import { existsSync, readFileSync } from "node:fs";

const FOLDERS = ["./policies/", "../../../config/policies/"].map((folder) => new URL(folder, import.meta.url));

/** Loaded in this order; what a file's policies may do is policies.ts's to check. */
export const POLICY_FILES = ["permit", "forbid", "approve"] as const;
export type PolicyFile = (typeof POLICY_FILES)[number];

export interface PolicyTexts {
  readonly schema: string;
  readonly policies: Readonly<Record<PolicyFile, string>>;
}

/** @throws where a file is missing: the function does not start (law 9). */
export function readPolicyTexts(): PolicyTexts {
  const folder = FOLDERS.find((url) => existsSync(url));
  if (!folder) throw new Error("The policies are neither beside the bundle nor in config/policies: deploy the function again.");
  const read = (file: string) => readFileSync(new URL(file, folder), "utf8");
  return { schema: read("schema.cedarschema"), policies: { permit: read("permit.cedar"), forbid: read("forbid.cedar"), approve: read("approve.cedar") } };
}
