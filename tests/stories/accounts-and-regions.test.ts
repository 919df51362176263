import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { beforeAll, describe, expect, it } from "vitest";
import { DEVELOPMENT, PRODUCTION, SANDBOX } from "./accounts.ts";
import { root, sessionOf, sorted } from "./local.ts";
import { arnsFound } from "./oracle.ts";
import { type Told, tell } from "./tell.ts";

const ACCOUNTS = [SANDBOX, DEVELOPMENT];
const REGIONS = ["us-east-1", "eu-west-1"];
const PLACES = ACCOUNTS.flatMap((account) => REGIONS.map((region) => ({ account, region })));

describe("one question across two accounts and two regions", () => {
  let told: Told;
  let expected: string[];
  beforeAll(async () => {
    expected = (await Promise.all(PLACES.map(imdsV1))).flat();
    told = await tell("Which instances have no IMDSv2?", { accounts: ACCOUNTS, regions: REGIONS });
  });

  it("finds what root sees in all four places", () => {
    expect(told.view.state, told.report.message).toBe("answered");
    expect(arnsFound(told.report)).toEqual(sorted(expected));
    for (const { account, region } of PLACES) expect(expected.filter((arn) => arn.includes(`:${region}:${account}:`)).length).toBeGreaterThan(0);
  });

  it("has a table of each place as evidence, and none of another", () => {
    expect(sorted(told.report.evidence.map(({ account, region }) => `${account} ${region}`))).toEqual(
      sorted(PLACES.map(({ account, region }) => `${account} ${region}`)),
    );
  });

  it("calls AWS in those accounts and regions only, with the EC2 worker's role", () => {
    const reads = told.calls.filter(({ service }) => service === "ec2");
    expect(sorted(reads.map(({ account, region }) => `${account} ${region}`))).toEqual(sorted(PLACES.map(({ account, region }) => `${account} ${region}`)));
    expect(sorted(reads.map((call) => sessionOf(call).role))).toEqual(["discovery-ec2"]);
    expect(told.calls.filter(({ account }) => account === PRODUCTION)).toEqual([]);
  });
});

async function imdsV1({ account, region }: { account: string; region: string }): Promise<string[]> {
  const { Reservations = [] } = await new EC2Client(root(account, region)).send(new DescribeInstancesCommand({}));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return instances
    .filter(({ MetadataOptions }) => MetadataOptions?.HttpTokens !== "required")
    .map(({ InstanceId }) => `arn:aws:ec2:${region}:${account}:instance/${InstanceId}`);
}
