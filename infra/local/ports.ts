/** Whether a copy's ports are to be had. */
import { createServer } from "node:net";
import type { LocalCopy } from "./copy.ts";
import { LocalFailure } from "./failure.ts";

/** @param all false: only the model server's. @throws {LocalFailure} naming the first port that is taken. */
export async function requireFreePorts(copy: LocalCopy, all: boolean): Promise<void> {
  for (const port of all ? [copy.port, copy.modelPort, copy.tlsPort] : [copy.modelPort]) {
    if (await isFree(port)) continue;
    throw new LocalFailure(
      `Port ${port} is in use by another program, or by a local AWS started from another folder. Stop that one, or choose another port: --port ${copy.port + 10}`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
