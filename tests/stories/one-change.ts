/** One change as a story needs it: what is asked for, what root sees of it, and the same write by hand. */
import type { MutableService } from "../../config/catalog/services.ts";
import type { root } from "./local.ts";

export const REGION = "us-east-1";
export const tagsOf = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

export interface OneChange {
  readonly service: MutableService;
  readonly region: string;
  readonly operation: string;
  readonly input: object;
  /** The resource that is changed. */
  readonly resource: string;
  /** What root sees of it. */
  readonly look: () => Promise<unknown>;
  readonly becomes: (before: unknown) => unknown;
  /** IAM actions of the change and of its undo. */
  readonly actions: readonly [readonly string[], readonly string[]];
  /** The same write, to the planned resource or to another. */
  readonly write: (settings: ReturnType<typeof root>, to: "planned" | "other") => Promise<unknown>;
}
