/** All concepts. */
import { EVENTS, TRAILS } from "./cloudtrail.ts";
import type { Concept } from "./concept.ts";
import { INSTANCES, SNAPSHOTS, VOLUMES } from "./ec2-compute.ts";
import { ADDRESSES, OTHER_NETWORK, SUBNETS, VPCS } from "./ec2-network.ts";
import { SECURITY_GROUPS } from "./ec2-security-groups.ts";
import { PASSWORD_POLICY, ROLES, ROOT } from "./iam-roles.ts";
import { ACCESS_KEYS, USERS } from "./iam-users.ts";
import { FUNCTIONS } from "./lambda.ts";
import { BUCKETS } from "./s3.ts";

export const CONCEPTS: readonly Concept[] = [BUCKETS, INSTANCES, VOLUMES, SNAPSHOTS, SECURITY_GROUPS, VPCS, SUBNETS, ADDRESSES, ...OTHER_NETWORK, USERS, ACCESS_KEYS, ROLES, PASSWORD_POLICY, ROOT, FUNCTIONS, TRAILS, EVENTS];
