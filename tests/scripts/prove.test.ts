/** What of `npm run prove` needs neither Cedar's command line nor a solver. */
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parsePolicies } from "../../functions/guardrail/policy/policies.ts";
import { readPolicyTexts } from "../../functions/guardrail/policy/texts.ts";
import { invariants, meaning } from "../../scripts/prove/files.ts";
import { counterexample, table } from "../../scripts/prove/print.ts";
import { CLAIMS } from "../../scripts/prove/proofs.ts";
import { SEEDS } from "../../scripts/prove/seeds.ts";

const { policies } = readPolicyTexts();
const script = join(import.meta.dirname, "../../scripts/prove.ts");
const run = (...given: string[]) =>
  // Nothing but Node itself is to be found.
  promisify(execFile)(process.execPath, [script, ...given], { env: { PATH: join(dirname(script), "no-such-folder") } }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

test("every invariant says in a sentence what it is", () => {
  expect(invariants().length).toBeGreaterThan(5);
  for (const invariant of invariants()) expect(meaning(invariant), invariant.name).toMatch(/^(Nothing|Nobody|No|What|The) .{20,}\.$/);
});

test("the proof ends with an error, and how to install the tools, where they are missing", async () => {
  const { code, stdout } = await run();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^cedar is not installed\. It needs[\s\S]*cargo install cedar-policy-cli@[\d.]+ --locked --features analyze\n\s+apt-get install cvc5/);
  expect((await run("--seeded")).code).toBe(1);
});

test("an option that does not exist is an error", async () => {
  expect(await run("--sedeed")).toEqual({ code: 1, stdout: "--sedeed is no option of prove: --seeded, --write-schema.\n" });
});

describe("the seeded mistakes", () => {
  test("are five, each against a claim that is made", () => {
    expect(SEEDS.map(({ breaks }) => breaks).filter((claim) => CLAIMS.includes(claim))).toHaveLength(5);
  });

  test.each(SEEDS)("can be planted: $mistake", ({ plant }) => {
    const planted = plant(policies);
    expect(planted).not.toEqual(policies);
    expect(parsePolicies(planted).length).toBeGreaterThan(20);
  });

  test("are noticed where the policies they change are no longer there", () => {
    for (const { plant } of SEEDS.filter(({ breaks }) => breaks !== "direct-mutation")) {
      expect(() => plant({ permit: "", forbid: "", approve: "" })).toThrow(/nothing to replace/);
    }
  });
});

describe("the print", () => {
  const broken = {
    claim: "scope",
    action: "s3:DeleteBucket",
    proof: {
      holds: false,
      counterexample: 'context: {}\nentities: [\n  Action::"s3" in [Action::"write"],\n  Service::"s3",\n  Account::"" {\n    scope: [],\n  },\n]',
    },
  } as const;

  test("says for each action what holds and what does not", () => {
    const rows = [broken, { claim: "scope", action: "s3:CreateBucket", proof: { holds: true } as const }];
    expect(table(["scope"], rows).split("\n")).toEqual(["action           scope", "s3:DeleteBucket  BROKEN", "s3:CreateBucket  VERIFIED"]);
  });

  test("shows a counterexample's request and the entities that have something to say", () => {
    expect(counterexample(broken)).toBe(
      'scope does not hold of s3:DeleteBucket:\n  context: {}\n  entities: [\n    Account::"" {\n      scope: [],\n    },\n  ]',
    );
  });
});
