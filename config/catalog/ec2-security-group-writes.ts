/** Writes of security groups themselves. */
import * as z from "zod";
import { arnOf, id, shows, tagSpecifications, tagsOnCreate } from "./ec2-parts.ts";
import { Tags } from "./tag-parts.ts";
import { defineWrite } from "./write.ts";

const ARN = arnOf("security-group", "${GroupId}");

export const ec2SecurityGroupWrites = {
  CreateSecurityGroup: defineWrite({
    summary: "Makes a security group without inbound rules; outbound, AWS lets everything through.",
    entity: "security group",
    class: "sensitive",
    permissions: [
      {
        action: "ec2:CreateSecurityGroup",
        resource: arnOf("security-group", "*"),
        why: "A resource that is being made has no id yet: the request's tag stands for it.",
        onCreate: true,
      },
      { action: "ec2:CreateSecurityGroup", resource: arnOf("vpc", "${VpcId}") },
      ...tagsOnCreate("CreateSecurityGroup", "security-group"),
    ],
    input: z.strictObject({
      // Characters of the EC2 API reference, CreateSecurityGroup; sg- is AWS's own.
      GroupName: z.string().regex(/^(?!sg-)[A-Za-z0-9._/()#,@[\]+=&;{}!$-][A-Za-z0-9 ._/()#,@[\]+=&;{}!$-]{0,253}$/),
      Description: z.string().regex(/^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/),
      VpcId: id("vpc"),
      Tags,
    }),
    arn: arnOf("security-group", "*"),
    creates: { from: "CreateSecurityGroup", outputs: { GroupId: "GroupId" } },
    tagged: true,
    before: [
      {
        operation: "DescribeSecurityGroups",
        by: {
          Filters: [
            { Name: "group-name", Values: ["GroupName"] },
            { Name: "vpc-id", Values: ["VpcId"] },
          ],
        },
        match: { GroupName: "GroupName", VpcId: "VpcId" },
        columns: ["GroupId", "GroupName", "VpcId", "Tags"],
      },
    ],
    calls: [
      {
        command: "CreateSecurityGroup",
        input: ({ GroupName, Description, VpcId, Tags }) => ({ GroupName, Description, VpcId, TagSpecifications: tagSpecifications(Tags, "security-group") }),
        already: ["InvalidGroup.Duplicate"],
      },
    ],
    promises: ({ GroupName, VpcId, Tags }) => ({ DescribeSecurityGroups: { GroupName, VpcId, Tags } }),
    inverse: (_, __, output) => ({ operation: "DeleteSecurityGroup", input: { GroupId: output("GroupId") } }),
    reversible: "yes",
    idempotency: { kind: "name", field: "GroupName" },
    seconds: 3,
  }),
  DeleteSecurityGroup: defineWrite({
    summary: "Deletes a security group that nothing uses (AWS refuses any other), with its rules.",
    entity: "security group",
    class: "destructive",
    permissions: [{ action: "ec2:DeleteSecurityGroup", resource: ARN }],
    input: z.strictObject({ GroupId: id("sg") }),
    references: ["GroupId"],
    arn: ARN,
    before: [
      // Not its rules: a plan that takes them back first would find a state that nobody approved; they go with the group either way.
      shows("DescribeSecurityGroups", "group-id", "GroupId", ["GroupId", "GroupName", "VpcId", "Tags"]),
    ],
    calls: [{ command: "DeleteSecurityGroup", input: ({ GroupId }) => ({ GroupId }), already: ["InvalidGroup.NotFound"] }],
    promises: () => ({ DescribeSecurityGroups: null }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the group: one made again has another id and no rules"],
    idempotency: { kind: "natural" },
    seconds: 3,
  }),
} as const;
