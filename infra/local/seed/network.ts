/** A VPC of each account and region, with its subnets, addresses and security groups, two of them too open. */
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import type { DemoAccount, Tag } from "./demo.ts";

export type Region = {
  ec2: EC2Client;
  account: DemoAccount;
  name: string;
  /** Makes the thing unless one of that Name is there already. */
  once: (name: string, make: (tags: TagsOf) => Promise<unknown>) => Promise<void>;
};
export type TagsOf = (type: ResourceType) => { TagSpecifications: { ResourceType: ResourceType; Tags: Tag[] }[] };

type Ingress = { group: string; description: string; port: number; from: string };

const INGRESS: readonly Ingress[] = [
  { group: "web", description: "HTTPS from anywhere", port: 443, from: "0.0.0.0/0" },
  { group: "database", description: "PostgreSQL from the VPC", port: 5432, from: "10.20.0.0/16" },
];
const TOO_OPEN: Readonly<Record<DemoAccount["environment"], readonly Ingress[]>> = {
  sandbox: [
    { group: "ssh-anywhere", description: "temporary, for the workshop", port: 22, from: "0.0.0.0/0" },
    { group: "rdp-anywhere", description: "windows test machine", port: 3389, from: "0.0.0.0/0" },
  ],
  development: [{ group: "bastion", description: "SSH", port: 22, from: "0.0.0.0/0" }],
  production: [{ group: "bastion", description: "SSH from the office", port: 22, from: "203.0.113.0/24" }],
};

export async function seedNetwork({ ec2, account, name, once }: Region): Promise<void> {
  await once(`acme-platform-${account.environment}-vpc`, async (tags) => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/16", ...tags("vpc") }));
    const VpcId = Vpc?.VpcId ?? "";
    await Promise.all(
      ["a", "b"].map((zone, index) => ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.20.${index}.0/24`, AvailabilityZone: `${name}${zone}` }))),
    );
    // Only production records its traffic.
    if (account.environment === "production")
      await ec2.send(
        new CreateFlowLogsCommand({
          ResourceIds: [VpcId],
          ResourceType: "VPC",
          TrafficType: "ALL",
          LogDestinationType: "s3",
          LogDestination: `arn:aws:s3:::acme-platform-${account.environment}-logs`,
        }),
      );
    await Promise.all(
      [...INGRESS, ...TOO_OPEN[account.environment]].map((ingress) => securityGroup(ec2, VpcId, `acme-${ingress.group}-${account.environment}-sg`, ingress)),
    );
  });
  await once(`acme-orders-${account.environment}-old-ip`, (tags) => ec2.send(new AllocateAddressCommand({ Domain: "vpc", ...tags("elastic-ip") })));
}

async function securityGroup(ec2: EC2Client, VpcId: string, GroupName: string, { description, port, from }: Ingress): Promise<void> {
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: description, VpcId }));
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: from, Description: description }] }],
    }),
  );
}
