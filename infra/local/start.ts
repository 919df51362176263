/** `npm start [-- "question"]`: the local AWS up, one question answered, and how to go on. */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { answerText, progressOf } from "./answer.ts";
import { ApiRefusal, ask, type RequestView } from "./ask.ts";
import { readCalls } from "./calls.ts";
import { stopCommands } from "./command.ts";
import { DEFAULT_PORT, type LocalCopy, localCopy, type ModelChoice } from "./copy.ts";
import { LocalFailure } from "./failure.ts";
import { modelChoice, portNumber } from "./options.ts";
import { rolesTable } from "./roles.ts";
import { statusOf, stopCopy } from "./stack.ts";
import { bringUp, stopwatch } from "./up.ts";

const USAGE = `usage: npm start [-- ["question"] [--port N] [--model offline|bedrock|anthropic] [--once]]

Brings the local AWS up, deploys, furnishes the demo accounts and asks the question
("Which buckets are public?" if none is given). Stays up until Ctrl-C; with --once, or
when the output is not a terminal, stops after the answer. Further: npm run local`;

type Arguments = { question: string; copy: LocalCopy; model: ModelChoice; once: boolean };
const say = (line: string) => console.log(line);

function parse(args: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { port: { type: "string" }, model: { type: "string" }, once: { type: "boolean" } },
  });
  return {
    question: positionals.join(" ").trim() || "Which buckets are public?",
    copy: localCopy(portNumber(values.port)),
    model: modelChoice(values.model),
    once: (values.once ?? false) || !process.stdout.isTTY,
  };
}

async function demo({ question, copy, model }: Arguments): Promise<RequestView> {
  const progress = stopwatch(say);
  const { apiUrl } = await bringUp(copy, { model, onProgress: progress });
  progress(`asking: ${question}`);
  const since = new Date();
  const view = await ask({ apiUrl, text: question, onEvent: (event) => optional(progressOf(event), progress) });
  say(`\n${question}\n\n${answerText(view)}\n`);
  say(`What each role did (the local AWS's own record)\n${rolesTable(readCalls(copy, since))}\n`);
  say(nextSteps(copy, apiUrl, view.id));
  return view;
}

function nextSteps(copy: LocalCopy, apiUrl: string, id: string): string {
  const port = copy.port === DEFAULT_PORT ? "" : ` --port ${copy.port}`;
  const curl = `curl --aws-sigv4 "aws:amz:us-east-1:execute-api" --user test:test`;
  return `Ask the next question
  ${curl} -H 'content-type: application/json' -d '{"text":"Which instances have no IMDSv2?"}' ${apiUrl}/requests
and read the answer (this one: ${id})
  ${curl} ${apiUrl}/requests/ID
or, from another terminal:  npm start --${port} "Which users have no MFA?"
Look behind it:             npm run local --${port} calls | calls --model | status | reset | down`;
}

function optional(line: string | undefined, write: (line: string) => void): void {
  if (line !== undefined) write(line);
}

async function main(): Promise<void> {
  const chosen = parsed();
  if (!chosen) return;
  const { copy, once } = chosen;
  const found = statusOf(copy).running;
  let leaving = false;
  const work = demo(chosen);
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    stopCommands();
    if (!found) {
      say("\nstopping");
      await stopCopy(copy);
      // What was being started notices within this time; whatever it still began is stopped with the second call.
      await Promise.race([work.catch(() => undefined), delay(2_000)]);
      await stopCopy(copy);
    }
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void leave());
  try {
    const view = await work;
    if (found) say(`\nThe local AWS on port ${copy.port} was up before and stays up.`);
    else if (!once) await untilSignal();
    if (view.state === "failed" || view.state === "refused") process.exitCode = 1;
  } catch (error) {
    if (leaving) return;
    console.error(error instanceof LocalFailure || error instanceof ApiRefusal ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
  if (!leaving && !found) await stopCopy(copy);
}

/** A signal's handler ends the process. */
function untilSignal(): Promise<never> {
  say("\nUp until Ctrl-C.");
  return new Promise(() => setInterval(() => undefined, 60_000));
}

function parsed(): Arguments | undefined {
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

await main();
