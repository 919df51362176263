import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { MUTABLE_SERVICES } from "../../../config/catalog/services.ts";
import { limitsText, proposeSchema, writeIndex, writesText } from "../../../config/catalog/write-tools.ts";
import { closedSettings, settings } from "./mutation-settings.ts";

const all = MUTABLE_SERVICES.flatMap((service) => Object.entries(CATALOG[service].writes ?? {}).map(([operation, write]) => ({ service, operation, write })));
const askable = all.filter(({ write }) => !write.inverseOnly);
const hidden = all.filter(({ write }) => write.inverseOnly);

describe("what the planner is shown", () => {
  it("is every write that a request may ask for, and none that only an undo may", () => {
    expect(hidden.length).toBeGreaterThan(0);
    expect(writeIndex().map(({ service, operation }) => `${service}.${operation}`)).toEqual(askable.map(({ service, operation }) => `${service}.${operation}`));
    expect(writesText().split("\n")).toHaveLength(askable.length);
    for (const { service, operation } of hidden) {
      expect(writesText()).not.toContain(`${service}.${operation}(`);
      expect(proposeSchema().operation.enum).not.toContain(operation);
    }
  });

  it("says class, reversibility, outputs and references beside fields, in a prompt's measure", () => {
    const lines = writesText().split("\n");
    const lineOf = (name: string) => lines.find((line) => line.startsWith(`- ${name}(`));
    expect(lineOf("s3.PutBucketEncryption")).toContain("(Bucket, SSEAlgorithm: AES256|aws:kms, KMSMasterKeyID?)");
    expect(lineOf("ec2.DeleteVolume")).toContain("[destructive; not reversible]");
    expect(lineOf("ec2.CreateSecurityGroup")).toContain("outputs GroupId");
    expect(lineOf("ec2.AuthorizeSecurityGroupIngress")).toMatch(/FromPort: number.*GroupId, ReferencedGroupId may be a reference/);
    expect(lineOf("iam.CreateRole")).toContain("TrustedServices[]: ec2.amazonaws.com|lambda.amazonaws.com");
    expect(lineOf("lambda.UpdateFunctionConfiguration")).toContain("TracingMode?: Active|PassThrough");
    expect(Buffer.byteLength(writesText())).toBeLessThan(8_000);
  });

  it("is of the services asked for only", () => {
    expect(writesText(["s3"])).not.toContain("ec2.");
    expect(proposeSchema(["s3"])).toEqual({
      service: { type: "string", enum: ["s3"] },
      operation: { type: "string", enum: askable.filter(({ service }) => service === "s3").map(({ operation }) => operation) },
      input: { type: "object" },
    });
    expect(new Set(proposeSchema().operation.enum).size).toBe(proposeSchema().operation.enum.length);
  });

  it("says what the settings allow, and that an empty list allows nothing", () => {
    expect(limitsText(settings.changes).split("\n")).toEqual(
      expect.arrayContaining([
        "- RolePath: /coworker-managed/",
        "- PermissionsBoundary: arn:aws:iam::<account id>:policy/coworker-managed-boundary",
        "- InstanceRole: coworker-managed/web",
      ]),
    );
    expect(limitsText(closedSettings.changes)).toContain("- PolicyArn of AttachRolePolicy: nothing is allowed");
    expect(limitsText(closedSettings.changes)).toMatch(/^- PolicyArn of DetachRolePolicy: .*policy\/AmazonBedrockFullAccess/m);
    expect(limitsText(settings.changes, ["s3"]).split("\n")).toEqual(["- LogBucket: acme-access-logs", "- TargetBucket: acme-access-logs"]);
    expect(limitsText(closedSettings.changes, ["s3"])).toContain("- TargetBucket: nothing is allowed");
    expect(limitsText(settings.changes, ["lambda"])).toBe("");
  });
});
