/** Production keeps an audit trail; the other accounts have one that somebody switched off. */
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand, StopLoggingCommand } from "@aws-sdk/client-cloudtrail";
import type { LocalCopy } from "../copy.ts";
import { type DemoAccount, rootClient, unlessThere } from "./demo.ts";

export async function seedTrail(copy: LocalCopy, account: DemoAccount): Promise<void> {
  const trails = new CloudTrailClient(rootClient(copy, account, "us-east-1"));
  const audited = account.environment === "production";
  const Name = `acme-platform-${account.environment}-trail`;
  const made = trails.send(
    new CreateTrailCommand({ Name, S3BucketName: `acme-platform-${account.environment}-logs`, IsMultiRegionTrail: audited, EnableLogFileValidation: audited }),
  );
  await unlessThere(made, "TrailAlreadyExistsException");
  await trails.send(audited ? new StartLoggingCommand({ Name }) : new StopLoggingCommand({ Name }));
}
