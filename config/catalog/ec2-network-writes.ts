/** Writes of security groups and flow logs. */
import { ec2FlowLogWrites } from "./ec2-flow-log-writes.ts";
import { ec2RuleWrites } from "./ec2-rule-writes.ts";
import { ec2SecurityGroupWrites } from "./ec2-security-group-writes.ts";

export const ec2NetworkWrites = { ...ec2SecurityGroupWrites, ...ec2RuleWrites, ...ec2FlowLogWrites } as const;
