/**
 * What is kept: requests, journal, approvals, ledger and stops, evidence, reports and artifacts, each encrypted, private
 * and expiring; the key that binds approvals, the halt switch, and the boundary of every role.
 */
import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { ApprovalKey } from "../constructs/approval-key.ts";
import { allowedActions, Boundary, HUB_ACTIONS } from "../constructs/boundary.ts";
import { readStatements } from "../constructs/discovery-role.ts";
import { NARROWING_ACTIONS } from "../constructs/hub-trust.ts";
import { accountsInScope, changeStatements } from "../constructs/mutation-role.ts";

/** As functions/shared/halt.ts reads it; a test compares. */
const NOT_HALTED = JSON.stringify({ halted: false });

export class StoreStack extends Stack {
  readonly approvalKey: IKey;

  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const { deployment } = settings;
    const names = resources(deployment);
    if (deployment.permissionsBoundary === null) new Boundary(this, "Boundary", { deployment, actions: this.everyAction(settings) });

    const requests = this.table("Requests", names.requestsTable, "requester", "requestId");
    requests.addLocalSecondaryIndex({
      indexName: "byReceivedAt",
      sortKey: { name: "receivedAt", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.table("Journal", names.journalTable, "pk", "sk");
    // Only what waits has the attribute `waiting`. Without plan and task token: who lists them reads each item anyway.
    this.table("Approvals", names.approvalsTable, "pk", "sk").addGlobalSecondaryIndex({
      indexName: "byExpiry",
      partitionKey: { name: "waiting", type: AttributeType.STRING },
      sortKey: { name: "planExpiresAt", type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["phase", "requester", "accounts", "createdAt"],
    });
    this.table("Ledger", names.ledgerTable, "pk", "sk");
    this.table("Stops", names.stopsTable, "requestId");
    this.approvalKey = new ApprovalKey(this, "ApprovalKey", deployment).key as IKey;
    // A missing parameter halts, and so does one that says something else.
    new StringParameter(this, "Halt", {
      parameterName: names.haltParameter,
      description: `Stops every change of ${deployment.prefix}; set and lifted by POST and DELETE /halt.`,
      stringValue: NOT_HALTED,
    });

    const accessLogs = this.bucket("AccessLogs", names.accessLogBucket, Duration.days(deployment.retention.logDays));
    Validations.of(accessLogs).acknowledge({
      id: "AwsSolutions-S1",
      reason: "This bucket holds the other buckets' access logs; logging it to itself would never end.",
    });
    // As IBucket: the CDK's own types are not written for exactOptionalPropertyTypes.
    for (const [construct, name] of [
      ["Evidence", names.evidenceBucket],
      ["Reports", names.reportBucket],
      ["Artifacts", names.artifactBucket],
    ] as const) {
      this.bucket(construct, name, Duration.days(deployment.retention.evidenceDays), accessLogs as IBucket);
    }
  }

  /** Of every role in the hub, whichever stack it is in. */
  private everyAction(settings: Settings): string[] {
    const hub = settings.deployment.hub.account;
    const reads = settings.accounts.some(({ id }) => id === hub) ? SERVICES.flatMap((service) => readStatements(this, service)) : [];
    const changed = MUTABLE_SERVICES.filter((service) => accountsInScope(settings, service).includes(hub));
    const writes = changed.flatMap((service) => changeStatements(this, service, settings));
    const narrowing = settings.scopes.length > 0 ? NARROWING_ACTIONS : [];
    return [...HUB_ACTIONS, ...narrowing, ...allowedActions([...reads, ...writes])];
  }

  private table(id: string, tableName: string, partitionKey: string, sortKey?: string): Table {
    return new Table(this, id, {
      tableName,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey === undefined ? {} : { sortKey: { name: sortKey, type: AttributeType.STRING } }),
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
