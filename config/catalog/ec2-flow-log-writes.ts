/** Writes of flow logs to S3: a log group would need a role passed to the flow log service. */
import * as z from "zod";
import { BUCKET_NAME } from "./bucket-name.ts";
import { arnOf, id, shows, tagSpecifications, tagsOnCreate } from "./ec2-parts.ts";
import { firstRow, ownTags, Tags } from "./tag-parts.ts";
import { defineWrite, type WritePermission } from "./write.ts";

const COLUMNS = ["FlowLogId", "ResourceId", "FlowLogStatus", "TrafficType", "LogDestinationType", "LogDestination", "Tags"] as const;
/** Type of the API → its ARN's type and how its id begins. */
const LOGGED = {
  VPC: { prefix: "vpc-" },
  Subnet: { prefix: "subnet-" },
  NetworkInterface: { prefix: "eni-" },
} as const;
const types = Object.keys(LOGGED) as (keyof typeof LOGGED)[];
const typeOf = (resourceId: unknown) => types.find((type) => String(resourceId).startsWith(LOGGED[type].prefix));
const delivery = (action: string): WritePermission => ({
  action,
  resource: "*",
  why: "Log deliveries have no resource-level permission; EC2 makes and removes them for a flow log.",
});

export const ec2FlowLogWrites = {
  CreateFlowLogs: defineWrite({
    summary:
      "Logs the traffic of a VPC, subnet or network interface to an S3 bucket, whose policy must already let delivery.logs.amazonaws.com write. ResourceType is VPC, Subnet or NetworkInterface.",
    entity: "flow log",
    class: "non-destructive",
    permissions: [
      {
        action: "ec2:CreateFlowLogs",
        resource: arnOf("vpc-flow-log", "*"),
        why: "A resource that is being made has no id yet: the request's tag stands for it.",
        onCreate: true,
      },
      { action: "ec2:CreateFlowLogs", resource: arnOf("vpc", "${ResourceId}") },
      { action: "ec2:CreateFlowLogs", resource: arnOf("subnet", "${ResourceId}") },
      { action: "ec2:CreateFlowLogs", resource: arnOf("network-interface", "${ResourceId}") },
      ...tagsOnCreate("CreateFlowLogs", "vpc-flow-log"),
      delivery("logs:CreateLogDelivery"),
      delivery("logs:DeleteLogDelivery"),
    ],
    input: z
      .strictObject({
        ResourceType: z.enum(types as [keyof typeof LOGGED]),
        ResourceId: z.string().regex(/^(vpc|subnet|eni)-[0-9a-f]{8,17}$/),
        TrafficType: z.enum(["ACCEPT", "REJECT", "ALL"]),
        LogDestination: z.string().regex(new RegExp(`^arn:aws:s3:::${BUCKET_NAME.source.slice(1, -1)}(/[A-Za-z0-9!_.*'()/-]{1,200})?$`)),
        Tags,
      })
      .refine(({ ResourceType, ResourceId }) => typeOf(ResourceId) === ResourceType, { message: "the id is not of that ResourceType", path: ["ResourceId"] }),
    arn: arnOf("vpc-flow-log", "*"),
    creates: { from: "CreateFlowLogs", outputs: { FlowLogId: "FlowLogIds.0" } },
    tagged: true,
    before: [
      {
        operation: "DescribeFlowLogs",
        by: { Filter: [{ Name: "resource-id", Values: ["ResourceId"] }] },
        match: { ResourceId: "ResourceId" },
        columns: COLUMNS,
        context: true,
      },
    ],
    after: [shows("DescribeFlowLogs", "flow-log-id", "FlowLogId", COLUMNS, "Filter")],
    calls: [
      {
        command: "CreateFlowLogs",
        input: ({ ResourceType, ResourceId, TrafficType, LogDestination, Tags }, { clientToken }) => ({
          ClientToken: clientToken,
          ResourceType,
          ResourceIds: [ResourceId],
          TrafficType,
          LogDestinationType: "s3",
          LogDestination,
          TagSpecifications: tagSpecifications(Tags, "vpc-flow-log"),
        }),
      },
    ],
    promises: ({ ResourceId, TrafficType, LogDestination, Tags }) => ({
      DescribeFlowLogs: { ResourceId, FlowLogStatus: "ACTIVE", TrafficType, LogDestinationType: "s3", LogDestination, Tags },
    }),
    inverse: (_, __, output) => ({ operation: "DeleteFlowLogs", input: { FlowLogId: output("FlowLogId") } }),
    reversible: "partly",
    notRestorable: ["records already delivered to the bucket"],
    idempotency: { kind: "client-token" },
    seconds: 10,
  }),
  DeleteFlowLogs: defineWrite({
    summary: "Ends a flow log; records already delivered stay where they are.",
    entity: "flow log",
    class: "sensitive",
    permissions: [{ action: "ec2:DeleteFlowLogs", resource: arnOf("vpc-flow-log", "${FlowLogId}") }, delivery("logs:DeleteLogDelivery")],
    input: z.strictObject({ FlowLogId: id("fl") }),
    references: ["FlowLogId"],
    arn: arnOf("vpc-flow-log", "${FlowLogId}"),
    before: [shows("DescribeFlowLogs", "flow-log-id", "FlowLogId", COLUMNS, "Filter")],
    calls: [{ command: "DeleteFlowLogs", input: ({ FlowLogId }) => ({ FlowLogIds: [FlowLogId] }), already: ["InvalidFlowLogId.NotFound"] }],
    promises: () => ({ DescribeFlowLogs: null }),
    inverse: (_, before) => {
      const { ResourceId, TrafficType, LogDestinationType, LogDestination, Tags } = firstRow(before, "DescribeFlowLogs");
      const ResourceType = typeOf(ResourceId);
      if (ResourceType === undefined || LogDestinationType !== "s3") return null;
      return { operation: "CreateFlowLogs", input: { ResourceType, ResourceId, TrafficType, LogDestination, Tags: ownTags(Tags) } };
    },
    reversible: "partly",
    notRestorable: ["the flow log's id, its record format and interval", "traffic of the time without it", "a flow log that writes elsewhere than to S3"],
    idempotency: { kind: "natural" },
    seconds: 10,
  }),
} as const;
