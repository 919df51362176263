import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { redact, redactDeep, secretsIn } from "../../../functions/shared/secrets.ts";

const repeat = (alphabet: string, length: number): string => Array.from({ length }, (_, index) => alphabet[(index * 7 + 3) % alphabet.length]).join("");
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Built here from parts, so that no scanner takes this file for a leak. */
const github = ["gh", "p_", repeat(LETTERS, 36)].join("");
const slack = ["xo", "xb-", "123456789012-", repeat(LETTERS, 24)].join("");
const awsSecret = repeat(LETTERS, 40);
const pem = ["-----BEGIN RSA ", "PRIVATE KEY-----\n", "MII", repeat(LETTERS, 400), "\n-----END RSA ", "PRIVATE KEY-----"].join("");
const url = ["https://deploy", ":", "s3cr3tValue", "@git.example.com"].join("");
const postgres = ["postgres", "://app:", "hunter2hunter2", "@db.example.com:5432/orders"].join("");
const vault = ["hv", "s.", repeat(LETTERS, 95)].join("");

describe("redact", () => {
  it.each([
    ["github", github],
    ["slack", slack],
    ["privatekey", pem],
    ["basicauth", url],
    ["database-connection-string", postgres],
    ["hashicorp-vault", vault],
  ])("removes the whole %s secret and keeps the text around it", async (rule, secret) => {
    expect(await redact(`before ${secret} after`)).toEqual({ text: `before [redacted:${rule}] after`, redactions: 1 });
  });

  it("removes the whole AWS secret access key, not as many characters of its name", async () => {
    const { text, redactions } = await redact(`my aws_secret_access_key =   ${awsSecret} please`);
    expect(text).toBe("my aws_secret_access_key =   [redacted:aws] please");
    expect(redactions).toBe(1);
  });

  it("removes a registry token", async () => {
    expect((await redact(`//registry.example.com/:_authToken=${awsSecret}`)).text).not.toContain(awsSecret);
  });

  it("keeps account ids, ARNs and access key ids", async () => {
    const text = `account_id: 123456789012, arn:aws:iam::123456789012:role/Admin, key ${"AKIA"}${"ABCDEFGHIJKLMNOP"}`;
    expect(await redact(text)).toEqual({ text, redactions: 0 });
  });

  it("can't be switched off by what it scans", async () => {
    const { text } = await redact(`/* secretlint-disable */ ${github} // secretlint-disable-line`);
    expect(text).not.toContain(github);
  });

  it("keeps its place after a byte order mark", async () => {
    expect((await redact(`\uFEFF${github}!`)).text).toBe("\uFEFF[redacted:github]!");
  });

  it("counts each secret of a text", async () => {
    expect((await redact(`${github} ${slack} ${github}`)).redactions).toBe(3);
  });
});

describe("redactDeep", () => {
  it("redacts values and keys at any depth and keeps the structure", async () => {
    const { value, redactions } = await redactDeep({ a: [1, true, null, { b: `x ${github}` }], [slack]: "y" });
    expect(value).toEqual({ a: [1, true, null, { b: "x [redacted:github]" }], "[redacted:slack]": "y" });
    expect(redactions).toBe(2);
  });

  it("sees a secret by the name of its field or of its pair, and leaves the same text without a name", async () => {
    const { value } = await redactDeep({ SecretAccessKey: awsSecret, Tags: [{ Key: "AWS_SECRET_ACCESS_KEY", Value: awsSecret }], Digest: awsSecret });
    expect(value).toEqual({ SecretAccessKey: "[redacted:aws]", Tags: [{ Key: "AWS_SECRET_ACCESS_KEY", Value: "[redacted:aws]" }], Digest: awsSecret });
  });

  it("never joins neighbouring strings into a secret", async () => {
    const cut = Math.floor(pem.length / 2);
    const apart = [github.slice(0, 20), github.slice(20), pem.slice(0, cut), pem.slice(cut), "aws_secret_access_key=", awsSecret, "//r/:_authToken=", "next"];
    expect(await redactDeep(apart)).toEqual({ value: apart, redactions: 0 });
    expect((await redactDeep([github, pem])).redactions).toBe(2);
  });

  it("counts a repeated secret each time", async () => {
    expect(await redactDeep([github, github])).toEqual({ value: ["[redacted:github]", "[redacted:github]"], redactions: 2 });
  });

  it("loses no entry when two keys become equal", async () => {
    const { value } = await redactDeep({ [github]: 1, [`${github.slice(0, -1)}_`]: 2 });
    expect(Object.values(value)).toEqual([1, 2]);
  });

  it("returns any JSON without secrets unchanged, `__proto__` included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const value: unknown = JSON.parse(text);
        expect(await redactDeep(value)).toEqual({ value, redactions: 0 });
      }),
      { numRuns: 50 },
    );
    const own: unknown = JSON.parse('{"__proto__": {"x": "y"}}');
    expect(JSON.stringify((await redactDeep(own)).value)).toBe('{"__proto__":{"x":"y"}}');
  });

  it("finds a secret wherever it is put among other strings", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 20 }), fc.nat(20), async (strings, at) => {
        const place = Math.min(at, strings.length);
        const { value } = await redactDeep([...strings.slice(0, place), github, ...strings.slice(place)]);
        expect(value[place]).toBe("[redacted:github]");
        expect(value.toSpliced(place, 1)).toEqual(strings);
      }),
      { numRuns: 50 },
    );
  });

  it("scans 160 KiB of tables quickly", async () => {
    const row = (index: number): unknown[] => [`arn:aws:ec2:eu-west-1:123456789012:instance/i-${index}`, "running", "10.0.0.1", `subnet-${index}`, index];
    const tables = { tables: [{ rows: Array.from({ length: 1800 }, (_, index) => row(index)) }] };
    expect(JSON.stringify(tables).length).toBeGreaterThan(150_000);
    await redactDeep(tables);
    const started = performance.now();
    await redactDeep(tables);
    // Aim 100 ms; the bound leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(400);
  });
});

describe("secretsIn", () => {
  it("names each place, and a name that is a secret by its mark", async () => {
    const value = { a: [1, { b: github }], c: { [slack]: { d: "x", e: `before ${github}` } }, f: null, g: "plain" };
    expect(await secretsIn(value)).toEqual([
      ["a", "1", "b"],
      ["c", "[redacted:slack]"],
      ["c", "[redacted:slack]", "e"],
    ]);
  });

  it("names a value that only its name gives away", async () => {
    expect(await secretsIn({ SecretAccessKey: awsSecret, Other: awsSecret })).toEqual([["SecretAccessKey"]]);
  });

  it("names nothing where there is none, a mark included", async () => {
    expect(await secretsIn({ a: "plain", b: ["[redacted:github]", 4, true, null] })).toEqual([]);
  });
});
