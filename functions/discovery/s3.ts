import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { s3 } from "../../config/catalog/s3.ts";
import { discoveryService } from "./service.ts";

/** Buckets live in any region while the list is global: redirects lead to the bucket's own. */
export const s3Service = discoveryService(s3, {
  client: (configuration) => new S3Client({ ...configuration, followRegionRedirects: true }),
  commands: {
    ListBuckets: ListBucketsCommand,
    GetBucketLocation: GetBucketLocationCommand,
    GetBucketEncryption: GetBucketEncryptionCommand,
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
    GetBucketVersioning: GetBucketVersioningCommand,
    GetBucketPolicy: GetBucketPolicyCommand,
    GetBucketPolicyStatus: GetBucketPolicyStatusCommand,
    GetBucketTagging: GetBucketTaggingCommand,
    GetBucketLifecycleConfiguration: GetBucketLifecycleConfigurationCommand,
    GetBucketLogging: GetBucketLoggingCommand,
  },
});
