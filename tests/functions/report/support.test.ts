import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { occurring } from "../../../functions/report/cells.ts";
import { checkSupport, type Grounds, MOST_CLAIMS } from "../../../functions/report/support.ts";
import type { ResultTable } from "../../../functions/shared/contracts.ts";
import { admitted, buckets, finding, table } from "./fixture.ts";

const grounds = (tables: ResultTable[], changes: Partial<Grounds> = {}): Grounds => ({
  tables,
  admission: admitted(),
  question: "Which buckets are public?",
  failures: [],
  resolutions: [],
  counts: [],
  ...changes,
});
const marks = (answer: string, tables: ResultTable[], changes: Partial<Grounds> = {}): string[] =>
  checkSupport(answer, [], grounds(tables, changes)).unsupported.map(({ text }) => text);

/** Resource names as AWS has them, commas, dots and blanks included. */
const name = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9+=,.@_/ -]{0,30}[A-Za-z0-9])?$/);
const arn = fc
  .tuple(fc.constantFrom("iam", "ec2", "s3", "logs"), fc.constantFrom("", "eu-west-1"), fc.constantFrom("", "123456789012"), name)
  .map(([service, region, account, resource]) => `arn:aws:${service}:${region}:${account}:${resource}`);
const frame = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `${text}.`,
  (text) => `(${text})`,
  (text) => `see \`${text}\`, and`,
  (text) => `**${text}**`,
  (text) => `"${text}"; no`,
  (text) => `- ${text}\n- x`,
  (text) => `${text}: open`,
);

describe("ARNs", () => {
  it("of the tables are never marked, wherever they stand in the text", () => {
    fc.assert(
      fc.property(fc.uniqueArray(arn, { minLength: 1, maxLength: 8 }), frame, (arns, put) => {
        const read = [
          table(
            ["Arn"],
            arns.map((one) => [one]),
          ),
        ];
        for (const one of arns) expect(marks(put(one), read)).toEqual([]);
      }),
    );
  });

  it("of anything else are always marked", () => {
    fc.assert(
      fc.property(fc.array(arn, { maxLength: 8 }), fc.stringMatching(/^[a-z0-9]{12}$/), frame, (arns, invented, put) => {
        const other = `arn:aws:sqs:eu-west-1:123456789012:${invented}`;
        expect(
          marks(put(other), [
            table(
              ["Arn"],
              arns.map((one) => [one]),
            ),
          ]),
        ).toContain(other);
      }),
    );
  });

  it("that only begin like a known one are marked, and the known one beside it is not", () => {
    const read = [buckets(["logs"])];
    expect(marks("arn:aws:s3:::logs, arn:aws:s3:::logs-2, arn:aws:s3:::logs/key, arn:aws:s3:::logs.old.", read)).toEqual([
      "arn:aws:s3:::logs-2",
      "arn:aws:s3:::logs/key",
      "arn:aws:s3:::logs.old",
    ]);
  });

  it("inside a policy that was read are known, as is the role of a failure; its resource, which a model gave, and the question's are not", () => {
    const read = [table(["Policy"], [['{"Principal":{"AWS":"arn:aws:iam::999999999999:root"}}']])];
    const failures = [
      {
        operation: "ListBuckets",
        account: "1",
        region: "global",
        role: "arn:aws:iam::1:role/r",
        resource: "arn:aws:s3:::denied",
        errorCode: "AccessDenied",
        message: "",
        access: "",
        count: 1,
      },
    ];
    const text = "arn:aws:iam::999999999999:root arn:aws:iam::1:role/r arn:aws:s3:::denied";
    expect(marks(text, read, { failures })).toEqual(["arn:aws:s3:::denied"]);
    expect(marks(text, [...read, buckets(["denied"], { evidenceId: "r1c2.1" })], { failures })).toEqual([]);
    expect(marks("arn:aws:s3:::asked", read, { question: "Is arn:aws:s3:::asked public?" })).toEqual(["arn:aws:s3:::asked"]);
  });
});

