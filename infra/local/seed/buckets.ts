/** Demo buckets: most are as they should be, the flaws are named at their entries. */
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { LocalCopy } from "../copy.ts";
import { type DemoAccount, rootClient, type Tagging, tagsFor, unlessThere } from "./demo.ts";

type Access = "blocked" | "unblocked" | "public-read" | "partner" | "tls-only";
export type DemoBucket = {
  application: string;
  purpose: string;
  region?: string;
  access: Access;
  versioned: boolean;
  encryption: "default" | "kms";
  tagging: Tagging;
  expires?: boolean;
  logged?: boolean;
};

const COMMON: readonly DemoBucket[] = [
  { application: "platform", purpose: "logs", access: "tls-only", versioned: true, encryption: "default", tagging: "full", expires: true },
  { application: "platform", purpose: "terraform-state", access: "blocked", versioned: true, encryption: "kms", tagging: "full", logged: true },
  { application: "orders", purpose: "uploads", access: "tls-only", versioned: true, encryption: "default", tagging: "full", logged: true },
  { application: "orders", purpose: "invoices", access: "blocked", versioned: false, encryption: "default", tagging: "full" },
  { application: "website", purpose: "assets", access: "public-read", versioned: false, encryption: "default", tagging: "full", logged: true },
  { application: "analytics", purpose: "raw", access: "blocked", versioned: false, encryption: "default", tagging: "no-owner" },
  { application: "analytics", purpose: "results", access: "blocked", versioned: false, encryption: "kms", tagging: "short-environment", expires: true },
];

const OWN: Readonly<Record<DemoAccount["environment"], readonly DemoBucket[]>> = {
  sandbox: [
    { application: "experiments", purpose: "scratch", region: "eu-west-1", access: "unblocked", versioned: false, encryption: "default", tagging: "none" },
    { application: "experiments", purpose: "models", region: "eu-west-1", access: "blocked", versioned: true, encryption: "default", tagging: "full" },
    { application: "hackday", purpose: "photos", region: "eu-west-1", access: "public-read", versioned: false, encryption: "default", tagging: "none" },
  ],
  development: [
    { application: "website", purpose: "preview", region: "eu-west-1", access: "public-read", versioned: false, encryption: "default", tagging: "no-owner" },
    {
      application: "orders",
      purpose: "fixtures",
      region: "eu-west-1",
      access: "blocked",
      versioned: false,
      encryption: "default",
      tagging: "full",
      expires: true,
    },
    { application: "platform", purpose: "artifacts", region: "eu-west-1", access: "unblocked", versioned: true, encryption: "default", tagging: "full" },
  ],
  production: [
    { application: "billing", purpose: "exports", access: "partner", versioned: true, encryption: "kms", tagging: "full", logged: true },
    { application: "platform", purpose: "backups", access: "blocked", versioned: false, encryption: "kms", tagging: "full" },
    { application: "orders", purpose: "archive", access: "tls-only", versioned: true, encryption: "kms", tagging: "no-owner", expires: true },
  ],
};

export const bucketsOf = (account: DemoAccount): readonly DemoBucket[] => [...COMMON, ...OWN[account.environment]];
export const bucketName = (account: DemoAccount, bucket: DemoBucket): string => `acme-${bucket.application}-${account.environment}-${bucket.purpose}`;

export async function seedBucket(copy: LocalCopy, account: DemoAccount, bucket: DemoBucket): Promise<void> {
  const region = bucket.region ?? "us-east-1";
  const s3 = new S3Client(rootClient(copy, account, region));
  const Bucket = bucketName(account, bucket);
  const place = region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await unlessThere(s3.send(new CreateBucketCommand({ Bucket, ...place })), "BucketAlreadyOwnedByYou");
  // New buckets block public access; somebody here has deleted that.
  if (bucket.access === "unblocked" || bucket.access === "public-read" || bucket.access === "partner")
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const policy = policyOf(Bucket, bucket.access);
  if (policy) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [policy] }) }));
  if (bucket.versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  if (bucket.encryption === "kms")
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/aws/s3" }, BucketKeyEnabled: true }],
        },
      }),
    );
  const TagSet = tagsFor(account, Bucket, bucket.tagging);
  if (TagSet.length > 0) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  if (bucket.expires)
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [{ ID: "expire", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 90 } }] },
      }),
    );
}

/** After the buckets, since the target has to be there. */
export async function seedLogging(copy: LocalCopy, account: DemoAccount, bucket: DemoBucket): Promise<void> {
  if (!bucket.logged) return;
  const s3 = new S3Client(rootClient(copy, account, bucket.region ?? "us-east-1"));
  const Bucket = bucketName(account, bucket);
  const LoggingEnabled = { TargetBucket: `acme-platform-${account.environment}-logs`, TargetPrefix: `s3/${Bucket}/` };
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
}

function policyOf(bucket: string, access: Access): object | undefined {
  const objects = `arn:aws:s3:::${bucket}/*`;
  switch (access) {
    case "public-read":
      return { Sid: "PublicRead", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: objects };
    case "partner":
      return { Sid: "Auditor", Effect: "Allow", Principal: { AWS: "arn:aws:iam::777777777777:root" }, Action: "s3:GetObject", Resource: objects };
    case "tls-only":
      return {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, objects],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      };
    case "blocked":
    case "unblocked":
      return undefined;
  }
}
