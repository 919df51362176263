import { describe, expect, it } from "vitest";
import { checkSupport } from "../../../../functions/report/support.ts";
import { decide, decideAs } from "./fixtures/planner.ts";
import { evidence, failure, PRODUCTION, SANDBOX, table } from "./fixtures/tables.ts";

const bucketRow = (name: string, region = "us-east-1") => ({ Arn: `arn:aws:s3:::${name}`, Name: name, BucketRegion: region });
const blocked = {
  "PublicAccessBlockConfiguration.BlockPublicAcls": true,
  "PublicAccessBlockConfiguration.IgnorePublicAcls": true,
  "PublicAccessBlockConfiguration.BlockPublicPolicy": true,
  "PublicAccessBlockConfiguration.RestrictPublicBuckets": true,
};
const bucketEvidence = () => [
  table("s3", "ListBuckets", [bucketRow("open"), bucketRow("closed", "eu-west-1"), bucketRow("half")]),
  table("s3", "GetPublicAccessBlock", [
    { Arn: "arn:aws:s3:::open", Bucket: "open", Absent: "NoSuchPublicAccessBlockConfiguration" },
    { Arn: "arn:aws:s3:::closed", Bucket: "closed", ...blocked },
    { Arn: "arn:aws:s3:::half", Bucket: "half", ...blocked, "PublicAccessBlockConfiguration.RestrictPublicBuckets": false },
  ]),
  table("s3", "GetBucketPolicyStatus", [
    { Bucket: "open", Absent: "NoSuchBucketPolicy" },
    { Bucket: "closed", Absent: "NoSuchBucketPolicy" },
    { Bucket: "half", Absent: "NoSuchBucketPolicy" },
  ]),
];

describe("the first round", () => {
  it("asks for exactly the reads that the question needs, in every account", () => {
    const { tasks } = decideAs("discover", { text: "which buckets are public?" });
    expect(tasks).toEqual([
      {
        service: "s3",
        accounts: [SANDBOX.account, PRODUCTION.account],
        regions: [],
        reads: ["ListBuckets", "GetPublicAccessBlock", "GetBucketPolicyStatus"].map((operation) => ({ operation, input: {} })),
      },
    ]);
  });

  it.each([
    ["an account's name", "how many instances run in acme-sandbox?", [SANDBOX.account], []],
    ["an account's id", "list instances of 222222222222", [PRODUCTION.account], []],
    ["an environment", "which instances in production are stopped?", [PRODUCTION.account], []],
    ["a region", "list instances in eu-west-1", [SANDBOX.account, PRODUCTION.account], ["eu-west-1"]],
  ])("narrows by %s", (_, text, accounts, regions) => {
    expect(decideAs("discover", { text }).tasks[0]).toMatchObject({ accounts, regions });
  });

  it("gives a worker an objective only when it is told to investigate", () => {
    const [task] = decideAs("discover", { text: "Investigate the security groups that are open to the world" }).tasks;
    expect(task).toMatchObject({ service: "ec2", reads: [], objective: expect.stringContaining("security groups") });
    expect(decideAs("discover", { text: "Which security groups are open to the world?" }).tasks[0]?.objective).toBeUndefined();
  });

  it("finds reads by their words when no noun is known", () => {
    const operations = decideAs("discover", { text: "Which policies does the account have on its own?" }).tasks.flatMap(({ reads }) =>
      reads.map(({ operation }) => operation),
    );
    expect(operations).toContain("ListPolicies");
  });

  it("looks up changes, not reads, from the time that is named", () => {
    const [task] = decideAs("discover", { text: "Who changed something in the last 2 days?" }).tasks;
    expect(task).toMatchObject({
      service: "cloudtrail",
      reads: [
        {
          operation: "LookupEvents",
          input: { LookupAttributes: [{ AttributeKey: "ReadOnly", AttributeValue: "false" }], StartTime: "2026-11-20T12:00:00.000Z" },
        },
      ],
    });
  });
});

describe("what is no question", () => {
  it.each([
    ["ask", "Could you tag my instances?"],
    ["ask", "help"],
    ["ask", "fix it"],
    ["ask", "Is my account secure?"],
    ["ask", "which buckets in staging are public?"],
    ["decline", "Write me a poem about the sea"],
    ["decline", "What will the weather be tomorrow?"],
  ])("%s: %s", (kind, text) => {
    expect(decide({ text }).kind).toBe(kind);
  });

  it.each(["Which stopped instances are there?", "Are there open ports?", "Which instances are tagged Owner?"])("is still a question: %s", (text) => {
    expect(decide({ text }).kind).toBe("discover");
  });
});

