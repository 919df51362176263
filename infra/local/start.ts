/** `npm start [-- "question"]`: the local AWS up, one question answered, and how to go on. */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { answerText, progressOf } from "./answer.ts";
import { ApiRefusal, ask, type RequestView } from "./ask.ts";
import { readCalls } from "./calls.ts";
import { stopCommands } from "./command.ts";
import { DEFAULT_PORT, type LocalCopy, localCopy, type ModelChoice } from "./copy.ts";
import { CHANGE, demoChange } from "./demo-change.ts";
import { LocalFailure } from "./failure.ts";
import { asksForHelp, modelChoice, portNumber } from "./options.ts";
import { APPROVER } from "./principals.ts";
import { rolesTable } from "./roles.ts";
import { statusOf, stopCopy } from "./stack.ts";
import { bringUp, stopwatch } from "./up.ts";

const USAGE = `usage: npm start [-- ["question"] [--demo change] [--yes] [--port N] [--model offline|bedrock|anthropic] [--once]]

Brings the local AWS up, deploys, furnishes the demo accounts and asks the question
("Which buckets are public?" if none is given). Stays up until Ctrl-C; with --once, or
when the output is not a terminal, stops after the answer. Further: npm run local

--demo change  asks for a change ("${CHANGE}"
               if no other is given), shows the plan and asks for its approval; with --yes
               it is approved as ${APPROVER}, through the same API`;

type Arguments = { question: string; change: boolean; yes: boolean; copy: LocalCopy; model: ModelChoice; once: boolean };
/** Answered, asked back or declined, changed, or not changed because the person said no. */
const ENDED_WELL = new Set(["answered", "partial", "needs_input", "declined", "changed", "cancelled", "artifact"]);
const say = (line: string) => console.log(line);

function parse(args: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { port: { type: "string" }, model: { type: "string" }, once: { type: "boolean" }, demo: { type: "string" }, yes: { type: "boolean" } },
  });
  if (values.demo !== undefined && values.demo !== "change") throw new RangeError(`--demo ${values.demo}: there is change`);
  const change = values.demo === "change";
  if (values.yes && !change) throw new RangeError("--yes approves a change: give --demo change too");
  return {
    question: positionals.join(" ").trim() || (change ? CHANGE : "Which buckets are public?"),
    change,
    yes: values.yes ?? false,
    copy: localCopy(portNumber(values.port)),
    model: modelChoice(values.model),
    once: (values.once ?? false) || !process.stdout.isTTY,
  };
}

async function demo({ question, change, yes, copy, model }: Arguments): Promise<RequestView> {
  const progress = stopwatch(say);
  const { apiUrl } = await bringUp(copy, { model, onProgress: progress });
  if (change) return demoChange({ copy, apiUrl, text: question, yes, say, progress });
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
    if (!ENDED_WELL.has(view.state)) process.exitCode = 1;
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
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    say(USAGE);
    return undefined;
  }
  try {
    return parse(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

await main();
