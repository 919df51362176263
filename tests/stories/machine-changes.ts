/** Changes of instances and of a function. */
import { CreateTagsCommand, DescribeInstancesCommand, EC2Client, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { SANDBOX } from "./accounts.ts";
import { root } from "./local.ts";
import { type OneChange, REGION, tagsOf } from "./one-change.ts";
import { runningInstance } from "./sandbox.ts";

async function instances() {
  const [planned, other] = [await runningInstance(SANDBOX, "sandbox", "acme-story-planned"), await runningInstance(SANDBOX, "sandbox", "acme-story-other")];
  const look = async () => {
    const { Reservations = [] } = await new EC2Client(root(SANDBOX)).send(new DescribeInstancesCommand({ InstanceIds: [planned] }));
    return Reservations[0]?.Instances?.[0];
  };
  return { ids: { planned, other }, look, service: "ec2", region: REGION, resource: `arn:aws:ec2:${REGION}:${SANDBOX}:instance/${planned}` } as const;
}

export async function tagsInstance(): Promise<OneChange> {
  const { ids, look, ...place } = await instances();
  return {
    ...place,
    operation: "CreateTags",
    input: { ResourceType: "instance", ResourceId: ids.planned, Tags: { Team: "orders", Owner: "orders-team" } },
    look: async () => tagsOf((await look())?.Tags),
    becomes: (before) => ({ ...(before as object), Team: "orders", Owner: "orders-team" }),
    actions: [["ec2:CreateTags"], ["ec2:CreateTags", "ec2:DeleteTags"]],
    write: (settings, to) => new EC2Client(settings).send(new CreateTagsCommand({ Resources: [ids[to]], Tags: [{ Key: "Team", Value: "orders" }] })),
  };
}

export async function stopsInstance(): Promise<OneChange> {
  const { ids, look, ...place } = await instances();
  return {
    ...place,
    operation: "StopInstances",
    input: { InstanceId: ids.planned },
    look: async () => (await look())?.State?.Name,
    becomes: () => "stopped",
    actions: [["ec2:StopInstances"], ["ec2:StartInstances"]],
    write: (settings, to) => new EC2Client(settings).send(new StopInstancesCommand({ InstanceIds: [ids[to]] })),
  };
}

export async function setsTimeout(): Promise<OneChange> {
  const names = { planned: "acme-reports-nightly", other: "acme-orders-api" };
  const lambda = new LambdaClient(root(SANDBOX));
  return {
    service: "lambda",
    region: REGION,
    resource: `arn:aws:lambda:${REGION}:${SANDBOX}:function:${names.planned}`,
    operation: "UpdateFunctionConfiguration",
    input: { FunctionName: names.planned, Timeout: 31 },
    look: async () => (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: names.planned }))).Timeout,
    becomes: () => 31,
    actions: [["lambda:UpdateFunctionConfiguration"], ["lambda:UpdateFunctionConfiguration"]],
    write: (settings, to) => new LambdaClient(settings).send(new UpdateFunctionConfigurationCommand({ FunctionName: names[to], Timeout: 31 })),
  };
}
