/** What was read, kept: raw responses without the catalog's drops, and the uncut tables for Report (law 8). */
import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ResultTable } from "../shared/contracts.ts";

/** Writes one JSON object under the service's own prefix. */
export type PutEvidence = (key: string, body: string) => Promise<void>;

export function evidenceBucket(bucket: string, region: string): PutEvidence {
  const client = new S3Client({ region, maxAttempts: 4 });
  return async (key, body) => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json" }));
  };
}

export async function keep(put: PutEvidence, key: string, evidence: unknown): Promise<ResultTable["evidence"]> {
  const body = JSON.stringify(evidence);
  await put(key, body);
  return { key, sha256: createHash("sha256").update(body).digest("hex"), bytes: Buffer.byteLength(body) };
}
