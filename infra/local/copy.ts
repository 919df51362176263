/** One local AWS: a copy is named by its base port, and everything it writes is below .local/<port>/. */
import { join } from "node:path";

export const DEFAULT_PORT = 4566;
export const MODELS = ["offline", "bedrock", "anthropic"] as const;
/** Who answers behind the local Bedrock: rules, or the real service with the caller's own credentials. */
export type ModelChoice = (typeof MODELS)[number];

export const ROOT = join(import.meta.dirname, "..", "..");
export const BIN = join(ROOT, "node_modules", ".bin");
export const LOCAL = join(ROOT, ".local");

export type LocalCopy = {
  port: number;
  /** The model server stands next door. */
  modelPort: number;
  /** Where functions reach the same AWS over TLS: buckets that refuse plain HTTP refuse it here too. */
  tlsPort: number;
  /** By address, never by name: with a host name the SDK addresses buckets as subdomains that don't resolve. */
  endpoint: string;
  modelEndpoint: string;
  folder: string;
  files: { state: string; calls: string; models: string; awsLog: string; modelLog: string; deployLog: string; outputs: string; assembly: string };
};

/** @throws {RangeError} unless the port and the two after it can be bound by a user. */
export function localCopy(port: number = DEFAULT_PORT): LocalCopy {
  if (!Number.isInteger(port) || port < 1024 || port > 65_533)
    throw new RangeError(`--port ${port}: a port is a whole number from 1024 to 65533 (the model server and TLS take the next two)`);
  const folder = join(LOCAL, String(port));
  const file = (name: string) => join(folder, name);
  return {
    port,
    modelPort: port + 1,
    tlsPort: port + 2,
    endpoint: `http://127.0.0.1:${port}`,
    modelEndpoint: `http://127.0.0.1:${port + 1}`,
    folder,
    files: {
      state: file("state.json"),
      calls: file("calls.jsonl"),
      models: file("models.jsonl"),
      awsLog: file("aws.log"),
      modelLog: file("model.log"),
      deployLog: file("deploy.log"),
      outputs: file("outputs.json"),
      assembly: file("cdk.out"),
    },
  };
}
