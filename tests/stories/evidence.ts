/** Objects that the system wrote, read with root's key. */
import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { HUB } from "./accounts.ts";
import { type Deployment, main, root } from "./local.ts";

/** @throws NoSuchKey when it isn't there. */
export async function objectText(bucket: string, key: string): Promise<string> {
  const { Body } = await new S3Client(root(HUB)).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? "";
}

export async function keysBelow(bucket: string, prefix: string): Promise<string[]> {
  const s3 = new S3Client(root(HUB));
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }));
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

export async function evidenceDigest(key: string, { names }: Deployment = main): Promise<string> {
  return createHash("sha256")
    .update(await objectText(names.evidenceBucket, key))
    .digest("hex");
}
