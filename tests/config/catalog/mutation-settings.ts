/** Settings in which every list of changes has something in it. */
import type { Settings } from "../../../config/settings.ts";
import { parseSettings } from "../../../config/settings.ts";
import { ACCOUNT } from "./write-samples.ts";

export const OTHER_ACCOUNT = "333333333333";

const file = {
  deployment: {
    prefix: "aws-coworker",
    path: "/aws-coworker/",
    hub: { account: "000000000000", region: "us-east-1" },
    permissionsBoundary: null,
    retention: { logDays: 90, evidenceDays: 90, journalDays: 90 },
  },
  accounts: [
    { id: ACCOUNT, name: "acme-sandbox", environment: "sandbox", regions: ["us-east-1", "eu-west-1"], externalId: "acme-coworker-1" },
    { id: OTHER_ACCOUNT, name: "acme-development", environment: "development", regions: ["eu-central-1"], externalId: "acme-coworker-2" },
  ],
  scopes: [
    { account: ACCOUNT, services: ["ec2", "s3", "iam", "lambda"] },
    { account: OTHER_ACCOUNT, services: ["s3"] },
  ],
  models: { geography: "global" },
};

const iam = {
  rolePath: "/coworker-managed/",
  roleBoundary: "coworker-managed-boundary",
  attachablePolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", "coworker-managed/read-logs"],
  passableRoles: [
    { role: "coworker-managed/web", service: "ec2.amazonaws.com" },
    { role: "coworker-managed/thumbnailer", service: "lambda.amazonaws.com" },
  ],
};
const calendar = { timeZone: "UTC", businessHours: { days: [1], from: 9, to: 17 }, windows: [], freezes: [] };

export const settings: Settings = parseSettings({ ...file, changes: { iam, s3: { logBuckets: ["acme-access-logs"] }, calendar } }, "test");
/** As a deployment starts: nothing may be attached or passed. */
export const closedSettings: Settings = parseSettings(file, "test");
