import { SAMPLES } from "../catalog/write-samples.ts";
import { ALL_TAGS, type FlipsOf } from "./flip.ts";

const InstanceId = "i-0123456789abcdef0";
const GroupId = "sg-0123456789abcdef0";
const SecurityGroupRuleId = "sgr-0123456789abcdef0";
const row = {
  InstanceType: "t3.micro",
  PublicIpAddress: null,
  "MetadataOptions.HttpTokens": "required",
  "IamInstanceProfile.Arn": "arn:aws:iam::666666666666:instance-profile/web",
  Tags: ALL_TAGS,
};
const instance = (more: object) => ({ DescribeInstances: [{ ...row, ...more }] });
const launch = { operation: "RunInstances", input: { ...SAMPLES.ec2.RunInstances?.input, Tags: ALL_TAGS } };
const open = (port: number) => ({
  gap: {
    DescribeSecurityGroupRules: [
      { SecurityGroupRuleId, IsEgress: false, IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIpv4: "0.0.0.0/0", CidrIpv6: null },
    ],
  },
  operation: "RevokeSecurityGroupIngress",
  input: { GroupId, SecurityGroupRuleId },
});

export const instanceFlips: FlipsOf = {
  service: "ec2",
  entity: "instance",
  flips: {
    "Governance tags": { gap: instance({ Tags: {} }), operation: "CreateTags", input: { ResourceType: "instance", ResourceId: InstanceId, Tags: ALL_TAGS } },
    "Current instance family": { gap: instance({ InstanceType: "m4.large" }), ...launch },
    "No public IPv4 address": { gap: instance({ PublicIpAddress: "203.0.113.1" }), ...launch },
    "IMDSv2 required": {
      gap: instance({ "MetadataOptions.HttpTokens": "optional" }),
      operation: "ModifyInstanceMetadataOptions",
      input: { InstanceId },
    },
    "Instance profile instead of keys": { gap: instance({ "IamInstanceProfile.Arn": null }), ...launch },
  },
  manual: {},
};

export const securityGroupFlips: FlipsOf = {
  service: "ec2",
  entity: "security group",
  flips: {
    "Nobody from the internet on shell and database ports": open(22),
    "Ingress from the internet only on 80 and 443": open(8080),
  },
  manual: {},
};
