import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../../config/catalog/index.ts";
import { columnsOf } from "../../../../config/catalog/read-tools.ts";
import { judge } from "../../../../infra/local/model/rules/answer/judge.ts";
import { CONCEPTS } from "../../../../infra/local/model/rules/concepts/index.ts";
import { readEvidence } from "../../../../infra/local/model/rules/evidence.ts";
import { understand } from "../../../../infra/local/model/rules/question/understand.ts";
import { evidence, failure, NOW, PRODUCTION, SANDBOX, TARGETS, type TestTable, table } from "./fixtures/tables.ts";

function judged(text: string, tables: TestTable[], failures: ReturnType<typeof failure>[] = []) {
  const { questions, scope } = understand(text, TARGETS, NOW);
  const [question] = questions;
  if (questions.length !== 1 || !question) throw new Error(`${questions.length} questions in: ${text}`);
  const read = readEvidence(`<evidence>\n${JSON.stringify(evidence(tables, failures))}\n</evidence>`);
  const names = (items: ReturnType<typeof judge>["items"]) =>
    items.map(({ fields, account }) => String(question.concept.key === undefined ? account : fields[question.concept.key]));
  const result = judge(question, read, scope);
  return { matching: names(result.matching), failing: names(result.failing), unknown: names(result.unknown) };
}

const buckets = table("s3", "ListBuckets", [{ Name: "yes" }, { Name: "no" }]);
const flags = (on: boolean) =>
  Object.fromEntries(
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"].map((flag) => [`PublicAccessBlockConfiguration.${flag}`, on]),
  );
const ALGORITHM = "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm";
const perBucket = (operation: string, yes: object, no: object) => [
  buckets,
  table("s3", operation, [
    { Bucket: "yes", ...yes },
    { Bucket: "no", ...no },
  ]),
];
const instances = (yes: object, no: object) => [
  table("ec2", "DescribeInstances", [
    { InstanceId: "yes", ...yes },
    { InstanceId: "no", ...no },
  ]),
];
const rows = (operation: string, key: string, yes: object, no: object) => [
  table("ec2", operation, [
    { [key]: "yes", ...yes },
    { [key]: "no", ...no },
  ]),
];
const rule = (protocol: string, from: number | null, to: number | null, cidr: string, ipv6: string[] = []) => ({
  "IpPermissions.IpProtocol": [protocol],
  "IpPermissions.FromPort": [from],
  "IpPermissions.ToPort": [to],
  "IpPermissions.IpRanges.CidrIp": [cidr === "" ? [] : [cidr]],
  "IpPermissions.Ipv6Ranges.CidrIpv6": [ipv6],
});
const groups = (yes: object, no: object) => rows("DescribeSecurityGroups", "GroupId", yes, no);
const users = table("iam", "ListUsers", [{ UserName: "yes" }, { UserName: "no" }]);
const trust = (principal: unknown, condition?: object) => ({
  AssumeRolePolicyDocument: {
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...(condition ? { Condition: condition } : {}) }],
  },
});
const roles = (yes: object, no: object) => [
  table("iam", "ListRoles", [
    { RoleName: "yes", ...yes },
    { RoleName: "no", ...no },
  ]),
];
const functions = (yes: object, no: object) => [
  table("lambda", "ListFunctions", [
    { Arn: "arn:yes", FunctionName: "yes", ...yes },
    { Arn: "arn:no", FunctionName: "no", ...no },
  ]),
];
const trails = (yes: object, no: object) => [
  table("cloudtrail", "DescribeTrails", [
    { Arn: "yes", TrailARN: "yes", ...yes },
    { Arn: "no", TrailARN: "no", ...no },
  ]),
];

