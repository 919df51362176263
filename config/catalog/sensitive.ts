/**
 * Reads that hand out secrets, customer content or code: no catalog entry may need one (governance Y-15,
 * A07). AWS files several of them as "Read" or "List", so a prefix rule would let them in.
 */
const SENSITIVE_ACTIONS: ReadonlySet<string> = new Set(
  [
    "apigateway:GET",
    "appconfig:GetLatestConfiguration",
    "athena:GetQueryResults",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "cognito-identity:GetCredentialsForIdentity",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetLaunchTemplateData",
    "ec2:GetPasswordData",
    "ecr:GetAuthorizationToken",
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetQueryResults",
    "rds:DownloadDBLogFilePortion",
    "s3:GetObject",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "sts:AssumeRole",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
  ].map((action) => action.toLowerCase()),
);

/** Whether an IAM action (any case) may never be held by a discovery role. */
export function isSensitiveAction(action: string): boolean {
  return SENSITIVE_ACTIONS.has(action.toLowerCase());
}

/** Sorted, for tests and docs. */
export const sensitiveActions: readonly string[] = [...SENSITIVE_ACTIONS].sort();
