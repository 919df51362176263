import * as z from "zod";
import { defineService, MOST_ITEMS, type Permission, TAGS } from "./define.ts";
import { ec2InstanceWrites } from "./ec2-instance-writes.ts";
import { ec2MetadataWrites } from "./ec2-metadata-writes.ts";
import { ec2NetworkWrites } from "./ec2-network-writes.ts";
import { ec2StorageWrites } from "./ec2-storage-writes.ts";
import { ec2TagWrites } from "./ec2-tag-writes.ts";

const describes = (action: `Describe${string}`): [Permission] => [
  { action: `ec2:${action}`, resource: "*", why: "EC2's Describe actions have no resource-level permission" },
];

/** A filter's own name ("vpc-id", "ip-permission.cidr") or "tag:" with a key in the characters of AWS tags, at most 128 of them. */
const filterName = z.string().regex(/^([a-z][A-Za-z0-9._-]{0,126}|tag:[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128})$/u);
/** A filter's values are free text (a description); no control characters. */
const filterValue = z.string().regex(/^\P{Cc}{1,255}$/u);
/** Bounds of the Amazon EC2 API reference, "Filter": 200 values; ids and filters narrowed to what one question needs. */
const filters = z
  .array(z.strictObject({ Name: filterName, Values: z.array(filterValue).min(1).max(200) }))
  .min(1)
  .max(10)
  .optional();
