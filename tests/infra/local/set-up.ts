/** Local copies for tests: on ports of their own, gone afterwards. */
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { type LocalCopy, localCopy } from "../../../infra/local/copy.ts";
import { startCopy, stopCopy } from "../../../infra/local/stack.ts";

/** Below the range that Linux gives to outgoing connections (32768 on): one of those may take a port between the look and the start. */
const [FIRST, PORTS] = [10_000, 21_000];

/** A copy on three neighbouring ports that nobody uses. */
export async function unusedCopy(): Promise<LocalCopy> {
  for (;;) {
    const port = FIRST + 3 * Math.floor((Math.random() * PORTS) / 3);
    const free = [port, port + 1, port + 2].map((next) =>
      bound(next).then(
        () => true,
        () => false,
      ),
    );
    if ((await Promise.all(free)).every(Boolean)) return localCopy(port);
  }
}

/** Another test of this run may have found the same ports: then others are tried. */
export async function startedCopy(attempts = 3): Promise<LocalCopy> {
  const copy = await unusedCopy();
  try {
    await startCopy(copy, "offline");
    return copy;
  } catch (error) {
    await remove(copy);
    if (attempts <= 1) throw error;
    return startedCopy(attempts - 1);
  }
}

export async function remove(copy: LocalCopy): Promise<void> {
  await stopCopy(copy);
  rmSync(copy.folder, { recursive: true, force: true });
}

/** Binds and frees a port. @throws when it is taken. */
function bound(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}

/** Settings of an SDK client that is the root of `account`. */
export const root = (copy: LocalCopy, account: string, region = "us-east-1") => ({
  endpoint: copy.endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: "test" },
});

/** A role that may do `action` to everything; functions and the root of `trusted` may assume it. */
export async function makeRole(copy: LocalCopy, account: string, RoleName: string, action: string, trusted = account): Promise<void> {
  const iam = new IAMClient(root(copy, account));
  const allow = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: allow({ Principal: { AWS: `arn:aws:iam::${trusted}:root`, Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
    }),
  );
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument: allow({ Action: action, Resource: "*" }) }));
}
