/** Questions by chance over resources by chance. Another run: COWORKER_SEED=<number>. */
import pLimit from "p-limit";
import { beforeAll, describe, expect, it } from "vitest";
import { DEVELOPMENT, SANDBOX } from "./accounts.ts";
import { type Chance, chance } from "./generated/chance.ts";
import { makeResources } from "./generated/make.ts";
import { type Thing, truthIn } from "./generated/truth.ts";
import { sorted } from "./local.ts";
import { arnsFound } from "./oracle.ts";
import { type Told, tell } from "./tell.ts";

const SEED = Number(process.env.COWORKER_SEED ?? 20_261_122);
const ACCOUNTS = [SANDBOX, DEVELOPMENT];
const REGIONS = ["us-east-1", "eu-west-1"];
const QUESTIONS = 20;
/** Questions under way at once. */
const PARALLEL = 2;

interface Question {
  readonly text: string;
  readonly form: "which" | "how many";
  readonly matching: readonly Thing[];
  readonly inScope: readonly Thing[];
}

describe(`${QUESTIONS} generated questions (seed ${SEED})`, () => {
  let asked: { question: Question; told: Told }[];

  beforeAll(async () => {
    console.log(`generated questions: COWORKER_SEED=${SEED}`);
    const dice = chance(SEED);
    // Fresh names, so that a kept local AWS can be used again with the same seed.
    for (const account of ACCOUNTS) await makeResources({ account, regions: REGIONS, prefix: `gen-${Date.now().toString(36)}` }, dice);
    const things = (await Promise.all(ACCOUNTS.map((account) => truthIn(account, REGIONS)))).flat();
    const limit = pLimit(PARALLEL);
    asked = await Promise.all(
      questionsAbout(things, dice).map((question) => limit(async () => ({ question, told: await tell(question.text, { accounts: ACCOUNTS }) }))),
    );
  }, 240_000);

  it.each(Array.from({ length: QUESTIONS }, (_, index) => index))("question %i is answered as root's own reads say", (index) => {
    const one = asked[index];
    if (!one) throw new Error(`no question ${index}`);
    const { question, told } = one;
    const shown = `${question.text}\n${told.report.answer}`;
    expect(told.view.state, `${shown}\n${told.report.message}`).toBe("answered");
    expect(arnsFound(told.report), shown).toEqual(sorted(question.matching.map(({ arn }) => arn)));
    if (question.form === "how many") expect(countIn(told.report.answer ?? ""), shown).toEqual([question.matching.length, question.inScope.length]);
    expect(told.report.unsupported, shown).toEqual([]);
  });

  it("are not all about nothing: some match some, and more than one kind is asked about", () => {
    const telling = asked.filter(({ question: { matching, inScope } }) => matching.length > 0 && matching.length < inScope.length);
    expect(telling.length).toBeGreaterThan(QUESTIONS / 3);
    expect(new Set(asked.map(({ question }) => question.matching[0]?.noun ?? question.inScope[0]?.noun)).size).toBeGreaterThan(2);
  });
});

/** noun × condition × place × form, each at most once. */
function questionsAbout(things: readonly Thing[], dice: Chance): Question[] {
  const conditions = sorted(things.flatMap(({ noun, is }) => Object.keys(is).map((condition) => `${noun}|${condition}`))).map((key) => key.split("|"));
  const combinations = dice.shuffled(conditions).slice(0, QUESTIONS);
  return combinations.map(([noun = "", condition = ""]) => {
    const all = things.filter((thing) => thing.noun === noun);
    const account = dice.pick([undefined, ...ACCOUNTS]);
    const region = all.some((thing) => thing.region === "global") ? undefined : dice.pick([undefined, ...REGIONS]);
    const form = dice.pick(["which", "how many"] as const);
    const place = `${account ? ` in account ${account}` : ""}${region ? ` in ${region}` : ""}`;
    const inScope = all.filter((thing) => (account ?? thing.account) === thing.account && (region ?? thing.region) === thing.region);
    return {
      text: `${form === "which" ? "Which" : "How many"} ${noun}${place} ${condition}?`,
      form,
      inScope,
      matching: inScope.filter(({ is }) => is[condition] === true),
    };
  });
}

/** "3 of 12 buckets are public": the first two numbers. */
function countIn(answer: string): number[] {
  const [, some, all] = /(\d+) of (\d+)/.exec(answer) ?? [];
  return [Number(some), Number(all)];
}