describe.each<[string, TestTable[]]>([
  [
    "buckets without public access block",
    [
      ...perBucket("GetPublicAccessBlock", { Absent: "NoSuchPublicAccessBlockConfiguration" }, flags(true)),
      table("s3", "GetBucketPolicyStatus", [
        { Bucket: "yes", Absent: "NoSuchBucketPolicy" },
        { Bucket: "no", "PolicyStatus.IsPublic": false },
      ]),
    ],
  ],
  [
    "which buckets are publicly accessible?",
    [
      ...perBucket("GetPublicAccessBlock", flags(true), flags(true)),
      table("s3", "GetBucketPolicyStatus", [
        { Bucket: "yes", "PolicyStatus.IsPublic": true },
        { Bucket: "no", Absent: "NoSuchBucketPolicy" },
      ]),
    ],
  ],
  [
    "which buckets aren't public?",
    [
      ...perBucket("GetPublicAccessBlock", flags(true), flags(false)),
      table("s3", "GetBucketPolicyStatus", [
        { Bucket: "yes", Absent: "NoSuchBucketPolicy" },
        { Bucket: "no", Absent: "NoSuchBucketPolicy" },
      ]),
    ],
  ],
  [
    "which buckets are unencrypted?",
    perBucket("GetBucketEncryption", { Absent: "ServerSideEncryptionConfigurationNotFoundError" }, { [ALGORITHM]: ["AES256"] }),
  ],
  [
    "which buckets are encrypted?",
    perBucket("GetBucketEncryption", { [ALGORITHM]: ["aws:kms"] }, { Absent: "ServerSideEncryptionConfigurationNotFoundError" }),
  ],
  ["which buckets are not encrypted with KMS?", perBucket("GetBucketEncryption", { [ALGORITHM]: ["AES256"] }, { [ALGORITHM]: ["aws:kms"] })],
  ["buckets with versioning off", perBucket("GetBucketVersioning", { Status: "Suspended" }, { Status: "Enabled" })],
  ["buckets that have no versioning", perBucket("GetBucketVersioning", {}, { Status: "Enabled" })],
  ["which buckets have versioning enabled?", perBucket("GetBucketVersioning", { Status: "Enabled" }, {})],
  ["buckets without tags", perBucket("GetBucketTagging", { Absent: "NoSuchTagSet" }, { TagSet: { Owner: "me" } })],
  ["untagged buckets", perBucket("GetBucketTagging", { TagSet: {} }, { TagSet: { a: "b" } })],
  ["buckets missing the Owner tag", perBucket("GetBucketTagging", { TagSet: { owner: "me" } }, { TagSet: { Owner: "me" } })],
  ["buckets with the tag Environment=prod", perBucket("GetBucketTagging", { TagSet: { Environment: "prod" } }, { TagSet: { Environment: "test" } })],
  ["buckets without access logging", perBucket("GetBucketLogging", {}, { "LoggingEnabled.TargetBucket": "logs" })],
  ["buckets that lack a lifecycle policy", perBucket("GetBucketLifecycleConfiguration", { Absent: "NoSuchLifecycleConfiguration" }, { "Rules.ID": ["a"] })],
  ["buckets whose name starts with y", [buckets]],
  ["instances running", instances({ "State.Name": "running" }, { "State.Name": "stopped" })],
  ["which instances are stopped?", instances({ "State.Name": "stopped" }, { "State.Name": "running" })],
  ["instances without IMDSv2", instances({ "MetadataOptions.HttpTokens": "optional" }, { "MetadataOptions.HttpTokens": "required" })],
  ["instances that enforce IMDSv2", instances({ "MetadataOptions.HttpTokens": "required" }, { "MetadataOptions.HttpTokens": "optional" })],
  ["instances with a public IP", instances({ PublicIpAddress: "203.0.113.5" }, {})],
  ["instances of type t3.large", instances({ InstanceType: "t3.large" }, { InstanceType: "t3.micro" })],
  ["untagged instances", instances({ Tags: {} }, { Tags: { Name: "x" } })],
  ["running instances without the CostCenter tag", instances({ "State.Name": "running", Tags: { Name: "x" } }, { "State.Name": "stopped", Tags: {} })],
  ["instances older than 30 days", instances({ LaunchTime: "2026-01-01T00:00:00Z" }, { LaunchTime: "2026-11-20T00:00:00Z" })],
  [
    "unattached volumes",
    rows("DescribeVolumes", "VolumeId", { State: "available", "Attachments.InstanceId": [] }, { State: "in-use", "Attachments.InstanceId": ["i-1"] }),
  ],
  ["volumes that are not encrypted", rows("DescribeVolumes", "VolumeId", { Encrypted: false }, { Encrypted: true })],
  ["gp2 volumes", rows("DescribeVolumes", "VolumeId", { VolumeType: "gp2" }, { VolumeType: "gp3" })],
  ["unencrypted snapshots", rows("DescribeSnapshots", "SnapshotId", { Encrypted: false }, { Encrypted: true })],
  ["security groups open to the world", groups(rule("tcp", 443, 443, "0.0.0.0/0"), rule("tcp", 443, 443, "10.0.0.0/8"))],
  ["security groups that let the internet in over IPv6 (::/0)", groups(rule("tcp", 80, 80, "", ["::/0"]), rule("tcp", 80, 80, "", ["fd00::/8"]))],
  ["security groups with SSH open to the internet", groups(rule("tcp", 20, 25, "0.0.0.0/0"), rule("tcp", 443, 443, "0.0.0.0/0"))],
  ["security groups with port 3389 open", groups(rule("-1", null, null, "0.0.0.0/0"), rule("tcp", 3389, 3389, "10.0.0.0/8"))],
  ["security groups with port 8 open to the world", groups(rule("udp", 8, 8, "0.0.0.0/0"), rule("icmp", 8, 0, "0.0.0.0/0"))],
  ["security groups open to anyone on ports 22 or 5432", groups(rule("tcp", 5432, 5432, "0.0.0.0/0"), rule("tcp", 80, 80, "0.0.0.0/0"))],
  ["VPCs without flow logs", [...rows("DescribeVpcs", "VpcId", {}, {}), table("ec2", "DescribeFlowLogs", [{ FlowLogId: "fl-1", ResourceId: "no" }])]],
  ["unassociated addresses", rows("DescribeAddresses", "AllocationId", { PublicIp: "203.0.113.1" }, { PublicIp: "203.0.113.2", AssociationId: "eipassoc-1" })],
  ["subnets that auto-assign public IPs", rows("DescribeSubnets", "SubnetId", { MapPublicIpOnLaunch: true }, { MapPublicIpOnLaunch: false })],
  ["users without MFA", [users, table("iam", "ListMFADevices", [{ UserName: "no", SerialNumber: "arn:mfa" }])]],
  ["users with access keys", [users, table("iam", "ListAccessKeys", [{ UserName: "yes", CreateDate: "2026-11-01T00:00:00Z" }])]],
  [
    "users with access keys older than 90 days",
    [
      users,
      table("iam", "ListAccessKeys", [
        { UserName: "yes", CreateDate: "2026-01-01T00:00:00Z" },
        { UserName: "no", CreateDate: "2026-11-01T00:00:00Z" },
      ]),
    ],
  ],
  [
    "users with a console password",
    [
      users,
      table("iam", "GetLoginProfile", [
        { UserName: "yes", CreateDate: "2026-01-01" },
        { UserName: "no", Absent: "NoSuchEntity" },
      ]),
    ],
  ],
  [
    "users who are administrators",
    [
      users,
      table("iam", "ListAttachedUserPolicies", [
        { UserName: "yes", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        { UserName: "no", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      ]),
    ],
  ],
  ["roles that trust anyone", roles(trust({ AWS: "*" }), trust({ Service: "ec2.amazonaws.com" }))],
  ["which roles can be assumed by anyone?", roles(trust("*"), trust({ AWS: "*" }, { StringEquals: { "aws:PrincipalOrgID": "o-1" } }))],
  ["roles that trust other accounts", roles(trust({ AWS: ["arn:aws:iam::777777777777:root"] }), trust({ AWS: `arn:aws:iam::${SANDBOX.account}:root` }))],
  [
    "roles with administrator access",
    [
      ...roles({}, {}),
      table("iam", "ListAttachedRolePolicies", [{ RoleName: "no", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }]),
      table("iam", "GetRolePolicy", [{ RoleName: "yes", PolicyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } } }]),
    ],
  ],
  ["functions on python 3.9", functions({ Runtime: "python3.9" }, { Runtime: "python3.13" })],
  [
    "functions with a public URL",
    [
      ...functions({}, {}),
      table("lambda", "GetFunctionUrlConfig", [
        { FunctionName: "yes", AuthType: "NONE" },
        { FunctionName: "no", AuthType: "AWS_IAM" },
      ]),
    ],
  ],
  [
    "untagged functions",
    [
      ...functions({}, {}),
      table("lambda", "ListTags", [
        { Resource: "arn:yes", Tags: {} },
        { Resource: "arn:no", Tags: { a: "b" } },
      ]),
    ],
  ],
  ["functions without tracing", functions({ "TracingConfig.Mode": "PassThrough" }, { "TracingConfig.Mode": "Active" })],
  [
    "trails that are not logging",
    [
      ...trails({}, {}),
      table("cloudtrail", "GetTrailStatus", [
        { Name: "yes", IsLogging: false },
        { Name: "no", IsLogging: true },
      ]),
    ],
  ],
  ["trails that aren't multi-region", trails({ IsMultiRegionTrail: false }, { IsMultiRegionTrail: true })],
  [
    "who deleted something?",
    [
      table("cloudtrail", "LookupEvents", [
        { EventId: "yes", EventName: "DeleteBucket" },
        { EventId: "no", EventName: "CreateBucket" },
      ]),
    ],
  ],
  [
    "what changed?",
    [
      table("cloudtrail", "LookupEvents", [
        { EventId: "yes", EventName: "CreateBucket", ReadOnly: "false" },
        { EventId: "no", EventName: "ListBuckets", ReadOnly: "true" },
      ]),
    ],
  ],
])("%s", (text, tables) => {
  it("holds for one row and not for the other", () => {
    expect(judged(text, tables)).toEqual({ matching: ["yes"], failing: ["no"], unknown: [] });
  });
});

