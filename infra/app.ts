/** The CDK app. Context: config=<settings file> (required), prompts=empty (law 1's test), nag=off (a local redeploy). */
import { join } from "node:path";
import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { prefixed } from "../config/names.ts";
import { SettingsError } from "../config/settings.ts";
import { bundleFunctions } from "./bundle.ts";
import { readSettings } from "./settings-file.ts";
import { EntranceStack } from "./stacks/entrance.ts";
import { MemberStack } from "./stacks/member.ts";
import { StoreStack } from "./stacks/store.ts";
import { WorkersStack } from "./stacks/workers.ts";
import { WorkflowStack } from "./stacks/workflow.ts";

/** Access logs are delivered by bucket policy: the older way needs ACLs, which our buckets refuse. */
const FEATURE_FLAGS = { "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true };

/** @param bundle makes the functions' bundles; tests that synthesize more than once share them. */
export function buildApp(app: App, bundle: typeof bundleFunctions = bundleFunctions): App {
  for (const [flag, value] of Object.entries(FEATURE_FLAGS)) app.node.setContext(flag, value);
  const configFile: unknown = app.node.tryGetContext("config");
  if (typeof configFile !== "string")
    throw new SettingsError("no settings file was named; give one with --context config=<file>, for example config/example.yaml");
  const { settings, content } = readSettings(configFile);
  const { deployment } = settings;
  // The caller's own credentials deploy. One synthesizer a stack: a shared one lists every stack's assets in each.
  const own = (account?: { account: string; region: string }) => ({
    settings,
    // The CDK's own types are not written for exactOptionalPropertyTypes.
    synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer,
    ...(account ? { env: account } : {}),
  });
  const { hub } = deployment;
  const prompts = app.node.tryGetContext("prompts") === "empty" ? "empty" : "as-written";
  const bundles = bundle({ outDir: join(app.outdir, "bundles"), settings: content, prompts });

  const store = new StoreStack(app, prefixed(deployment, "store"), own(hub));
  const workers = new WorkersStack(app, prefixed(deployment, "workers"), { ...own(hub), bundles, approvalKey: store.approvalKey });
  const workflow = new WorkflowStack(app, prefixed(deployment, "workflow"), { ...own(hub), bundles });
  const entrance = new EntranceStack(app, prefixed(deployment, "entrance"), { ...own(hub), bundles, approvalKey: store.approvalKey });
  for (const stack of [workers, workflow, entrance]) stack.addStackDependency(store);
  for (const account of settings.accounts.filter(({ id }) => id !== hub.account)) {
    new MemberStack(app, prefixed(deployment, `member-${account.id}`), { ...own({ account: account.id, region: hub.region }), account });
  }
  new MemberStack(app, prefixed(deployment, "member"), {
    ...own(),
    description: "AWS Coworker's roles for a member account; deploy it as a StackSet with each account's own parameters.",
  });
  Tags.of(app).add("Application", deployment.prefix);
  if (app.node.tryGetContext("nag") !== "off") Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
  return app;
}

if (import.meta.main) {
  try {
    buildApp(new App()).synth();
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : error);
    process.exit(1);
  }
}
