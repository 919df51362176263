/** The server as a program: `node infra/local/model/main.ts --port 4570 --model offline --log FILE`. */
import { parseArgs } from "node:util";
import { MODES, type Mode, startModelServer } from "./server.ts";

const USAGE = `usage: node infra/local/model/main.ts --port N [--model ${MODES.join("|")}] [--log FILE]`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string" }, model: { type: "string", default: "offline" }, log: { type: "string" } } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || values.port === undefined)
    throw new Error(`--port: ${values.port ?? "missing"}; give a port number.\n${USAGE}`);
  if (!isMode(values.model)) throw new Error(`--model: ${values.model}; give one of ${MODES.join(", ")}.\n${USAGE}`);
  const server = await startModelServer({ port, mode: values.model, ...(values.log === undefined ? {} : { logFile: values.log }) });
  console.log(`model server (${values.model}) at ${server.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
}

function isMode(value: string): value is Mode {
  return (MODES as readonly string[]).includes(value);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