const ids = (prefix: string) =>
  z
    .array(z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`)))
    .min(1)
    .max(200)
    .optional();

/** Page sizes: the largest that the EC2 API model allows for each operation. */
const pagesOf = (value: number) => ({ request: "NextToken", response: "NextToken", limit: { field: "MaxResults", value }, maxItems: MOST_ITEMS }) as const;

/** Reads of instances, disks and networks. User data, console output and passwords are never read (Y-15). */
export const ec2 = defineService({
  service: "ec2",
  scope: "regional",
  about:
    "instances, volumes, snapshots, security groups, VPCs, subnets, route tables, network ACLs, Elastic IP addresses, flow logs, NAT gateways, VPC endpoints, enabled regions",
  writes: { ...ec2InstanceWrites, ...ec2MetadataWrites, ...ec2NetworkWrites, ...ec2StorageWrites, ...ec2TagWrites },
  reads: {
    DescribeInstances: {
      summary: "Instances with state, type, network, metadata service (HttpTokens optional means that IMDSv1 is allowed) and tags.",
      entity: "instance",
      permissions: describes("DescribeInstances"),
      input: z.strictObject({ InstanceIds: ids("i"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "Reservations[].Instances[]",
      project: {
        InstanceId: true,
        State: { Name: true },
        InstanceType: true,
        LaunchTime: true,
        PublicIpAddress: true,
        SecurityGroups: { GroupId: true },
        MetadataOptions: { HttpTokens: true },
        IamInstanceProfile: { Arn: true },
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:instance/${InstanceId}",
    },
    DescribeVolumes: {
      summary: "EBS volumes; State available means attached to nothing.",
      entity: "volume",
      permissions: describes("DescribeVolumes"),
      input: z.strictObject({ VolumeIds: ids("vol"), Filters: filters }),
      paginate: pagesOf(500),
      items: "Volumes[]",
      project: {
        VolumeId: true,
        State: true,
        Size: true,
        VolumeType: true,
        Iops: true,
        Encrypted: true,
        CreateTime: true,
        Attachments: { InstanceId: true },
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:volume/${VolumeId}",
    },
    DescribeSnapshots: {
      summary: "EBS snapshots that the account owns; StartTime is their age.",
      entity: "snapshot",
      permissions: describes("DescribeSnapshots"),
      input: z.strictObject({ SnapshotIds: ids("snap"), Filters: filters }),
      fixed: { OwnerIds: ["self"] },
      paginate: pagesOf(1000),
      items: "Snapshots[]",
      project: {
        SnapshotId: true,
        VolumeId: true,
        State: true,
        StartTime: true,
        VolumeSize: true,
        Encrypted: true,
        StorageTier: true,
        Description: true,
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}::snapshot/${SnapshotId}",
    },
    DescribeSecurityGroups: {
      summary:
        "Security groups with their rules. IpPermissions (inbound) are parallel lists, one place a rule: protocol -1 means all, 0.0.0.0/0 or ::/0 the whole internet.",
      entity: "security group",
      permissions: describes("DescribeSecurityGroups"),
      input: z.strictObject({ GroupIds: ids("sg"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "SecurityGroups[]",
      project: {
        GroupId: true,
        GroupName: true,
        VpcId: true,
        IpPermissions: {
          IpProtocol: true,
          FromPort: true,
          ToPort: true,
          IpRanges: { CidrIp: true },
          Ipv6Ranges: { CidrIpv6: true },
          UserIdGroupPairs: { GroupId: true },
          PrefixListIds: { PrefixListId: true },
        },
        IpPermissionsEgress: { IpProtocol: true, FromPort: true, ToPort: true, IpRanges: { CidrIp: true }, Ipv6Ranges: { CidrIpv6: true } },
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${OwnerId}:security-group/${GroupId}",
    },
    DescribeSecurityGroupRules: {
      summary: "Security group rules, a row each, with their ids; IsEgress false is inbound. Filter by group-id.",
      entity: "security group rule",
      permissions: describes("DescribeSecurityGroupRules"),
      input: z.strictObject({ SecurityGroupRuleIds: ids("sgr"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "SecurityGroupRules[]",
      project: {
        SecurityGroupRuleId: true,
        GroupId: true,
        IsEgress: true,
        IpProtocol: true,
        FromPort: true,
        ToPort: true,
        CidrIpv4: true,
        CidrIpv6: true,
        PrefixListId: true,
        ReferencedGroupInfo: { GroupId: true },
        Description: true,
      },
      arn: "arn:aws:ec2:${region}:${account}:security-group-rule/${SecurityGroupRuleId}",
    },
    DescribeVpcs: {
      summary: "VPCs with address range; IsDefault true is the one that AWS made.",
      entity: "VPC",
      permissions: describes("DescribeVpcs"),
      input: z.strictObject({ VpcIds: ids("vpc"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "Vpcs[]",
      project: { VpcId: true, CidrBlock: true, IsDefault: true, State: true, Tags: TAGS },
      arn: "arn:aws:ec2:${region}:${OwnerId}:vpc/${VpcId}",
    },
    DescribeSubnets: {
      summary: "Subnets; MapPublicIpOnLaunch true gives new instances a public IPv4 address, AssignIpv6AddressOnCreation true an IPv6 one.",
      entity: "subnet",
      permissions: describes("DescribeSubnets"),
      input: z.strictObject({ SubnetIds: ids("subnet"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "Subnets[]",
      project: {
        SubnetId: true,
        VpcId: true,
        AvailabilityZone: true,
        CidrBlock: true,
        AvailableIpAddressCount: true,
        MapPublicIpOnLaunch: true,
        AssignIpv6AddressOnCreation: true,
        DefaultForAz: true,
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${OwnerId}:subnet/${SubnetId}",
    },
    DescribeRouteTables: {
      summary: "Route tables. Routes are parallel lists, one place a route; 0.0.0.0/0 to a GatewayId igw-… makes the associated subnets public.",
      entity: "route table",
      permissions: describes("DescribeRouteTables"),
      input: z.strictObject({ RouteTableIds: ids("rtb"), Filters: filters }),
      paginate: pagesOf(100),
      items: "RouteTables[]",
      project: {
        RouteTableId: true,
        VpcId: true,
        Associations: { Main: true, SubnetId: true },
        Routes: {
          DestinationCidrBlock: true,
          DestinationIpv6CidrBlock: true,
          GatewayId: true,
          NatGatewayId: true,
          TransitGatewayId: true,
          VpcPeeringConnectionId: true,
          NetworkInterfaceId: true,
          State: true,
        },
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${OwnerId}:route-table/${RouteTableId}",
    },
    DescribeNetworkAcls: {
      summary: "Network ACLs. Entries are parallel lists, one place a rule, tried by RuleNumber; protocol -1 means all, Egress false inbound.",
      entity: "network ACL",
      permissions: describes("DescribeNetworkAcls"),
      input: z.strictObject({ NetworkAclIds: ids("acl"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "NetworkAcls[]",
      project: {
        NetworkAclId: true,
        VpcId: true,
        IsDefault: true,
        Associations: { SubnetId: true },
        Entries: {
          RuleNumber: true,
          Egress: true,
          RuleAction: true,
          Protocol: true,
          CidrBlock: true,
          Ipv6CidrBlock: true,
          PortRange: { From: true, To: true },
        },
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${OwnerId}:network-acl/${NetworkAclId}",
    },
    DescribeAddresses: {
      summary: "Elastic IP addresses; AssociationId null means that it is used by nothing and still costs money.",
      entity: "address",
      permissions: describes("DescribeAddresses"),
      input: z.strictObject({ AllocationIds: ids("eipalloc"), Filters: filters }),
      items: "Addresses[]",
      project: {
        AllocationId: true,
        PublicIp: true,
        AssociationId: true,
        InstanceId: true,
        NetworkInterfaceId: true,
        PrivateIpAddress: true,
        Domain: true,
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:elastic-ip/${AllocationId}",
    },
    DescribeFlowLogs: {
      summary: "Flow logs; ResourceId is the VPC, subnet or interface that is logged. A VPC without a row has none of its own.",
      entity: "flow log",
      permissions: describes("DescribeFlowLogs"),
      input: z.strictObject({ FlowLogIds: ids("fl"), Filter: filters }),
      paginate: pagesOf(1000),
      items: "FlowLogs[]",
      project: {
        FlowLogId: true,
        ResourceId: true,
        FlowLogStatus: true,
        TrafficType: true,
        DeliverLogsStatus: true,
        LogDestinationType: true,
        LogDestination: true,
        LogGroupName: true,
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:vpc-flow-log/${FlowLogId}",
    },
    DescribeNatGateways: {
      summary: "NAT gateways with their subnet and public addresses.",
      entity: "NAT gateway",
      permissions: describes("DescribeNatGateways"),
      input: z.strictObject({ NatGatewayIds: ids("nat"), Filter: filters }),
      paginate: pagesOf(1000),
      items: "NatGateways[]",
      project: {
        NatGatewayId: true,
        State: true,
        ConnectivityType: true,
        VpcId: true,
        SubnetId: true,
        NatGatewayAddresses: { PublicIp: true },
        CreateTime: true,
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:natgateway/${NatGatewayId}",
    },
    DescribeVpcEndpoints: {
      summary: "VPC endpoints with their service and policy: which AWS services are reached without the internet.",
      entity: "VPC endpoint",
      permissions: describes("DescribeVpcEndpoints"),
      input: z.strictObject({ VpcEndpointIds: ids("vpce"), Filters: filters }),
      paginate: pagesOf(1000),
      items: "VpcEndpoints[]",
      project: {
        VpcEndpointId: true,
        VpcEndpointType: true,
        ServiceName: true,
        State: true,
        VpcId: true,
        PrivateDnsEnabled: true,
        RouteTableIds: true,
        SubnetIds: true,
        PolicyDocument: "json",
        Tags: TAGS,
      },
      arn: "arn:aws:ec2:${region}:${account}:vpc-endpoint/${VpcEndpointId}",
    },
    DescribeRegions: {
      summary: "Regions with their opt-in status: opt-in-not-required, opted-in or not-opted-in.",
      entity: "region",
      permissions: describes("DescribeRegions"),
      input: z.strictObject({
        RegionNames: z
          .array(z.string().regex(/^[a-z]{2}(-[a-z]{2,12}){1,2}-\d$/))
          .min(1)
          .max(50)
          .optional(),
        AllRegions: z.boolean().optional(),
      }),
      items: "Regions[]",
      project: { RegionName: true, OptInStatus: true },
    },
  },
});
