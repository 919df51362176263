/** Instances, volumes and security groups by chance. */
import {
  AttachVolumeCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Chance } from "./chance.ts";
import type { Place } from "./place.ts";

/** Ports that questions ask about; others are opened too. */
export const PORTS = [22, 3389, 8080, 9200] as const;

export async function makeInstance(ec2: EC2Client, dice: Chance): Promise<string> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: "ami-0c02fb55956c7d316",
      InstanceType: dice.pick(["t3.micro", "m6i.large"]),
      MinCount: 1,
      MaxCount: 1,
      MetadataOptions: { HttpTokens: dice.pick(["required", "optional"]) },
      TagSpecifications: ownerTag("instance", dice),
    }),
  );
  const id = Instances?.[0]?.InstanceId ?? "";
  if (dice.flip()) await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  return id;
}

export async function makeVolume(ec2: EC2Client, region: string, dice: Chance, instances: readonly string[]): Promise<void> {
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: `${region}a`,
      Size: 1 + dice.below(200),
      VolumeType: dice.pick(["gp2", "gp3"]),
      Encrypted: dice.flip(),
      TagSpecifications: ownerTag("volume", dice),
    }),
  );
  if (dice.flip()) await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: dice.pick(instances), Device: "/dev/sdf" }));
}

export async function makeGroup(ec2: EC2Client, { prefix }: Place, dice: Chance, index: number): Promise<void> {
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: `${prefix}-${index}`, Description: "generated", VpcId: Vpcs?.[0]?.VpcId }));
  const port = dice.pick([...PORTS, 1 + dice.below(60_000)]);
  const source = dice.pick([{ IpRanges: [{ CidrIp: "0.0.0.0/0" }] }, { IpRanges: [{ CidrIp: "10.0.0.0/8" }] }, { Ipv6Ranges: [{ CidrIpv6: "::/0" }] }]);
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: Math.max(0, port - dice.below(3)), ToPort: port, ...source }],
    }),
  );
}

function ownerTag(ResourceType: "instance" | "volume", dice: Chance): TagSpecification[] {
  return dice.flip() ? [{ ResourceType, Tags: [{ Key: "Owner", Value: "web-team" }] }] : [];
}
