/**
 * AWS managed policies of everything or of a whole service (B08, I04; AWS Managed Policy Reference). A role may be rid of
 * one whatever the settings list; nothing here attaches one again.
 */
export const FULL_ACCESS_POLICIES: readonly string[] = [
  "AdministratorAccess",
  "PowerUserAccess",
  "IAMFullAccess",
  "AmazonEC2FullAccess",
  "AmazonVPCFullAccess",
  "AmazonS3FullAccess",
  "AWSLambda_FullAccess",
  "AmazonBedrockFullAccess",
  "AmazonDynamoDBFullAccess",
  "AmazonRDSFullAccess",
  "AmazonSQSFullAccess",
  "AmazonSNSFullAccess",
  "AmazonSSMFullAccess",
  "AWSStepFunctionsFullAccess",
  "AWSCloudFormationFullAccess",
  "CloudWatchFullAccess",
  "CloudWatchFullAccessV2",
  "CloudWatchLogsFullAccess",
].map((name) => `arn:aws:iam::aws:policy/${name}`);
