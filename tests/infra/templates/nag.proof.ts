import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack, Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { managedPolicies } from "./roles.ts";
import { asExample, build, EXAMPLE_FILE } from "./synthesize.ts";

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({ violations: z.array(z.object({ ruleName: z.string(), violatingConstructs: z.array(z.object({ constructPath: z.string() })) })) }),
  ),
});
const violationsIn = (assembly: string) =>
  reportSchema
    .parse(JSON.parse(readFileSync(join(assembly, "validation-report.json"), "utf8")))
    .pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`)),
    );

/** What cdk-nag was told to accept, where, and why. */
const acknowledged = asExample.app.node
  .findAll()
  .flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>).map(([id, reason]) => ({ construct, id: id.replace("Annotation::", ""), reason }))),
  );

/** Rules that may be accepted at all; IAM5 is a wildcard in a policy, one finding each. */
const ACCEPTABLE = ["AwsSolutions-APIG2", "AwsSolutions-APIG3", "AwsSolutions-APIG6", "AwsSolutions-COG4", "AwsSolutions-IAM5", "AwsSolutions-S1"];

describe("cdk-nag, AwsSolutions", () => {
  test("finds nothing that is not acknowledged", () => {
    expect(violationsIn(asExample.assembly)).toEqual([]);
  });

  test("takes part in every synth and stops it: a bucket without TLS and access logs", () => {
    const app = build("flawed", EXAMPLE_FILE, true);
    new Bucket(new Stack(app, "flawed-stack"), "Flawed");
    expect(() => app.synth()).toThrow(/AwsSolutions-S10/);
    expect(violationsIn(app.outdir)).toEqual(["AwsSolutions-S1 flawed-stack/Flawed/Resource", "AwsSolutions-S10 flawed-stack/Flawed/Resource"]);
  });

  test("is acknowledged at single constructs, each time with a reason", () => {
    console.log(`cdk-nag: ${acknowledged.length} acknowledgements, ${new Set(acknowledged.map(({ reason }) => reason)).size} reasons`);
    expect(acknowledged.filter(({ construct }) => Stack.isStack(construct) || App.isApp(construct)).map(({ construct }) => construct.node.path)).toEqual([]);
    expect(acknowledged.filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
    expect([...new Set(acknowledged.map(({ id }) => id.replace(/\[.*$/s, "")))].sort()).toEqual(ACCEPTABLE);
  });

  test("names no finding that isn't there: every acknowledged wildcard stands in its policy", () => {
    const resources = new Set(wildcards().map(({ resource }) => resource));
    for (const { id } of acknowledged.filter(({ id }) => id.startsWith("AwsSolutions-IAM5"))) {
      expect(resources, id).toContain(/^AwsSolutions-IAM5\[Resource::(.*)\]$/s.exec(id)?.[1]?.replace("<AWS::AccountId>", "777777777777"));
    }
  });
});

const metadataSchema = z.object({ rules_to_suppress: z.array(z.object({ id: z.string(), reason: z.string() })).default([]) });

/** Every `*` in a resource that a policy allows on. */
function wildcards() {
  return managedPolicies(asExample.templates).flatMap(({ arn, document, resource, template }) => {
    const { rules_to_suppress: rules } = metadataSchema.parse(resource.metadata.cdk_nag ?? {});
    const reasons = new Map(rules.map(({ id, reason }) => [id.replace("<AWS::AccountId>", template.account), reason]));
    return document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Resource, Sid }) =>
      (Resource ?? [])
        .filter((one) => one.includes("*"))
        .map((one) => ({ policy: arn, sid: Sid, resource: one, reason: reasons.get(`AwsSolutions-IAM5[Resource::${one}]`) })),
    );
  });
}

test("every * in a policy says why, in the template beside the policy", () => {
  expect(wildcards().length).toBeGreaterThan(20);
  expect(wildcards().filter(({ reason }) => (reason ?? "").length < 20)).toEqual([]);
  const machine = wildcards().filter(({ policy }) => policy.endsWith("-request-machine"));
  expect(machine.map(({ sid }) => sid)).toEqual(["LogDelivery", "Tracing"]);
  for (const { reason } of machine) expect(reason).toMatch(/Log delivery.*X-Ray/);
});
