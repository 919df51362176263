/** Volumes and snapshots. */
import { textAt, valueAt, valuesAt } from "../cells.ts";
import type { Concept, Reader } from "./concept.ts";
import { either, having, lacking, not, parameter } from "./phrases.ts";

const encryptedField = (risk: "medium" | "low"): Reader =>
  either({
    no: [lacking("encryption"), not("encrypted")],
    yes: [having("encryption"), "encrypted\\b"],
    label: "are encrypted",
    opposite: "are not encrypted",
    oppositeSeverity: risk,
    test: ({ fields }) => valueAt(fields, "Encrypted") === true,
  });

const sizeReader = (field: string): Reader =>
  parameter(/\b(larger|bigger|smaller) than (\d+) ?(?:gib|gb)\b/i, ([, comparison = "", amount]) => {
    const size = Number(amount);
    const larger = comparison.toLowerCase() !== "smaller";
    return {
      label: `are ${larger ? "larger" : "smaller"} than ${size} GiB`,
      severity: "info",
      reads: [],
      test: ({ fields }) => (larger ? Number(textAt(fields, field)) > size : Number(textAt(fields, field)) < size),
    };
  });

export const VOLUMES: Concept = {
  service: "ec2",
  noun: "volume",
  plural: "volumes",
  words: /\b(?:ebs )?(?:volumes?|disks?)\b/i,
  base: "DescribeVolumes",
  key: "VolumeId",
  created: "CreateTime",
  tags: { operation: "DescribeVolumes", column: "Tags" },
  joins: {},
  groups: { type: "VolumeType", state: "State" },
  readers: [
    encryptedField("medium"),
    either({
      no: [
        not("attached(?: to (?:any(?:thing| instance)?|an instance))?"),
        "detached",
        "available\\b",
        "orphaned",
        not("in use"),
        "unused",
        not("used"),
        "attached to nothing",
        "idle\\b",
      ],
      yes: ["attached\\b", "in[- ]use\\b"],
      label: "are attached",
      opposite: "are unattached",
      oppositeSeverity: "low",
      test: ({ fields }) => valuesAt(fields, "Attachments.InstanceId").length > 0 || textAt(fields, "State") === "in-use",
    }),
    parameter(/\b(?:(?:of )?type )?(gp2|gp3|io1|io2|st1|sc1|standard)\b/i, ([, type = ""]) => ({
      label: `are of type ${type.toLowerCase()}`,
      severity: "info",
      reads: [],
      test: ({ fields }) => textAt(fields, "VolumeType") === type.toLowerCase(),
    })),
    sizeReader("Size"),
  ],
};

export const SNAPSHOTS: Concept = {
  service: "ec2",
  noun: "snapshot",
  plural: "snapshots",
  words: /\b(?:ebs )?snapshots?\b/i,
  base: "DescribeSnapshots",
  key: "SnapshotId",
  created: "StartTime",
  tags: { operation: "DescribeSnapshots", column: "Tags" },
  joins: {},
  readers: [encryptedField("medium"), sizeReader("VolumeSize")],
};
