/** Writes of instances. */
import * as z from "zod";
import { arnOf, id, shows, tagSpecifications, tagsOnCreate } from "./ec2-parts.ts";
import { instanceMonthlyUsd, PRICE_REGION } from "./prices.ts";
import { firstRow, Tags } from "./tag-parts.ts";
import { type CostEstimate, defineWrite, type State } from "./write.ts";

const InstanceId = id("i");
const ARN = arnOf("instance", "${InstanceId}");
const instance = shows("DescribeInstances", "instance-id", "InstanceId", ["State.Name", "InstanceType", "PublicIpAddress", "Tags"]);
const MADE = ["State.Name", "InstanceType", "PublicIpAddress", "MetadataOptions.HttpTokens", "IamInstanceProfile.Arn", "Tags"];
const stateName = (before: State) => firstRow(before, "DescribeInstances")["State.Name"];
const COMES_AND_GOES = "its public IP address, unless it is an Elastic IP";

function computeCost(type: unknown, running: { readonly before: boolean; readonly after: boolean }): CostEstimate {
  const monthly = instanceMonthlyUsd(String(type));
  if (monthly === null) return { before: 0, after: 0, basis: `unknown type ${String(type)}: no list price here` };
  return {
    before: running.before ? monthly : 0,
    after: running.after ? monthly : 0,
    basis: `1 × ${String(type)}, Linux on demand, ${PRICE_REGION} list price, without its volumes`,
  };
}
const costOf = (before: State, after: boolean) =>
  computeCost(firstRow(before, "DescribeInstances").InstanceType, { before: stateName(before) === "running", after });

