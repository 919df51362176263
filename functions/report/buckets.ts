/** The report function's two grants: read of evidence, write of reports. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import type { ReportDependencies } from "./report.ts";

export function buckets(evidenceBucket: string, reportBucket: string): Pick<ReportDependencies, "getObject" | "putObject"> {
  const client = new S3Client({ maxAttempts: 4 });
  return {
    async getObject(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: evidenceBucket, Key: key }));
      if (!Body) throw new Error(`s3://${evidenceBucket}/${key} answered without a body`);
      return Body.transformToString();
    },
    async putObject(key, body, contentType) {
      await client.send(new PutObjectCommand({ Bucket: reportBucket, Key: key, Body: body, ContentType: contentType }));
    },
  };
}
