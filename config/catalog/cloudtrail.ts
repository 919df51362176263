import * as z from "zod";
import { defineService } from "./define.ts";

const NO_RESOURCE = "CloudTrail has no resource-level permission for this action";
const trailArn = z.string().regex(/^arn:aws:cloudtrail:[a-z0-9-]{1,30}:\d{12}:trail\/[A-Za-z0-9._-]{3,128}$/);
/** A name, or the ARN that a trail of another region or of the organization needs (CloudTrail API reference, DescribeTrails). */
const trail = z.union([z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/), trailArn]);
const moment = z.iso.datetime({ offset: true });

/** What one event may be looked up by (CloudTrail API reference, LookupAttribute). */
const ATTRIBUTES = ["AccessKeyId", "EventId", "EventName", "EventSource", "ReadOnly", "ResourceName", "ResourceType", "Username"] as const;

/** Reads of the audit log: trails, and who did what. An event's full text holds request parameters and stays out (Y-15). */
export const cloudtrail = defineService({
  service: "cloudtrail",
  scope: "regional",
  about: "audit trails: is the account's activity logged, and recent management events: who changed what, when",
  reads: {
    DescribeTrails: {
      summary: "Trails of a region, with those of other regions and of the organization that log here too (their HomeRegion differs).",
      entity: "trail",
      permissions: [{ action: "cloudtrail:DescribeTrails", resource: "*", why: NO_RESOURCE }],
      input: z.strictObject({ trailNameList: z.array(trail).min(1).max(50).optional(), includeShadowTrails: z.boolean().optional() }),
      items: "trailList[]",
      project: {
        Name: true,
        TrailARN: true,
        HomeRegion: true,
        IsMultiRegionTrail: true,
        IsOrganizationTrail: true,
        IncludeGlobalServiceEvents: true,
        LogFileValidationEnabled: true,
        KmsKeyId: true,
        S3BucketName: true,
        CloudWatchLogsLogGroupArn: true,
      },
      arn: "${TrailARN}",
    },
    GetTrailStatus: {
      summary: "Whether a trail is logging now (IsLogging), since when, and its last delivery and delivery error.",
      entity: "trail",
      // An organization's trail belongs to the management account: its own account id is not the member's.
      permissions: [{ action: "cloudtrail:GetTrailStatus", resource: "arn:aws:cloudtrail:${region}:*:trail/*" }],
      input: z.strictObject({ Name: trailArn.optional() }),
      each: { list: "DescribeTrails", bind: { Name: "TrailARN" } },
      project: {
        IsLogging: true,
        StartLoggingTime: true,
        StopLoggingTime: true,
        LatestDeliveryTime: true,
        LatestDeliveryError: true,
        LatestDigestDeliveryError: true,
        LatestCloudWatchLogsDeliveryError: true,
      },
      arn: "${Name}",
    },
    LookupEvents: {
      summary:
        "Management events of the last 90 days in a region, newest first: who did what to which resource. At most 1,000: narrow it by time or by one attribute (ReadOnly false finds changes).",
      entity: "event",
      permissions: [{ action: "cloudtrail:LookupEvents", resource: "*", why: NO_RESOURCE }],
      input: z.strictObject({
        LookupAttributes: z
          .array(z.strictObject({ AttributeKey: z.enum(ATTRIBUTES), AttributeValue: z.string().regex(/^\P{Cc}{1,2000}$/u) }))
          .length(1)
          .optional(),
        StartTime: moment.optional(),
        EndTime: moment.optional(),
      }),
      times: ["StartTime", "EndTime"],
      // 50 events a call, 2 calls a second an account and region (CloudTrail API reference): 1,000 take 10 seconds.
      paginate: { request: "NextToken", response: "NextToken", limit: { field: "MaxResults", value: 50 }, maxItems: 1000 },
      items: "Events[]",
      project: {
        EventTime: true,
        EventName: true,
        EventSource: true,
        Username: true,
        ReadOnly: true,
        Resources: { ResourceType: true, ResourceName: true },
        EventId: true,
      },
      drop: { Events: { CloudTrailEvent: true } },
    },
  },
});
