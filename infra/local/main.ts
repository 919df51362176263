/** `npm run local -- COMMAND`: manages the local AWS. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import * as z from "zod";
import { DEFAULT_PORT, type LocalCopy, localCopy } from "./copy.ts";
import { readDeployed } from "./deploy.ts";
import { LocalFailure } from "./failure.ts";
import { faultsText } from "./faults.ts";
import { callsText, modelCallsText } from "./listing.ts";
import { modelAdmin } from "./model/client.ts";
import { ModelServerError } from "./model/errors.ts";
import { scriptSchema } from "./model/script/schema.ts";
import { asksForHelp, modelChoice, portNumber, sinceTime } from "./options.ts";
import { principal } from "./principals.ts";
import { emptyCopy, statusOf, stopCopy } from "./stack.ts";
import { readIfThere } from "./state.ts";
import { bringUp, furnish, stopwatch } from "./up.ts";

const USAGE = `usage: npm run local -- COMMAND [--port N]      (N: ${DEFAULT_PORT} unless given; the model server takes N+1, TLS N+2)

  up [--model offline|bedrock|anthropic] [--config FILE]
                                       start MiniStack and the model server, deploy, furnish the demo accounts
  down                                 stop both
  reset                                empty the local AWS, deploy and furnish again
  status                               what runs, and the API's address
  calls [--json] [--model] [--since T] every AWS call that reached the local AWS; --model: what each model was asked;
                                       T: an ISO time, or 30s, 5m, 2h
  key NAME                             an access key of a user of the hub (acme-requester, acme-approver), as curl --user takes it
  script FILE                          load model replies (JSON) matched by model family and turn
  faults [--add FILE | --release | --clear]
                                       calls to the local AWS that fail or wait on purpose (JSON, as infra/local/faults.py says):
                                       a rehearsal of throttling, outages and stops; AWS itself knows nothing of it`;

class UsageError extends Error {}

const OPTIONS = {
  up: { port: { type: "string" }, model: { type: "string" }, config: { type: "string" } },
  down: { port: { type: "string" } },
  reset: { port: { type: "string" }, config: { type: "string" } },
  status: { port: { type: "string" } },
  calls: { port: { type: "string" }, json: { type: "boolean" }, model: { type: "boolean" }, since: { type: "string" } },
  key: { port: { type: "string" } },
  script: { port: { type: "string" } },
  faults: { port: { type: "string" }, add: { type: "string" }, release: { type: "boolean" }, clear: { type: "boolean" } },
} as const;
type Command = keyof typeof OPTIONS;
/** Commands that take one word, and what it is. */
const WORD: Readonly<Partial<Record<Command, string>>> = { script: "one file", key: "one user's name" };
type Values = ReturnType<typeof parseArgs>["values"];

const say = (line: string) => console.log(line);
const text = (value: Values[string]) => (typeof value === "string" ? value : undefined);

const COMMANDS: Readonly<Record<Command, (copy: LocalCopy, values: Values, word: string | undefined) => Promise<void>>> = {
  up: async (copy, values) => {
    const { apiUrl } = await bringUp(copy, { model: modelChoice(text(values.model)), onProgress: stopwatch(say), ...configOf(values) });
    say(`up: ${apiUrl}`);
  },
  down: async (copy) => {
    const { stopped } = await stopCopy(copy);
    say(stopped ? `port ${copy.port}: stopped` : `port ${copy.port}: nothing was running`);
  },
  reset: async (copy, values) => {
    requireRunning(copy);
    await emptyCopy(copy);
    const { apiUrl } = await furnish(copy, stopwatch(say), configOf(values).configFile);
    say(`as new: ${apiUrl}`);
  },
  status: async (copy) => {
    const { aws, model, modelServer } = statusOf(copy);
    say(`AWS    ${aws ? `${copy.endpoint} (process ${aws.pid})` : "not running"}`);
    say(`models ${modelServer ? `${copy.modelEndpoint} ${model} (process ${modelServer.pid})` : "not running"}`);
    say(`API    ${(aws && readDeployed(copy)?.apiUrl) || "not deployed"}`);
    if (!aws || !modelServer) process.exitCode = 1;
  },
  calls: async (copy, values) => {
    const since = sinceTime(text(values.since));
    const listing = { json: values.json === true, since };
    say(values.model === true ? modelCallsText(copy, listing) : callsText(copy, listing));
  },
  key: async (copy, _values, name) => {
    requireRunning(copy);
    if (!/^[\w+=,.@-]{1,64}$/.test(name ?? "")) throw new UsageError(`key ${name}: that is no user's name`);
    const { accessKeyId, secretAccessKey } = await principal(copy, name ?? "");
    say(`${accessKeyId}:${secretAccessKey}`);
  },
  script: async (copy, _values, file) => {
    requireRunning(copy);
    const content = readIfThere(file ?? "");
    if (content === undefined) throw new UsageError(`script ${file}: there is no such file`);
    const replies = scriptOf(content, file ?? "");
    await modelAdmin(copy.modelEndpoint).script(replies);
    say(`${replies.length} replies loaded`);
  },
  faults: async (copy, { add, release, clear }) => {
    if ([add, release, clear].filter((given) => given !== undefined).length > 1) throw new UsageError("faults takes one of --add, --release and --clear");
    requireRunning(copy);
    say(await faultsText(copy, { add: text(add), release: release === true, clear: clear === true }));
  },
};

/** @throws {LocalFailure} naming the file and every mistake in it. */
function scriptOf(content: string, file: string): z.output<typeof scriptSchema> {
  try {
    return scriptSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new LocalFailure(`${file} is not a script of replies: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`, { cause: error });
  }
}

const configOf = (values: Values) => (typeof values.config === "string" ? { configFile: values.config } : {});

function requireRunning(copy: LocalCopy): void {
  if (!statusOf(copy).running)
    throw new LocalFailure(
      `The local AWS on port ${copy.port} is not running. Start it with: npm run local -- up${copy.port === DEFAULT_PORT ? "" : ` --port ${copy.port}`}`,
    );
}

async function main([name, ...args]: string[]): Promise<void> {
  if (name === "help" || asksForHelp([name ?? "", ...args])) return console.log(USAGE);
  const command = Object.keys(OPTIONS).find((known): known is Command => known === name);
  if (command === undefined) throw new UsageError(name === undefined ? "a command is missing" : `${name}: there is no such command`);
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS[command] as ParseArgsOptionsConfig });
  const word = WORD[command];
  if (positionals.length !== (word ? 1 : 0)) throw new UsageError(word ? `${command} takes ${word}` : `${command} takes no ${positionals.join(" ")}`);
  await COMMANDS[command](localCopy(portNumber(text(values.port))), values, positionals[0]);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const wrongInput =
    error instanceof UsageError ||
    error instanceof RangeError ||
    (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  if (wrongInput) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error instanceof LocalFailure || error instanceof ModelServerError ? error.message : error);
  process.exitCode = wrongInput ? 2 : 1;
}
