/** The register: every service's catalog, by name. */
import { cloudtrail } from "./cloudtrail.ts";
import type { ReadDefinition, ServiceDefinition } from "./define.ts";
import { ec2 } from "./ec2.ts";
import { iam } from "./iam.ts";
import { lambda } from "./lambda.ts";
import { s3 } from "./s3.ts";
import { SERVICES, type ServiceName } from "./services.ts";
import type { WriteDefinition } from "./write.ts";

export const CATALOG: Readonly<Record<ServiceName, ServiceDefinition>> = { ec2, s3, iam, lambda, cloudtrail };

export function isService(name: string): name is ServiceName {
  return (SERVICES as readonly string[]).includes(name);
}

/** The entry of an operation, or undefined: an operation outside the catalog does not exist for the system. */
export function findRead(service: ServiceName, operation: string): ReadDefinition | undefined {
  const { reads } = CATALOG[service];
  return Object.hasOwn(reads, operation) ? reads[operation] : undefined;
}

/** The entry of a write, or undefined: a change outside the catalog does not exist for the system. */
export function findWrite(service: ServiceName, operation: string): WriteDefinition | undefined {
  const writes = CATALOG[service].writes ?? {};
  return Object.hasOwn(writes, operation) ? writes[operation] : undefined;
}
