import { z } from "zod";
import { defineService } from "../../../config/catalog/define.ts";
import type { ReadContext } from "../../../functions/discovery/pages.ts";
import type { ConnectedService } from "../../../functions/discovery/service.ts";
import { SANDBOX } from "../shared/samples.ts";

export const ROLE = "aws-coworker/aws-coworker-discovery-s3";
const permissions = [{ action: "s3:ListAllMyBuckets", resource: "*", why: "a test's service" }] as const;
const bucket = z.strictObject({ Bucket: z.string().optional() });

/** A service with one of everything: pages, a bound, per-resource reads one and two deep, absence, drops and tags. */
export const toy = defineService({
  service: "s3",
  scope: "global",
  regionField: "BucketRegion",
  about: "toys",
  reads: {
    ListBuckets: {
      summary: "Buckets.",
      entity: "bucket",
      permissions,
      input: z.strictObject({ Prefix: z.string().optional(), BucketIds: z.array(z.string()).optional() }),
      paginate: { request: "Token", response: "Next.Token", limit: { field: "Max", value: 2 }, maxItems: 1000 },
      items: "Buckets[]",
      project: { Name: true, BucketRegion: true, CreationDate: true, Tags: "tags" },
      drop: { Buckets: { Secret: true, Inner: { Value: true } } },
      arn: "arn:aws:s3:::${Name}",
    },
    GetPolicy: {
      summary: "Policy of a bucket.",
      entity: "bucket",
      permissions: [{ action: "s3:GetBucketPolicy", resource: "arn:aws:s3:::*" }],
      input: bucket,
      fixed: { Owner: "me" },
      each: { list: "ListBuckets", bind: { Bucket: "Name" } },
      owner: "ExpectedBucketOwner",
      project: { Policy: "json" },
      arn: "arn:aws:s3:::${Bucket}",
      absent: ["NoSuchPolicy", "ResourceNotFoundException"],
    },
    ListKeys: {
      summary: "Keys of a bucket.",
      entity: "key",
      permissions,
      input: bucket,
      each: { list: "ListBuckets", bind: { Bucket: "Name" } },
      items: "Keys[]",
      project: { Value: true },
    },
    GetKey: {
      summary: "One key.",
      entity: "key",
      permissions,
      input: z.strictObject({ Bucket: z.string().optional(), Key: z.string().optional() }),
      each: { list: "ListKeys", bind: { Bucket: "Bucket", Key: "Value" } },
      project: { Size: true },
    },
    ListEvents: {
      summary: "Events.",
      entity: "event",
      permissions,
      input: z.strictObject({}),
      paginate: { request: "Token", response: "Token", maxItems: 3 },
      items: "Events[]",
      project: { Id: true },
    },
  },
});

export interface Sent {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Answers each call by `answer` (an Error is thrown) and keeps what was sent. */
export function fakeService(answer: (operation: string, input: Record<string, unknown>) => unknown): ConnectedService & { readonly sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    async send(operation, input) {
      sent.push({ operation, input });
      const given = await answer(operation, input);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}

/** A list of buckets in pages of two, and a policy for each. */
export const buckets =
  (names: readonly string[], more: Record<string, unknown> = {}) =>
  (operation: string, input: Record<string, unknown>): unknown => {
    if (operation !== "ListBuckets") return { $metadata: { requestId: "secret-metadata" }, Policy: JSON.stringify({ of: input.Bucket }) };
    const from = Number(input.Token ?? 0);
    const next = from + 2 < names.length ? { Next: { Token: String(from + 2) } } : {};
    return {
      $metadata: {},
      Buckets: names.slice(from, from + 2).map((Name, index) => ({ Name, BucketRegion: (from + index) % 2 === 0 ? "us-east-1" : "eu-west-1", ...more })),
      ...next,
    };
  };

export const reading = (connected: ConnectedService, changes: Partial<ReadContext> = {}): ReadContext => ({
  definition: toy,
  connected,
  target: { account: SANDBOX, region: "global" },
  role: ROLE,
  shard: { index: 0, of: 1 },
  fanOut: 4,
  late: () => false,
  ...changes,
});
