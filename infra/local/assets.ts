/** The buckets that file assets are uploaded to. */
import { BucketAlreadyOwnedByYou, type BucketLocationConstraint, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { StackGroup } from "./assembly.ts";
import type { LocalCopy } from "./copy.ts";

/** All that `cdk bootstrap` gives that this deployment uses. */
export async function makeAssetBuckets(copy: LocalCopy, { account, region, buckets }: StackGroup): Promise<void> {
  const s3 = new S3Client({ endpoint: copy.endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "test" } });
  for (const Bucket of buckets) {
    const location = region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
    await s3.send(new CreateBucketCommand({ Bucket, ...location })).catch((error: unknown) => {
      if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
    });
  }
}