describe("hiding a claim", () => {
  const read = [buckets(["logs", "web", "old", "new", "t3.micro-5"])];

  it.each([
    ["emphasis before an ARN", "_arn:aws:s3:::ghost_", ["arn:aws:s3:::ghost"]],
    ["a letter before an ARN", "xarn:aws:s3:::ghost", ["arn:aws:s3:::ghost"]],
    ["upper case", "ARN:AWS:s3:::ghost", ["ARN:AWS:s3:::ghost"]],
    ["a letter of another script after a known ARN", "arn:aws:s3:::logs\u00e9-prod", ["arn:aws:s3:::logs\u00e9-prod"]],
    [
      "a hyphen of Unicode after a known ARN",
      "arn:aws:s3:::logs\u2010prod arn:aws:s3:::logs\u2011x",
      ["arn:aws:s3:::logs\u2010prod", "arn:aws:s3:::logs\u2011x"],
    ],
    ["an invisible mark in an ARN", "a\u200brn:aws:s3:::ghost", ["a\u200brn:aws:s3:::ghost"]],
    ["a magnitude", "5k or 5M or 5 million", ["5k", "5M", "5 million"]],
    ["an exponent, another base", "1e9 and 0x61", ["1e9", "0x61"]],
    ["digits of other scripts", "\uff19\uff17 and \u0669\u0667", ["\uff19\uff17", "\u0669\u0667"]],
    ["an invisible mark in a number", "9\u200b7 and 4\u00ad4", ["9\u200b7", "4\u00ad4"]],
    ["keycaps", "9\ufe0f\u20e37\ufe0f\u20e3", ["9\ufe0f\u20e37\ufe0f\u20e3"]],
    ["letters after", "97buckets 97_buckets 97\u00d7 97-bucket", ["97buckets", "97_buckets", "97", "97-bucket"]],
    ["letters before", "CC97 i-0123456789 S3/x97", ["CC97", "i-0123456789", "x97"]],
    ["signs before", "--97 \u224897 #97", ["97", "97", "97"]],
  ])("by %s fails", (_, text, expected) => expect(marks(text, read)).toEqual(expected));

  it.each([
    ["emphasised, upper case prefix", "_arn:aws:s3:::logs_ **arn:aws:s3:::web** ARN:AWS:s3:::old"],
    ["before punctuation of any script", "arn:aws:s3:::logs\u3002 arn:aws:s3:::web\u2014fine"],
    ["numbers in any writing", "5 \uff15 \u0665 0x5 5e0 5-bucket"],
    ["names of cells and of the request", "t3.micro-5 in r1c1.1, prod-7"],
    ["words of services", "S3-compatible, IMDSv2-only, IPv4/IPv6, EC2's, TLSv1.2, us-east-1a"],
  ])("is not what honest text does: %s", (_, text) => expect(marks(text, read, { question: "is prod-7 public?" })).toEqual([]));

  it("is found at its place in the text as it was written", () => {
    const answer = "\ufb01ne\u200b: 9\u200b7 are public";
    const [mark] = checkSupport(answer, [], grounds(read)).unsupported;
    expect(mark).toMatchObject({ text: "9\u200b7", at: answer.indexOf("9") });
  });
});

describe("a hostile answer", () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `9.9.${index >> 8}.${index & 255}`);

  it("is checked up to 500 different claims, and told to be cut", () => {
    const { unsupported } = checkSupport(addresses(900).join(" "), [], grounds([buckets(["a"])]));
    expect(unsupported).toHaveLength(MOST_CLAIMS + 1);
    expect(unsupported.at(-1)).toMatchObject({ where: "answer", text: expect.stringMatching(/^400 more claims were not checked/) });
    expect(marks(addresses(500).join(" "), [buckets(["a"])])).toEqual(addresses(500));
  });

  it("counts a claim once, however often it is made", () => {
    expect(marks("97 ".repeat(400), [buckets(["a"])])).toHaveLength(400);
    const many = marks("97 ".repeat(900), [buckets(["a"])]);
    expect(many).toHaveLength(MOST_CLAIMS + 1);
    expect(many.at(-1)).toMatch(/^0 more claims were not checked, and 400 more places/);
    expect(marks("5 ".repeat(900), [buckets(["a", "b", "c", "d", "e"])])).toEqual([]);
  });

  it("costs as many look-ups of a cell as a short one", () => {
    const cells = addresses(2000);
    const lookups = (claims: number): number => {
      let count = 0;
      const wanted = new Set(addresses(claims).map((one) => one.replace("9.9", "8.8")));
      wanted.has = (one) => {
        count++;
        return Set.prototype.has.call(wanted, one);
      };
      expect(occurring(wanted, cells).size).toBe(0);
      return count;
    };
    // Lengths that no claim has are passed over, so a few claims may need fewer.
    expect(lookups(500)).toBeLessThanOrEqual(4 * cells.length);
    expect(lookups(500)).toBe(lookups(400));
    expect(occurring(new Set(["9.9.0.7"]), cells)).toEqual(new Set(["9.9.0.7"]));
  });
});

