/** Writes of how an instance's metadata service (IMDS) is asked: tokens, and nothing else of it. */
import * as z from "zod";
import { arnOf, id, shows } from "./ec2-parts.ts";
import { firstRow } from "./tag-parts.ts";
import { type BeforeRead, defineWrite, type StepInput, type WritePermission } from "./write.ts";

const InstanceId = id("i");
const ARN = arnOf("instance", "${InstanceId}");
/** MetadataOptions.State is not part of it: a stopped instance's stays "pending" until it is started. */
const instance: BeforeRead = shows("DescribeInstances", "instance-id", "InstanceId", ["MetadataOptions.HttpTokens", "Tags"]);

/** `ec2:Attribute/HttpTokens` is what the call sets (EC2 User Guide, "Deny opt-out of IMDSv2"); ec2:MetadataHttpTokens is what the instance has. */
const sets = (HttpTokens: string): WritePermission => ({
  action: "ec2:ModifyInstanceMetadataOptions",
  resource: ARN,
  conditions: { StringEquals: { "ec2:Attribute/HttpTokens": HttpTokens } },
});
// What a call does not name stays as it is: the endpoint, the hop limit.
const call = (HttpTokens: (given: StepInput) => unknown) =>
  ({
    command: "ModifyInstanceMetadataOptions",
    input: (given: StepInput) => ({ InstanceId: given.InstanceId, HttpTokens: HttpTokens(given) }),
  }) as const;

const shared = {
  entity: "instance",
  class: "sensitive",
  arn: ARN,
  before: [instance],
  reversible: "yes",
  idempotency: { kind: "natural" },
  seconds: 10,
} as const;

export const ec2MetadataWrites = {
  ModifyInstanceMetadataOptions: defineWrite({
    ...shared,
    summary: "Requires IMDSv2 of an instance: what still asks its metadata service without a token is refused.",
    permissions: [sets("required")],
    input: z.strictObject({ InstanceId }),
    calls: [call(() => "required")],
    promises: () => ({ DescribeInstances: { "MetadataOptions.HttpTokens": "required" } }),
    inverse: ({ InstanceId }, before) =>
      firstRow(before, "DescribeInstances")["MetadataOptions.HttpTokens"] === "optional"
        ? { operation: "RestoreInstanceMetadataOptions", input: { InstanceId, HttpTokens: "optional" } }
        : null,
  }),
  RestoreInstanceMetadataOptions: defineWrite({
    ...shared,
    summary: "Sets an instance's HttpTokens back to what they were.",
    inverseOnly: true,
    permissions: [sets("${HttpTokens}")],
    input: z.strictObject({ InstanceId, HttpTokens: z.enum(["optional", "required"]) }),
    calls: [call(({ HttpTokens }) => HttpTokens)],
    promises: ({ HttpTokens }) => ({ DescribeInstances: { "MetadataOptions.HttpTokens": HttpTokens } }),
    inverse: ({ InstanceId }, before) => {
      const was = firstRow(before, "DescribeInstances")["MetadataOptions.HttpTokens"];
      return typeof was === "string" ? { operation: "RestoreInstanceMetadataOptions", input: { InstanceId, HttpTokens: was } } : null;
    },
  }),
} as const;
