/** All concepts. */
import type { Concept } from "./concept.ts";
import { INSTANCES } from "./ec2-instances.ts";
import { ADDRESSES, OTHER_NETWORK, SUBNETS, VPCS } from "./ec2-network.ts";
import { SECURITY_GROUPS } from "./ec2-security-groups.ts";
import { SNAPSHOTS, VOLUMES } from "./ec2-storage.ts";
import { EVENTS } from "./events.ts";
import { PASSWORD_POLICY, ROOT } from "./iam-account.ts";
import { ROLES } from "./iam-roles.ts";
import { ACCESS_KEYS, USERS } from "./iam-users.ts";
import { FUNCTIONS } from "./lambda.ts";
import { BUCKETS } from "./s3.ts";
import { TRAILS } from "./trails.ts";

export const CONCEPTS: readonly Concept[] = [
  BUCKETS,
  INSTANCES,
  VOLUMES,
  SNAPSHOTS,
  SECURITY_GROUPS,
  VPCS,
  SUBNETS,
  ADDRESSES,
  ...OTHER_NETWORK,
  USERS,
  ACCESS_KEYS,
  ROLES,
  PASSWORD_POLICY,
  ROOT,
  FUNCTIONS,
  TRAILS,
  EVENTS,
];