describe("numbers", () => {
  const read = [
    table(
      ["Arn", "Type", "State", "Size", "Port", "Launched", "Cidr", "Tags"],
      [
        ["arn:1", "t3.micro", "running", 30, 8443, "2026-03-14T09:26:53.000Z", "10.20.0.0/16", { Team: "red" }],
        ["arn:2", "t3.micro", "running", 1250, 8443, "2026-03-15T00:00:00.000Z", "10.21.0.0/16", {}],
        ["arn:3", "m5.large", "stopped", 70, 8443, "2026-03-15T00:00:00.000Z", "10.22.0.0/16", { Team: "red" }],
        ["arn:4", "t3.micro", "running", 77, 8443, "2026-03-15T00:00:00.000Z", "10.23.0.0/16", { Team: "blue" }],
      ],
      { service: "ec2", operation: "DescribeInstances" },
    ),
  ];

  it.each([
    ["a cell", "It has 30 GB, another 1,250GB, port 8443/tcp."],
    ["rows with and without a value", "4 instances: 3 are running, 1 is stopped."],
    ["a share", "75% are running and 25% are not."],
    ["a sum", "1427 GB in all."],
    ["tags", "2 belong to Team red."],
    ["dates and addresses of cells", "Launched 2026-03-14 (March 14, 2026, 14 March 2026, 2026-03-14T09:26Z) in 10.20.0.0/16, 10.20.0.0."],
    ["the year of a date", "All from 2026."],
    ["accounts of the request", "In account 123456789012."],
    ["names, ordinals, list numbers", "17. The 9th t3.micro in us-east-1 with IMDSv2 and AES-256 (EC2, S3/IPv4)\n18) x"],
    ["none", "0 are public."],
  ])("supported: %s", (_, answer) => expect(marks(answer, read)).toEqual([]));

  it.each([
    ["an invented count", "There are 57 instances.", ["57"]],
    ["an invented share", "33% are running", ["33%"]],
    ["money", "It costs $412.50 a month", ["$412.50"]],
    ["a date no cell has", "since 2025-01-02, or 3 May 2024", ["2025-01-02", "3 May 2024"]],
    ["an address no cell has", "from 10.99.0.0/16 and 110.20.0.0", ["10.99.0.0/16", "110.20.0.0"]],
    ["a part of a cell's number", "ports 844 and 443", ["844", "443"]],
    ["units and thousands", "12,345 files, 600GB, 45-day", ["12,345", "600GB", "45-day"]],
    ["a range", "91-97", ["91-97"]],
  ])("marked: %s", (_, answer, expected) => expect(marks(answer, read)).toEqual(expected));

  it("are counted across accounts, and in each", () => {
    const two = [buckets(["a", "b", "c", "d", "e"]), buckets(["f", "g", "h", "i", "j", "k"], { evidenceId: "r1c2.1", account: "210987654321" })];
    expect(marks("5 here and 6 there make 11; 9 of them are private; not 13.", two)).toEqual(["13"]);
  });

  it("of a table read twice are not doubled", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const twice = [buckets(names), buckets(names, { evidenceId: "r2c1.1" })];
    expect(marks("7 buckets", twice)).toEqual([]);
    expect(marks("14 buckets", twice)).toEqual(["14"]);
  });

  it("may repeat the request", () => {
    expect(marks("Keys older than 90 days", read)).toEqual(["90"]);
    expect(marks("Keys older than 90 days", read, { question: "keys older than 90 days?" })).toEqual([]);
  });

  it("may count the resources of findings, but only those that exist", () => {
    const names = Array.from({ length: 20 }, (_, index) => `b${index}`);
    const some = names.slice(0, 13).map((each) => `arn:aws:s3:::${each}`);
    const invented = names.slice(0, 12).map((each) => `arn:aws:s3:::ghost-${each}`);
    const { unsupported } = checkSupport(
      "13 lack tags, 12 are odd",
      [finding({ resources: some }), finding({ resources: invented, title: "odd" })],
      grounds([buckets(names)]),
    );
    expect(unsupported.filter(({ where }) => where === "answer").map(({ text }) => text)).toEqual(["12"]);
    expect(unsupported.filter(({ kind }) => kind === "resource").map(({ text }) => text)).toEqual(invented);
  });
});

it("tells where each unsupported claim stands", () => {
  const { unsupported, resources } = checkSupport(
    "fine",
    [finding({ title: "44 open", detail: "see arn:aws:s3:::x", resources: ["arn:aws:s3:::a", "arn:aws:s3:::x"] })],
    grounds([buckets(["a"])]),
  );
  expect(resources).toEqual([[true, false]]);
  expect(unsupported).toEqual([
    { text: "44", kind: "number", where: "findings[0].title", at: 0 },
    { text: "arn:aws:s3:::x", kind: "arn", where: "findings[0].detail", at: 4 },
    { text: "arn:aws:s3:::x", kind: "resource", where: "findings[0].resources[1]", at: 0 },
  ]);
});
