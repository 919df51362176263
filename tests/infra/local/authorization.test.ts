/** The local AWS asks for what AWS asks for (Service Authorization Reference): every deny beside the call that is allowed. */
import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCopy } from "../../../infra/local/copy.ts";
import { remove, root, startedCopy } from "./set-up.ts";

const HUB = "111111111111";
const MANAGED = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const ANY_ROOT = { AWS: `arn:aws:iam::${HUB}:root` };
let copy: LocalCopy;
beforeAll(async () => {
  copy = await startedCopy();
}, 60_000);
afterAll(() => remove(copy));

const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], Condition = {}) => ({ Effect: "Allow", Action, Resource, Condition });
const arn = (kind: string, id: string) => `arn:aws:ec2:us-east-1:${kind === "image" ? "" : HUB}:${kind}/${id}`;
const iam = () => new IAMClient(root(copy, HUB));
const ec2 = () => new EC2Client(root(copy, HUB));

/** A role with that trust and those statements. */
async function makeRole(RoleName: string, statements: object[], trust: object[] = [{ Effect: "Allow", Principal: ANY_ROOT, Action: "sts:AssumeRole" }]) {
  await iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(...trust) }));
  await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument: document(...statements) }));
}

async function assume(RoleName: string, more: Partial<AssumeRoleCommandInput> = {}, as = root(copy, HUB)) {
  const request = { RoleArn: `arn:aws:iam::${HUB}:role/${RoleName}`, RoleSessionName: "test", ...more };
  const { Credentials } = await new STSClient(as).send(new AssumeRoleCommand(request));
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  return { ...root(copy, HUB), credentials };
}

/** `done`, or the error's name. */
const outcome = (sent: Promise<unknown>) =>
  sent.then(
    () => "done",
    (error: Error) => error.name,
  );
const REFUSED = { ec2: "UnauthorizedOperation", iam: "AccessDenied", sts: "AccessDenied" } as const;