export const ec2InstanceWrites = {
  StartInstances: defineWrite({
    summary: "Starts a stopped instance.",
    entity: "instance",
    class: "non-destructive",
    permissions: [{ action: "ec2:StartInstances", resource: ARN }],
    input: z.strictObject({ InstanceId }),
    arn: ARN,
    before: [instance],
    calls: [{ command: "StartInstances", input: ({ InstanceId }) => ({ InstanceIds: [InstanceId] }) }],
    promises: () => ({ DescribeInstances: { "State.Name": "running" } }),
    settling: { operation: "DescribeInstances", column: "State.Name", values: ["pending", "stopped"], seconds: 300 },
    inverse: ({ InstanceId }, before) => (stateName(before) === "running" ? null : { operation: "StopInstances", input: { InstanceId } }),
    reversible: "yes",
    idempotency: { kind: "natural" },
    cost: (_, before) => costOf(before, true),
    seconds: 60,
  }),
  StopInstances: defineWrite({
    summary: "Stops a running instance. What is on instance store is lost.",
    entity: "instance",
    class: "non-destructive",
    permissions: [{ action: "ec2:StopInstances", resource: ARN }],
    input: z.strictObject({ InstanceId }),
    arn: ARN,
    before: [instance],
    calls: [{ command: "StopInstances", input: ({ InstanceId }) => ({ InstanceIds: [InstanceId] }) }],
    promises: () => ({ DescribeInstances: { "State.Name": "stopped" } }),
    settling: { operation: "DescribeInstances", column: "State.Name", values: ["stopping", "running"], seconds: 300 },
    inverse: ({ InstanceId }, before) => (stateName(before) === "running" ? { operation: "StartInstances", input: { InstanceId } } : null),
    reversible: "partly",
    notRestorable: [COMES_AND_GOES, "data on instance store and in memory"],
    idempotency: { kind: "natural" },
    cost: (_, before) => costOf(before, false),
    seconds: 60,
  }),
  TerminateInstances: defineWrite({
    summary: "Terminates an instance for good, with the volumes that are set to go with it.",
    entity: "instance",
    class: "destructive",
    permissions: [{ action: "ec2:TerminateInstances", resource: ARN }],
    input: z.strictObject({ InstanceId }),
    references: ["InstanceId"],
    arn: ARN,
    before: [instance],
    calls: [
      {
        command: "TerminateInstances",
        input: ({ InstanceId }) => ({ InstanceIds: [InstanceId] }),
        already: ["InvalidInstanceID.NotFound"],
      },
    ],
    promises: () => ({ DescribeInstances: { "State.Name": "terminated" } }),
    settling: { operation: "DescribeInstances", column: "State.Name", values: ["shutting-down", "running", "stopped"], seconds: 300 },
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the instance, its id and addresses", "its volumes with DeleteOnTermination"],
    idempotency: { kind: "natural" },
    cost: (_, before) => costOf(before, false),
    seconds: 120,
  }),
  RunInstances: defineWrite({
    summary:
      "Launches one instance. IMDSv2, an encrypted root volume and no public IPv4 address are fixed; a subnet that gives IPv6 is refused. RootDeviceName is the image's. IamInstanceProfile is a profile's ARN; then InstanceRole is the path and name of the role in it.",
    entity: "instance",
    class: "non-destructive",
    permissions: [
      { action: "ec2:RunInstances", resource: "arn:aws:ec2:${region}::image/${ImageId}", why: "An image may be another owner's, so its ARN names no account." },
      ...(["instance", "volume", "network-interface"] as const).map((type) => ({
        action: "ec2:RunInstances",
        resource: arnOf(type, "*"),
        why: "A resource that is being made has no id yet: the request's tag stands for it.",
        onCreate: true as const,
        // A launch that asks for a public IPv4 address is refused (J06); one that says nothing leaves it to the subnet, so the call always says.
        ...(type === "network-interface" ? { conditions: { BoolIfExists: { "ec2:AssociatePublicIpAddress": "false" } } } : {}),
      })),
      { action: "ec2:RunInstances", resource: arnOf("subnet", "${SubnetId}") },
      { action: "ec2:RunInstances", resource: arnOf("security-group", "${SecurityGroupIds}") },
      ...tagsOnCreate("RunInstances", "instance", "volume", "network-interface"),
      {
        action: "iam:PassRole",
        resource: "arn:aws:iam::${account}:role/${InstanceRole}",
        conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
        when: "InstanceRole",
      },
    ],
    input: z
      .strictObject({
        ImageId: id("ami"),
        InstanceType: z.string().regex(/^[a-z][a-z0-9-]{1,19}\.[a-z0-9-]{2,20}$/),
        SubnetId: id("subnet"),
        SecurityGroupIds: z.array(id("sg")).min(1).max(5),
        RootDeviceName: z.enum(["/dev/xvda", "/dev/sda1"]),
        IamInstanceProfile: z
          .string()
          .regex(/^arn:aws:iam::\d{12}:instance-profile\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/)
          .optional(),
        InstanceRole: z
          .string()
          .regex(/^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/)
          .optional(),
        Tags,
      })
      .refine((given) => (given.IamInstanceProfile === undefined) === (given.InstanceRole === undefined), "IamInstanceProfile and InstanceRole go together"),
    limited: { InstanceRole: "passableRoles" },
    references: ["SecurityGroupIds"],
    arn: arnOf("instance", "*"),
    creates: { from: "RunInstances", outputs: { InstanceId: "Instances.0.InstanceId" } },
    tagged: true,
    storesData: true,
    before: [
      {
        ...shows("DescribeSubnets", "subnet-id", "SubnetId", ["VpcId", "CidrBlock", "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "Tags"]),
        context: true,
      },
    ],
    // AWS documents a count of 0 against it for CreateNetworkInterface, for a launch nothing; and every IPv6 address is a public one.
    precondition: ({ SubnetId }, before) =>
      firstRow(before, "DescribeSubnets").AssignIpv6AddressOnCreation === false
        ? null
        : `${String(SubnetId)} gives every instance an IPv6 address, which is a public one: name a subnet that gives none (AssignIpv6AddressOnCreation false).`,
    after: [shows("DescribeInstances", "instance-id", "InstanceId", MADE)],
    calls: [
      {
        command: "RunInstances",
        input: (given, { clientToken }) => ({
          ImageId: given.ImageId,
          InstanceType: given.InstanceType,
          MinCount: 1,
          MaxCount: 1,
          ClientToken: clientToken,
          // J06: the interface says it, whatever the subnet gives by itself.
          NetworkInterfaces: [
            { DeviceIndex: 0, SubnetId: given.SubnetId, Groups: given.SecurityGroupIds, AssociatePublicIpAddress: false, DeleteOnTermination: true },
          ],
          MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled" },
          BlockDeviceMappings: [{ DeviceName: given.RootDeviceName, Ebs: { Encrypted: true } }],
          ...(given.IamInstanceProfile === undefined ? {} : { IamInstanceProfile: { Arn: given.IamInstanceProfile } }),
          TagSpecifications: tagSpecifications(given.Tags, "instance", "volume", "network-interface"),
        }),
      },
    ],
    promises: ({ InstanceType, IamInstanceProfile, Tags }) => ({
      DescribeInstances: {
        "State.Name": "running",
        InstanceType,
        PublicIpAddress: null,
        "MetadataOptions.HttpTokens": "required",
        ...(IamInstanceProfile === undefined ? {} : { "IamInstanceProfile.Arn": IamInstanceProfile }),
        Tags,
      },
    }),
    settling: { operation: "DescribeInstances", column: "State.Name", values: ["pending"], seconds: 300 },
    inverse: (_, __, output) => ({ operation: "TerminateInstances", input: { InstanceId: output("InstanceId") } }),
    reversible: "yes",
    idempotency: { kind: "client-token" },
    cost: ({ InstanceType }) => computeCost(InstanceType, { before: false, after: true }),
    seconds: 90,
  }),
} as const;
