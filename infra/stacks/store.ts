/** What is kept: requests and journal, evidence and reports, each encrypted, private and expiring; and the boundary of every role. */
import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { Boundary } from "../constructs/boundary.ts";

export class StoreStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const { deployment } = settings;
    const names = resources(deployment);
    if (deployment.permissionsBoundary === null) new Boundary(this, "Boundary", { settings, place: "hub" });

    const requests = this.table("Requests", names.requestsTable, "requester", "requestId");
    requests.addLocalSecondaryIndex({
      indexName: "byReceivedAt",
      sortKey: { name: "receivedAt", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.table("Journal", names.journalTable, "pk", "sk");

    const accessLogs = this.bucket("AccessLogs", names.accessLogBucket, Duration.days(deployment.retention.logDays));
    Validations.of(accessLogs).acknowledge({
      id: "AwsSolutions-S1",
      reason: "This bucket holds the other buckets' access logs; logging it to itself would never end.",
    });
    // As IBucket: the CDK's own types are not written for exactOptionalPropertyTypes.
    for (const [construct, name] of [
      ["Evidence", names.evidenceBucket],
      ["Reports", names.reportBucket],
    ] as const) {
      this.bucket(construct, name, Duration.days(deployment.retention.evidenceDays), accessLogs as IBucket);
    }
  }

  private table(id: string, tableName: string, partitionKey: string, sortKey: string): Table {
    return new Table(this, id, {
      tableName,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Encrypted with the key DynamoDB owns, its default: the AWS-managed one would need kms: actions through each role's boundary.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private bucket(id: string, bucketName: string, expiration: Duration, accessLogs?: IBucket): Bucket {
    return new Bucket(this, id, {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration, noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
      ...(accessLogs ? { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `${id.toLowerCase()}/` } : {}),
    });
  }
}
