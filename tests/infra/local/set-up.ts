/** Local copies for tests: on ports of their own, gone afterwards. */
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { type LocalCopy, localCopy } from "../../../infra/local/copy.ts";
import { startCopy, stopCopy } from "../../../infra/local/stack.ts";

/** A copy on two neighbouring ports that nobody uses. */
export async function unusedCopy(): Promise<LocalCopy> {
  for (;;) {
    const port = await bound(0);
    if (port < 65_000 && (await bound(port + 1).catch(() => 0)) === port + 1) return localCopy(port);
  }
}

export async function startedCopy(): Promise<LocalCopy> {
  const copy = await unusedCopy();
  await startCopy(copy, "offline");
  return copy;
}

export async function remove(copy: LocalCopy): Promise<void> {
  await stopCopy(copy);
  rmSync(copy.folder, { recursive: true, force: true });
}

/** Binds and frees `port` (0: any) and gives its number. */
function bound(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Settings of an SDK client that is the root of `account`. */
export const root = (copy: LocalCopy, account: string, region = "us-east-1") => ({
  endpoint: copy.endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: "test" },
});
