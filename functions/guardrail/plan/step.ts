/** A proposed step that the catalog, the registry and the settings know: what every later stage works on. */
import type { Environment } from "../../../config/accounts.ts";
import { CATALOG } from "../../../config/catalog/index.ts";
import type { MutableService, ServiceName } from "../../../config/catalog/services.ts";
import { filled } from "../../../config/catalog/state.ts";
import type { StepInput, WriteDefinition } from "../../../config/catalog/write.ts";

export interface ResolvedStep {
  readonly id: string;
  readonly service: MutableService;
  readonly operation: string;
  readonly write: WriteDefinition;
  readonly account: string;
  /** The registry's, or what the request or a tag made stricter (law 5). */
  readonly environment: Environment;
  /** Where the resource lives; of a bucket as proposed, until it is read. */
  readonly region: string;
  /** As the catalog's schema parsed it, references as they stand. */
  readonly input: StepInput;
  readonly dependsOn: readonly string[];
  readonly reason: string;
}

/** Where reads of a service are sent: a global service has one place an account. */
export function readRegion({ service, region }: { readonly service: ServiceName; readonly region: string }): string {
  return CATALOG[service].scope === "global" ? "global" : region;
}

/** The ARN, or the type's pattern for what does not exist yet. */
export function resourceOf({ write, input, account, region }: Pick<ResolvedStep, "write" | "input" | "account" | "region">): string {
  return filled(write.arn, input, { account, region });
}