describe("EC2 asks for every resource of a call", () => {
  const tags = (key: string, value: string) => [{ ResourceType: "security-group" as const, Tags: [{ Key: key, Value: value }] }];
  let vpc: string;
  let subnet: string;
  let image: string;
  beforeAll(async () => {
    const { Subnets = [] } = await ec2().send(new DescribeSubnetsCommand({}));
    const { Images = [] } = await ec2().send(new DescribeImagesCommand({}));
    [vpc, subnet, image] = [Subnets[0]!.VpcId!, Subnets[0]!.SubnetId!, Images[0]!.ImageId!];
  });
  const run = (as: ReturnType<typeof root>, more: Partial<RunInstancesCommandInput> = {}) =>
    outcome(new EC2Client(as).send(new RunInstancesCommand({ ImageId: image, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, SubnetId: subnet, ...more })));
  const instance = async () => {
    const { Instances = [] } = await ec2().send(new RunInstancesCommand({ ImageId: image, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 }));
    return Instances[0]!.InstanceId!;
  };

  it("of several instances each", async () => {
    const [one, two] = [await instance(), await instance()];
    await makeRole("stops-one", [allow("ec2:StopInstances", arn("instance", one))]);
    const as = new EC2Client(await assume("stops-one"));
    expect(await outcome(as.send(new StopInstancesCommand({ InstanceIds: [one, two] })))).toBe(REFUSED.ec2);
    expect(await outcome(as.send(new StopInstancesCommand({ InstanceIds: [one] })))).toBe("done");
  });

  it("and knows a resource's tags", async () => {
    const one = await instance();
    const stricter = {
      Effect: "Deny",
      Action: "ec2:StopInstances",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/Environment": "production" } },
    };
    await makeRole("stops-untagged", [allow("ec2:StopInstances", "*"), stricter]);
    const as = new EC2Client(await assume("stops-untagged"));
    expect(await outcome(as.send(new StopInstancesCommand({ InstanceIds: [one] })))).toBe("done");
    await ec2().send(new CreateTagsCommand({ Resources: [one], Tags: [{ Key: "Environment", Value: "production" }] }));
    expect(await outcome(as.send(new StopInstancesCommand({ InstanceIds: [one] })))).toBe(REFUSED.ec2);
  });

  it("of a new security group: the group with its tags, its VPC, and CreateTags", async () => {
    const made = allow("ec2:CreateSecurityGroup", arn("security-group", "*"), { StringEquals: { "aws:RequestTag/Request": "one" } });
    const inside = allow("ec2:CreateSecurityGroup", arn("vpc", vpc));
    const tagging = allow("ec2:CreateTags", arn("security-group", "*"), { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" } });
    await makeRole("makes-groups", [made, inside, tagging]);
    await makeRole("makes-untagged-groups", [made, inside]);
    const make = async (role: string, GroupName: string, more: object) =>
      outcome(new EC2Client(await assume(role)).send(new CreateSecurityGroupCommand({ GroupName, Description: "test", VpcId: vpc, ...more })));
    expect(await make("makes-groups", "good", { TagSpecifications: tags("Request", "one") })).toBe("done");
    expect(await make("makes-groups", "untagged", {})).toBe(REFUSED.ec2);
    expect(await make("makes-groups", "of-another", { TagSpecifications: tags("Request", "two") })).toBe(REFUSED.ec2);
    expect(await make("makes-groups", "elsewhere", { VpcId: "vpc-0123456789abcdef0", TagSpecifications: tags("Request", "one") })).toBe(REFUSED.ec2);
    expect(await make("makes-untagged-groups", "no-tagging", { TagSpecifications: tags("Request", "one") })).toBe(REFUSED.ec2);
  });

  it("of a new instance: image, subnet, what is made, and iam:PassRole for its profile's role", async () => {
    const made = allow(
      "ec2:RunInstances",
      ["instance", "network-interface", "volume"].map((kind) => arn(kind, "*")),
    );
    const pass = allow("iam:PassRole", `arn:aws:iam::${HUB}:role/app/passable`, { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } });
    await makeRole("runs", [made, allow("ec2:RunInstances", [arn("image", image), arn("subnet", subnet)]), pass]);
    await makeRole("runs-elsewhere", [made, allow("ec2:RunInstances", [arn("image", image), arn("subnet", "subnet-0123456789abcdef0")])]);
    for (const RoleName of ["passable", "another"]) {
      await iam().send(new CreateRoleCommand({ RoleName, Path: "/app/", AssumeRolePolicyDocument: document() }));
      await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }));
      await iam().send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }));
    }
    const as = await assume("runs");
    expect(await run(as)).toBe("done");
    expect(await run(await assume("runs-elsewhere"))).toBe(REFUSED.ec2);
    expect(await run(as, { IamInstanceProfile: { Name: "passable" } })).toBe("done");
    expect(await run(as, { IamInstanceProfile: { Name: "another" } })).toBe(REFUSED.ec2);
    expect(await run(as, { IamInstanceProfile: { Name: "of-nobody" } })).toBe(REFUSED.ec2);
  });
});