describe("the answer", () => {
  it("begins with count and names, names itself, and rests on the tables", () => {
    const tables = bucketEvidence();
    const { answer, findings } = decideAs("answer", { text: "which buckets are public?", evidence: evidence(tables) });
    expect(answer.split("\n")[0]).toBe("[offline model] 2 of 3 buckets are public or can be made public: open, half.");
    expect(answer).not.toContain("incomplete");
    expect(findings).toEqual([
      expect.objectContaining({
        severity: "high",
        resources: ["arn:aws:s3:::open", "arn:aws:s3:::half"],
        evidence: tables.map(({ evidenceId }) => evidenceId),
        detail: expect.stringMatching(/^\[offline model\]/),
      }),
    ]);
  });

  it("keeps to the region that is named", () => {
    const { answer, findings } = decideAs("answer", { text: "which buckets in eu-west-1 are public?", evidence: evidence(bucketEvidence()) });
    expect(answer).toContain("0 of 1 bucket are public");
    expect(findings).toEqual([]);
  });

  it("says what could not be read and judges nothing from it", () => {
    const [buckets, blocks, status] = bucketEvidence();
    const { answer } = decideAs("answer", {
      text: "which buckets are public?",
      evidence: evidence([buckets!, { ...blocks!, rows: blocks!.rows.slice(0, 1) }, status!], [failure("GetPublicAccessBlock")]),
    });
    expect(answer).toContain("1 of 3 buckets");
    expect(answer).toContain("Could not be judged, since what was needed was not read: closed, half.");
    expect(answer).toContain("not read: GetPublicAccessBlock in acme-sandbox (111111111111), global: AccessDenied");
  });

  it("says that rows were cut and counts at least what it saw", () => {
    const { answer } = decideAs("answer", {
      text: "how many buckets are there?",
      evidence: evidence([table("s3", "ListBuckets", [bucketRow("a")], { total: 9 })]),
    });
    expect(answer).toContain("At least 1 bucket");
    expect(answer).toContain("of 9 rows of ListBuckets in acme-sandbox (111111111111), global only 1 came");
  });

  it("names at most 20 and says how many there are", () => {
    const rows = Array.from({ length: 25 }, (_, index) => bucketRow(`b${index}`));
    const { answer, findings } = decideAs("answer", { text: "list the buckets", evidence: evidence([table("s3", "ListBuckets", rows)]) });
    expect(answer).toContain("b19 and more, 25 in all");
    expect(answer).not.toContain("b20,");
    expect(findings[0]?.resources).toHaveLength(25);
  });

  it("counts each account and region on its own line", () => {
    const row = (id: string, state: string) => ({ Arn: `arn:aws:ec2:x:y:instance/${id}`, InstanceId: id, "State.Name": state });
    const tables = [
      table("ec2", "DescribeInstances", [row("i-1", "running"), row("i-2", "stopped")]),
      table("ec2", "DescribeInstances", [row("i-3", "running")], { region: "eu-west-1" }),
      table("ec2", "DescribeInstances", [row("i-4", "running")], { account: PRODUCTION.account, region: "eu-west-1" }),
    ];
    const { answer, findings } = decideAs("answer", { text: "How many instances are running?", evidence: evidence(tables) });
    expect(answer).toContain("3 of 4 instances are running");
    expect(answer.split("\n").filter((line) => line.startsWith("- "))).toEqual([
      "- acme-sandbox (111111111111), eu-west-1: 1",
      "- acme-sandbox (111111111111), us-east-1: 1",
      "- acme-production (222222222222), eu-west-1: 1",
    ]);
    expect(findings.map(({ resources }) => resources.length)).toEqual([1, 1, 1]);
  });

  it.each([
    ["Are there any unencrypted volumes?", [true, false], "Yes: 1 of 2 volumes is not encrypted"],
    ["Are there any unencrypted volumes?", [true, true], "No: 0 of 2 volumes are not encrypted"],
    ["Are all volumes encrypted?", [true, false], "No: 1 of 2 volumes is encrypted; not so: vol-1."],
    ["Are all volumes encrypted?", [true, true], "Yes: 2 of 2 volumes are encrypted."],
  ])("%s %j", (text, encrypted, first) => {
    const rows = encrypted.map((Encrypted, index) => ({ VolumeId: `vol-${index}`, Encrypted }));
    expect(decideAs("answer", { text, evidence: evidence([table("ec2", "DescribeVolumes", rows)]) }).answer).toContain(first);
  });

  it("breaks a count down by a field", () => {
    const rows = ["python3.13", "nodejs22.x", "python3.13"].map((Runtime, index) => ({ FunctionName: `f${index}`, Runtime }));
    const { answer } = decideAs("answer", { text: "How many functions are there by runtime?", evidence: evidence([table("lambda", "ListFunctions", rows)]) });
    expect(answer).toContain("- nodejs22.x: 1\n- python3.13: 2");
  });

  it("answers two questions of one request", () => {
    const tables = [...bucketEvidence(), table("ec2", "DescribeVolumes", [{ VolumeId: "vol-1", Encrypted: false }])];
    const { answer } = decideAs("answer", { text: "Which buckets are public, and how many volumes are unencrypted?", evidence: evidence(tables) });
    expect(answer).toMatch(/2 of 3 buckets .* 1 of 1 volume is not encrypted/);
  });

  it("says which words it made nothing of", () => {
    const { answer } = decideAs("answer", {
      text: "Which volumes are the slowest?",
      evidence: evidence([table("ec2", "DescribeVolumes", [{ VolumeId: "vol-1" }])]),
    });
    expect(answer).toContain("Only partly understood");
    expect(answer).toContain("made nothing of: slowest");
  });

  it("lists what was read when no noun is known", () => {
    const rows = [{ RegionName: "eu-west-1", OptInStatus: "opt-in-not-required" }];
    const { answer } = decideAs("answer", {
      text: "Which regions are enabled with opt-in status?",
      evidence: evidence([table("ec2", "DescribeRegions", rows)]),
      discover: false,
    });
    expect(answer).toContain("1 rows of DescribeRegions");
    expect(answer).toContain("eu-west-1");
  });
});

