import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { s3 } from "../../config/catalog/s3.ts";
import { mutationService } from "./service.ts";

/** A bucket is written in its own region: a redirect would mean that the plan named another. */
export const s3Mutation = mutationService(s3, {
  client: (configuration) => new S3Client(configuration),
  commands: {
    CreateBucket: CreateBucketCommand,
    DeleteBucket: DeleteBucketCommand,
    PutPublicAccessBlock: PutPublicAccessBlockCommand,
    DeletePublicAccessBlock: DeletePublicAccessBlockCommand,
    PutBucketEncryption: PutBucketEncryptionCommand,
    DeleteBucketEncryption: DeleteBucketEncryptionCommand,
    PutBucketVersioning: PutBucketVersioningCommand,
    PutBucketTagging: PutBucketTaggingCommand,
    DeleteBucketTagging: DeleteBucketTaggingCommand,
    PutBucketPolicy: PutBucketPolicyCommand,
    DeleteBucketPolicy: DeleteBucketPolicyCommand,
    PutBucketLifecycleConfiguration: PutBucketLifecycleConfigurationCommand,
    DeleteBucketLifecycle: DeleteBucketLifecycleCommand,
    PutBucketLogging: PutBucketLoggingCommand,
  },
});
