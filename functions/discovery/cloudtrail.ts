import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { cloudtrail } from "../../config/catalog/cloudtrail.ts";
import { discoveryService } from "./service.ts";

export const cloudtrailService = discoveryService(cloudtrail, {
  client: (configuration) => new CloudTrailClient(configuration),
  commands: {
    DescribeTrails: DescribeTrailsCommand,
    GetTrailStatus: GetTrailStatusCommand,
    LookupEvents: LookupEventsCommand,
  },
});
