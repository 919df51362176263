/** What the processes of a local copy see of this machine: next to nothing, since functions run unsandboxed in it. */
import { delimiter, join } from "node:path";
import { BIN, type LocalCopy, type ModelChoice } from "./copy.ts";

/** 000000000000 is MiniStack's own account, the hub of the local deployment. */
export const HUB_ACCOUNT = "000000000000";

function basics(copy: LocalCopy): Record<string, string> {
  return {
    PATH: [BIN, process.env.PATH ?? ""].join(delimiter),
    HOME: join(copy.folder, "home"),
    TMPDIR: join(copy.folder, "tmp"),
    LANG: "C.UTF-8",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * The emulator's environment, which every local Lambda inherits: nothing of the person's credentials or proxies.
 * @param scratch where functions are unpacked: outside the project, whose package.json and node_modules Node would find from inside it.
 */
export function emulatorEnvironment(copy: LocalCopy, scratch: string): Record<string, string> {
  return {
    ...basics(copy),
    TMPDIR: scratch,
    PYTHONDONTWRITEBYTECODE: "1",
    GATEWAY_PORT: String(copy.port),
    AUTH: "true",
    TLS_PORT: String(copy.tlsPort),
    TLS_FOLDER: copy.folder,
    AWS_ENDPOINT_URL: `https://127.0.0.1:${copy.tlsPort}`,
    NODE_EXTRA_CA_CERTS: join(copy.folder, "ca.pem"),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: copy.modelEndpoint,
    // A worker process takes about 55 MB: 40 at once stay near 2 GB. One idle for a minute is ended.
    LAMBDA_ACCOUNT_CONCURRENCY: "40",
    LAMBDA_WARM_TTL_SECONDS: "60",
    STATE_DIR: join(copy.folder, "state"),
    S3_DATA_DIR: join(copy.folder, "s3"),
    // Listeners on fixed ports, which two copies can't share and nothing here needs.
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    // MiniStack removes containers it takes for its own from a Docker engine it finds: let it find none.
    DOCKER_HOST: `unix://${join(copy.folder, "no-docker.sock")}`,
  };
}

/** A forwarding model server calls the real service, so it alone gets the person's environment. */
export function modelEnvironment(copy: LocalCopy, model: ModelChoice): Record<string, string> {
  if (model === "offline") return basics(copy);
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("AWS_ENDPOINT_URL"));
  return { ...Object.fromEntries(own), PATH: basics(copy).PATH ?? "" };
}

/** For a client program of the local AWS (the CDK CLI): credentials are `account`'s root, as MiniStack reads a 12-digit key. */
export function clientEnvironment(copy: LocalCopy, account: string, region: string): Record<string, string> {
  return {
    ...basics(copy),
    AWS_ENDPOINT_URL: copy.endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}