describe("one item an account", () => {
  it.each([
    ["accounts without a password policy", table("iam", "GetAccountPasswordPolicy", [{ Absent: "NoSuchEntity" }]), true],
    ["accounts without a password policy", table("iam", "GetAccountPasswordPolicy", [{ MinimumPasswordLength: 14 }]), false],
    ["is there a password policy?", table("iam", "GetAccountPasswordPolicy", [{ MinimumPasswordLength: 14 }]), true],
    ["which accounts have no MFA on the root user?", table("iam", "GetAccountSummary", [{ AccountMFAEnabled: 0 }]), true],
    ["which accounts have no MFA on the root user?", table("iam", "GetAccountSummary", [{ AccountMFAEnabled: 1 }]), false],
    ["are there root access keys?", table("iam", "GetAccountSummary", [{ AccountAccessKeysPresent: 1 }]), true],
    ["are there root access keys?", table("iam", "GetAccountSummary", [{ AccountAccessKeysPresent: 0 }]), false],
  ])("%s", (text, one, holds) => {
    expect(judged(text, [one]).matching).toEqual(holds ? [SANDBOX.account] : []);
  });
});

describe("what the evidence doesn't tell", () => {
  it("is unknown where a per-resource read has no row", () => {
    expect(judged("buckets without versioning", [buckets, table("s3", "GetBucketVersioning", [{ Bucket: "yes" }])])).toEqual({
      matching: ["yes"],
      failing: [],
      unknown: ["no"],
    });
  });

  it("is unknown where a list that would show it failed or was cut", () => {
    const devices = table("iam", "ListMFADevices", [{ UserName: "no", SerialNumber: "arn:mfa" }]);
    expect(judged("users without MFA", [users, devices], [failure("ListMFADevices")])).toEqual({ matching: [], failing: ["no"], unknown: ["yes"] });
    expect(judged("users without MFA", [users, { ...devices, total: 5 }])).toEqual({ matching: [], failing: ["no"], unknown: ["yes"] });
    expect(judged("users without MFA", [users])).toEqual({ matching: [], failing: [], unknown: ["yes", "no"] });
  });

  it("is known all the same when one of two ways to be public is certain", () => {
    expect(judged("which buckets are public?", perBucket("GetPublicAccessBlock", { Absent: "NoSuchPublicAccessBlockConfiguration" }, flags(true)))).toEqual({
      matching: ["yes"],
      failing: [],
      unknown: ["no"],
    });
  });
});

