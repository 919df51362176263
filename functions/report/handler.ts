import { required } from "../shared/environment.ts";
import { buckets } from "./buckets.ts";
import { makeHandler } from "./report.ts";

export const handler = makeHandler({ ...buckets(required("EVIDENCE_BUCKET"), required("REPORT_BUCKET")), now: () => new Date() });
