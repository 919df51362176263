import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { ec2 } from "../../config/catalog/ec2.ts";
import { discoveryService } from "./service.ts";

export const ec2Service = discoveryService(ec2, {
  client: (configuration) => new EC2Client(configuration),
  commands: {
    DescribeInstances: DescribeInstancesCommand,
    DescribeVolumes: DescribeVolumesCommand,
    DescribeSnapshots: DescribeSnapshotsCommand,
    DescribeSecurityGroups: DescribeSecurityGroupsCommand,
    DescribeSecurityGroupRules: DescribeSecurityGroupRulesCommand,
    DescribeVpcs: DescribeVpcsCommand,
    DescribeSubnets: DescribeSubnetsCommand,
    DescribeRouteTables: DescribeRouteTablesCommand,
    DescribeNetworkAcls: DescribeNetworkAclsCommand,
    DescribeAddresses: DescribeAddressesCommand,
    DescribeFlowLogs: DescribeFlowLogsCommand,
    DescribeNatGateways: DescribeNatGatewaysCommand,
    DescribeVpcEndpoints: DescribeVpcEndpointsCommand,
    DescribeRegions: DescribeRegionsCommand,
  },
});
