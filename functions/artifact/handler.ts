import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { required } from "../shared/environment.ts";
import { loadSettings } from "../shared/settings.ts";
import { makeHandler } from "./artifact.ts";

const bucket = required("ARTIFACT_BUCKET");
const client = new S3Client({ maxAttempts: 4 });

export const handler = makeHandler({
  settings: loadSettings(),
  putObject: async (key, body, contentType) => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
  },
});