describe("bounds", () => {
  it("asks once more for what is missing, and not again", () => {
    const [buckets] = bucketEvidence();
    const again = decideAs("discover", { text: "which buckets are public?", evidence: evidence([buckets!]) });
    expect(again.tasks[0]?.reads.map(({ operation }) => operation)).toEqual(["GetPublicAccessBlock", "GetBucketPolicyStatus"]);
    expect(decide({ text: "which buckets are public?", evidence: evidence([buckets!]), round: 3 }).kind).toBe("answer");
  });

  it("doesn't repeat a read that failed, was refused, or whose worker crashed", () => {
    const [buckets] = bucketEvidence();
    expect(
      decide({ text: "which buckets are public?", evidence: evidence([buckets!], [failure("GetPublicAccessBlock"), failure("GetBucketPolicyStatus")]) }).kind,
    ).toBe("answer");
    expect(decide({ text: "which buckets are public?", evidence: evidence([buckets!], [failure("worker", { errorCode: "worker_crashed" })]) }).kind).toBe(
      "answer",
    );
    expect(
      decide({ text: "which buckets are public?", evidence: evidence([buckets!], [], [{ task: 0, service: "s3", code: "x", reason: "no", ruleIds: [] }]) })
        .kind,
    ).toBe("answer");
  });

  it("uses no tool that isn't offered", () => {
    const [buckets] = bucketEvidence();
    expect(decide({ text: "which buckets are public?", evidence: evidence([buckets!]), discover: false }).kind).toBe("answer");
    expect(decide({ text: "which buckets are public?", discover: false, answer: false }).kind).toBe("decline");
  });

  it("needs no per-bucket read where there is no bucket", () => {
    expect(decide({ text: "which buckets are public?", evidence: evidence([table("s3", "ListBuckets", [])]) }).kind).toBe("answer");
  });
});

describe("the report", () => {
  const row = (id: string, state: string) => ({
    Arn: `arn:aws:ec2:us-east-1:${SANDBOX.account}:instance/${id}`,
    InstanceId: id,
    "State.Name": state,
    Tags: { Name: `web-${id}` },
  });
  const instances = [
    table("ec2", "DescribeInstances", [row("i-1", "running"), row("i-2", "stopped"), row("i-3", "running")]),
    table("ec2", "DescribeInstances", [row("i-4", "running")], { account: PRODUCTION.account, region: "eu-west-1" }),
  ];
  const many = [
    table(
      "s3",
      "ListBuckets",
      Array.from({ length: 33 }, (_, index) => bucketRow(`bucket-number${index}`)),
    ),
  ];

  it.each([
    ["which buckets are public?", bucketEvidence()],
    ["are all buckets private?", bucketEvidence()],
    ["how many instances are running?", instances],
    ["which instances are stopped, and which are running?", instances],
    ["how many instances are there by state?", instances],
    ["list the buckets", many],
    ["how many buckets are there?", many],
  ])("finds support for every number and ARN of: %s", (text, tables) => {
    const { answer, findings } = decideAs("answer", { text, evidence: evidence(tables) });
    const admission = { targets: [SANDBOX, PRODUCTION], exclusions: [] } as unknown as Parameters<typeof checkSupport>[2]["admission"];
    const kept = tables.map((one) => ({ ...one, evidence: { key: "k", sha256: "0".repeat(64), bytes: 1 } })) as unknown as Parameters<
      typeof checkSupport
    >[2]["tables"];
    expect(checkSupport(answer, findings, { tables: kept, admission, question: text, failures: [], resolutions: [], counts: [] }).unsupported).toEqual([]);
  });
});
