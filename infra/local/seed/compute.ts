/** Instances running and forgotten, volumes attached to nothing, snapshots. */
import {
  type _InstanceType,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeTagsCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { LocalCopy } from "../copy.ts";
import { type DemoAccount, rootClient, type Tagging, tagsFor } from "./demo.ts";
import { type Region, seedNetwork, type TagsOf } from "./network.ts";

/** By its Name a second run finds what the first made. */
type Named = Exclude<Tagging, "none">;
type Machine = { name: string; type: _InstanceType; running: boolean; tokens: "required" | "optional"; tagging: Named };

const MACHINES: readonly Machine[] = [
  { name: "orders-api-1", type: "t3.medium", running: true, tokens: "required", tagging: "full" },
  { name: "orders-worker-1", type: "m6i.large", running: true, tokens: "optional", tagging: "full" },
  { name: "analytics-notebook-1", type: "m6i.xlarge", running: false, tokens: "optional", tagging: "no-owner" },
];
/** In the account's first region only. */
const BASTION: Machine = { name: "platform-bastion-1", type: "t3.micro", running: true, tokens: "optional", tagging: "short-environment" };

/** An id as Amazon gives them; nothing is booted from it. */
const IMAGE = "ami-0c02fb55956c7d316";

export async function seedCompute(copy: LocalCopy, account: DemoAccount, region: string): Promise<void> {
  const ec2 = new EC2Client(rootClient(copy, account, region));
  const there = await namesIn(ec2);
  const place: Region = {
    ec2,
    account,
    name: region,
    once: async (name, make) => {
      if (!there.has(name)) await make(taggedAs(account, name, "full"));
    },
  };
  const machines = region === account.regions[0] ? [...MACHINES, BASTION] : MACHINES;
  await Promise.all([seedNetwork(place), ...machines.map((machine) => seedMachine(place, machine)), seedVolumes(place)]);
}

async function seedMachine({ ec2, account, once }: Region, machine: Machine): Promise<void> {
  const name = `acme-${machine.name}`;
  await once(name, async () => {
    const tags = taggedAs(account, name, machine.tagging);
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: IMAGE,
        InstanceType: machine.type,
        MinCount: 1,
        MaxCount: 1,
        MetadataOptions: { HttpTokens: machine.tokens },
        ...tags("instance"),
      }),
    );
    const ids = (Instances ?? []).flatMap((instance) => instance.InstanceId ?? []);
    if (!machine.running) await ec2.send(new StopInstancesCommand({ InstanceIds: ids }));
  });
}

async function seedVolumes({ ec2, account, name: region, once }: Region): Promise<void> {
  const volume = (name: string, Size: number, Encrypted: boolean, snapshot: "none" | "private" | "public") =>
    once(`acme-${name}`, async (tags) => {
      const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size, VolumeType: "gp3", Encrypted, ...tags("volume") }));
      if (snapshot === "none") return;
      const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId, Description: `acme-${name}, nightly` }));
      if (snapshot === "public")
        await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission", OperationType: "add", GroupNames: ["all"] }));
    });
  await Promise.all([
    volume("orders-database-old", 100, false, "private"),
    volume("analytics-cache", 500, true, "none"),
    volume("website-migration", 20, false, account.environment === "sandbox" ? "public" : "none"),
  ]);
}

function taggedAs(account: DemoAccount, name: string, tagging: Named): TagsOf {
  return (type) => ({ TagSpecifications: [{ ResourceType: type, Tags: tagsFor(account, name, tagging) }] });
}

async function namesIn(ec2: EC2Client): Promise<Set<string>> {
  const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "key", Values: ["Name"] }] }));
  return new Set((Tags ?? []).flatMap((found) => found.Value ?? []));
}
