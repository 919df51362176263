/** The CDK app. Context: config=<settings file> (required), prompts=empty (law 1's test), nag=off (a local redeploy). */
import { join } from "node:path";
import { App, Aspects, CliCredentialsStackSynthesizer, type IReusableStackSynthesizer, Tags } from "aws-cdk-lib";
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

export function buildApp(app: App): App {
  const configFile: unknown = app.node.tryGetContext("config");
  if (typeof configFile !== "string") throw new SettingsError("no settings file was named; give one with --context config=<file>, for example config/example.yaml");
  const { settings, content } = readSettings(configFile);
  const { deployment } = settings;
  const env = deployment.hub;
  const prompts = app.node.tryGetContext("prompts") === "empty" ? "empty" : "as-written";
  const bundles = bundleFunctions({ outDir: join(app.outdir, "bundles"), settings: content, prompts });

  const store = new StoreStack(app, prefixed(deployment, "store"), { settings, env });
  const workers = new WorkersStack(app, prefixed(deployment, "workers"), { settings, bundles, env });
  const workflow = new WorkflowStack(app, prefixed(deployment, "workflow"), { settings, bundles, env });
  const entrance = new EntranceStack(app, prefixed(deployment, "entrance"), { settings, bundles, env });
  for (const stack of [workers, workflow, entrance]) stack.addDependency(store);
  for (const { id, externalId } of settings.accounts.filter((account) => account.id !== deployment.hub.account)) {
    new MemberStack(app, prefixed(deployment, `member-${id}`), { settings, externalId, env: { account: id, region: deployment.hub.region } });
  }
  new MemberStack(app, prefixed(deployment, "member"), { settings, description: "AWS Coworker's roles for a member account; deploy it as a StackSet with one ExternalId an account." });
  Tags.of(app).add("Application", deployment.prefix);
  if (app.node.tryGetContext("nag") !== "off") Aspects.of(app).add(new AwsSolutionsChecks());
  return app;
}

if (import.meta.main) {
  try {
    // The CDK's own types are not written for exactOptionalPropertyTypes.
    buildApp(new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() as IReusableStackSynthesizer })).synth();
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : error);
    process.exit(1);
  }
}
