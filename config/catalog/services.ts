/** Services with a catalog file; a name is also the worker's, its folder file's and its role's. */
export const SERVICES = ["ec2", "s3", "iam", "lambda", "cloudtrail"] as const;
export type ServiceName = (typeof SERVICES)[number];
