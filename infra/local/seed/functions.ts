/** Demo functions: one keeps a key in its environment, one answers the whole internet, one has an old runtime. */
import { AddPermissionCommand, CreateFunctionCommand, CreateFunctionUrlConfigCommand, LambdaClient, type Runtime } from "@aws-sdk/client-lambda";
import type { LocalCopy } from "../copy.ts";
import { type DemoAccount, rootClient, type Tagging, tagsFor, unlessThere } from "./demo.ts";
import { zipOf } from "./zip.ts";

type DemoFunction = { name: string; runtime: Runtime; variables: Record<string, string>; url: "none" | "public" | "iam"; tagging: Tagging };

/** Looks like a real access key to a scanner, which is the point; put together here so that no scanner trips over this file. */
const LEAKED = { id: ["AKIA", "Q3EGTZ7N", "DEMOXWQ4"].join(""), secret: ["q7Xv", "R2mLz9", "TbK4sWd1", "YpFh6NcJ", "8gVu3eAo", "5iQrEx"].join("") };

const FUNCTIONS: readonly DemoFunction[] = [
  { name: "acme-orders-api", runtime: "nodejs22.x", variables: { TABLE: "orders", LOG_LEVEL: "info" }, url: "iam", tagging: "full" },
  {
    name: "acme-payments-webhook",
    runtime: "nodejs22.x",
    variables: { QUEUE: "payments", AWS_KEY_ID: LEAKED.id, AWS_KEY_SECRET: LEAKED.secret },
    url: "public",
    tagging: "full",
  },
  { name: "acme-reports-nightly", runtime: "nodejs18.x", variables: { BUCKET: "acme-analytics-results" }, url: "none", tagging: "no-owner" },
];

export async function seedFunctions(copy: LocalCopy, account: DemoAccount, region: string): Promise<void> {
  const lambda = new LambdaClient(rootClient(copy, account, region));
  await Promise.all(FUNCTIONS.map((fn) => seedFunction(lambda, account, fn)));
}

async function seedFunction(lambda: LambdaClient, account: DemoAccount, fn: DemoFunction): Promise<void> {
  const made = lambda.send(
    new CreateFunctionCommand({
      FunctionName: fn.name,
      Runtime: fn.runtime,
      Handler: "index.handler",
      Role: `arn:aws:iam::${account.id}:role/acme-orders-function`,
      Code: { ZipFile: zipOf("index.js", "exports.handler = async () => ({ statusCode: 204 });\n") },
      Environment: { Variables: fn.variables },
      Tags: Object.fromEntries(tagsFor(account, fn.name, fn.tagging).map(({ Key, Value }) => [Key, Value])),
    }),
  );
  await unlessThere(made, "ResourceConflictException");
  if (fn.url === "none") return;
  await unlessThere(
    lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: fn.name, AuthType: fn.url === "public" ? "NONE" : "AWS_IAM" })),
    "ResourceConflictException",
  );
  if (fn.url === "public")
    await unlessThere(
      lambda.send(
        new AddPermissionCommand({
          FunctionName: fn.name,
          StatementId: "public-url",
          Action: "lambda:InvokeFunctionUrl",
          Principal: "*",
          FunctionUrlAuthType: "NONE",
        }),
      ),
      "ResourceConflictException",
    );
}