describe("joins", () => {
  it("keep functions of the same name in two regions apart", () => {
    const at = (region: string, AuthType: string) => [
      table("lambda", "ListFunctions", [{ Arn: `arn:${region}`, FunctionName: "same" }], { region }),
      table("lambda", "GetFunctionUrlConfig", [{ FunctionName: "same", AuthType }], { region }),
    ];
    expect(judged("functions with a public URL", [...at("us-east-1", "NONE"), ...at("eu-west-1", "AWS_IAM")])).toEqual({
      matching: ["same"],
      failing: ["same"],
      unknown: [],
    });
  });

  it("keep users of the same name in two accounts apart", () => {
    const at = (account: string, devices: object[]) => [
      table("iam", "ListUsers", [{ UserName: "same" }], { account }),
      table("iam", "ListMFADevices", devices as never, { account }),
    ];
    expect(judged("users without MFA", [...at(SANDBOX.account, []), ...at(PRODUCTION.account, [{ UserName: "same", SerialNumber: "arn:mfa" }])])).toEqual({
      matching: ["same"],
      failing: ["same"],
      unknown: [],
    });
  });

  it("count a row once that was read in two rounds, and a trail once that two regions show", () => {
    expect(judged("list buckets", [buckets, buckets]).matching).toEqual(["yes", "no"]);
    const trail = (region: string) => table("cloudtrail", "DescribeTrails", [{ Arn: "arn:t", TrailARN: "arn:t", HomeRegion: "us-east-1" }], { region });
    expect(judged("list trails", [trail("us-east-1"), trail("eu-west-1")]).matching).toEqual(["arn:t"]);
  });

  it("read rules from objects in one column as from parallel lists", () => {
    const group = {
      ...table("ec2", "DescribeSecurityGroups", []),
      columns: ["GroupId", "IpPermissions"],
      rows: [
        ["yes", [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }]],
        ["no", []],
      ],
      total: 2,
    } as TestTable;
    expect(judged("security groups with port 22 open to the world", [group])).toEqual({ matching: ["yes"], failing: ["no"], unknown: [] });
  });
});

describe("every concept", () => {
  it.each(CONCEPTS.map((concept) => [concept.plural, concept] as const))("%s: names only reads and columns of the catalog", (_, concept) => {
    const { reads } = CATALOG[concept.service as keyof typeof CATALOG];
    const columns = (operation: string) => {
      const read = reads[operation];
      return read ? columnsOf(read) : [];
    };
    const fields = [
      concept.key,
      concept.region,
      concept.created,
      ...Object.values(concept.groups ?? {}),
      ...Object.values(concept.joins).map(({ ours }) => ours),
    ].filter((field) => field !== undefined);
    expect(columns(concept.base)).toEqual(expect.arrayContaining(fields));
    for (const [operation, { theirs }] of Object.entries(concept.joins)) expect(columns(operation), operation).toContain(theirs);
    if (concept.tags) expect(columns(concept.tags.operation)).toContain(concept.tags.column);
  });
});
