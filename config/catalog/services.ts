/** Services with a catalog file; a name is also the worker's, its folder file's and its role's. */
export const SERVICES = ["ec2", "s3", "iam", "lambda", "cloudtrail"] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Services whose catalog has writes: a mutation worker and role each. */
export const MUTABLE_SERVICES = ["ec2", "s3", "iam", "lambda"] as const satisfies readonly ServiceName[];
export type MutableService = (typeof MUTABLE_SERVICES)[number];

export function isMutable(service: ServiceName): service is MutableService {
  return (MUTABLE_SERVICES as readonly string[]).includes(service);
}