describe("IAM knows paths, boundaries, attached policies and tags", () => {
  const boundary = `arn:aws:iam::${HUB}:policy/limit`;
  const role = (RoleName: string, more: Partial<CreateRoleCommandInput> = {}) =>
    new CreateRoleCommand({
      RoleName,
      Path: "/app/",
      AssumeRolePolicyDocument: document({ Effect: "Allow", Principal: ANY_ROOT, Action: "sts:AssumeRole" }),
      ...more,
    });

  it("of a new role", async () => {
    await iam().send(new CreatePolicyCommand({ PolicyName: "limit", PolicyDocument: document(allow("s3:GetObject", "*")) }));
    const create = allow("iam:CreateRole", `arn:aws:iam::${HUB}:role/app/*`, { StringEquals: { "iam:PermissionsBoundary": boundary } });
    await makeRole("makes-roles", [create]);
    await makeRole("makes-tagged-roles", [create, allow("iam:TagRole", `arn:aws:iam::${HUB}:role/app/*`)]);
    const [plain, tagging] = [new IAMClient(await assume("makes-roles")), new IAMClient(await assume("makes-tagged-roles"))];
    const Tags = [{ Key: "a", Value: "b" }];
    expect(await outcome(plain.send(role("bounded", { PermissionsBoundary: boundary })))).toBe("done");
    expect(await outcome(plain.send(role("unbounded")))).toBe(REFUSED.iam);
    expect(await outcome(plain.send(role("elsewhere", { Path: "/other/", PermissionsBoundary: boundary })))).toBe(REFUSED.iam);
    expect(await outcome(plain.send(role("tagged", { PermissionsBoundary: boundary, Tags })))).toBe(REFUSED.iam);
    expect(await outcome(tagging.send(role("tagged", { PermissionsBoundary: boundary, Tags })))).toBe("done");
  });

  it("of one that is there", async () => {
    const app = `arn:aws:iam::${HUB}:role/app/*`;
    const production = {
      Effect: "Deny",
      Action: "iam:DetachRolePolicy",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/Environment": "production" } },
    };
    const attach = allow(["iam:AttachRolePolicy", "iam:DetachRolePolicy"], app, { ArnEquals: { "iam:PolicyARN": MANAGED } });
    await makeRole("attaches", [attach, allow("iam:TagRole", app), production]);
    await iam().send(role("inside"));
    await iam().send(role("outside", { Path: "/other/" }));
    const as = new IAMClient(await assume("attaches"));
    const [inside, outside] = ["inside", "outside"].map((RoleName) => ({ RoleName, PolicyArn: MANAGED })) as [{ RoleName: string; PolicyArn: string }, never];
    expect(await outcome(as.send(new AttachRolePolicyCommand(inside)))).toBe("done");
    expect(await outcome(as.send(new AttachRolePolicyCommand(outside)))).toBe(REFUSED.iam);
    expect(await outcome(as.send(new AttachRolePolicyCommand({ ...inside, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })))).toBe(REFUSED.iam);
    expect(await outcome(as.send(new DetachRolePolicyCommand(inside)))).toBe("done");
    await as.send(new TagRoleCommand({ RoleName: "inside", Tags: [{ Key: "Environment", Value: "production" }] }));
    expect(await outcome(as.send(new DetachRolePolicyCommand(inside)))).toBe(REFUSED.iam);
  });
});

describe("STS asks caller and role for tags and source identity", () => {
  const said = { SourceIdentity: "somebody", Tags: [{ Key: "Request", Value: "one" }] };
  const NOTHING = [{ Effect: "Deny", Action: "*", Resource: "*" }];
  const ALL = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];
  const trust = (Action: string[], Condition = {}) => [{ Effect: "Allow", Principal: ANY_ROOT, Action, Condition }];

  it("each on its own", async () => {
    await makeRole("callers", [allow(ALL, "*")]);
    await makeRole("trusts-all", NOTHING, trust(ALL));
    await makeRole("trusts-without-identity", NOTHING, trust(["sts:AssumeRole", "sts:TagSession"]));
    await makeRole("trusts-without-tags", NOTHING, trust(["sts:AssumeRole", "sts:SetSourceIdentity"]));
    const as = await assume("callers");
    const may = (role: string, more = {}) => outcome(assume(role, more, as));
    expect([await may("trusts-all", said), await may("trusts-without-identity", said), await may("trusts-without-tags", said)]).toEqual([
      "done",
      REFUSED.sts,
      REFUSED.sts,
    ]);
    expect([await may("trusts-without-identity"), await may("trusts-without-tags")]).toEqual(["done", "done"]);
    for (const left of ALL.slice(1)) {
      await makeRole(`callers-without-${left.slice(4)}`, [
        allow(
          ALL.filter((action) => action !== left),
          "*",
        ),
      ]);
      expect(await outcome(assume("trusts-all", said, await assume(`callers-without-${left.slice(4)}`))), left).toBe(REFUSED.sts);
    }
  });

  it("and a trust can insist on them", async () => {
    await makeRole("insists", NOTHING, trust(ALL, { Null: { "sts:SourceIdentity": "false", "aws:RequestTag/Request": "false" } }));
    const as = await assume("callers");
    expect(await outcome(assume("insists", said, as))).toBe("done");
    expect(await outcome(assume("insists", { Tags: said.Tags }, as))).toBe(REFUSED.sts);
    expect(await outcome(assume("insists", { SourceIdentity: said.SourceIdentity }, as))).toBe(REFUSED.sts);
  });
});
