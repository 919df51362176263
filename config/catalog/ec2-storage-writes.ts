/** Writes of volumes and snapshots. */
import * as z from "zod";
import { arnOf, id, shows, tagSpecifications, tagsOnCreate } from "./ec2-parts.ts";
import { PRICE_REGION, snapshotMonthlyUsd, volumeMonthlyUsd } from "./prices.ts";
import { firstRow, Tags } from "./tag-parts.ts";
import { defineWrite, type State } from "./write.ts";

const VolumeId = id("vol");
const VOLUME = arnOf("volume", "${VolumeId}");
/** EC2 gives snapshots no account in their ARN. */
const SNAPSHOTS = "arn:aws:ec2:${region}::snapshot/*";
const volume = shows("DescribeVolumes", "volume-id", "VolumeId", ["State", "Size", "VolumeType", "Encrypted", "Attachments.InstanceId", "Tags"]);
const snapshot = shows("DescribeSnapshots", "snapshot-id", "SnapshotId", ["State", "VolumeId", "VolumeSize", "Encrypted", "Tags"]);
const sizeOf = (before: State) => Number(firstRow(before, "DescribeVolumes").Size ?? 0);

export const ec2StorageWrites = {
  CreateSnapshot: defineWrite({
    summary: "Takes a snapshot of a volume; it is encrypted if the volume is.",
    entity: "snapshot",
    class: "non-destructive",
    permissions: [
      {
        action: "ec2:CreateSnapshot",
        resource: SNAPSHOTS,
        why: "A snapshot that is being made has no id yet: the request's tag stands for it.",
        onCreate: true,
      },
      { action: "ec2:CreateSnapshot", resource: VOLUME },
      ...tagsOnCreate("CreateSnapshot", "snapshot").map((permission) => ({ ...permission, resource: SNAPSHOTS }) as const),
    ],
    input: z.strictObject({ VolumeId, Description: z.string().regex(/^[\x20-\x7e]{1,255}$/), Tags }),
    arn: SNAPSHOTS,
    creates: { from: "CreateSnapshot", outputs: { SnapshotId: "SnapshotId" } },
    tagged: true,
    storesData: true,
    before: [{ ...volume, context: true }],
    after: [snapshot],
    calls: [
      {
        command: "CreateSnapshot",
        input: ({ VolumeId, Description, Tags }) => ({ VolumeId, Description, TagSpecifications: tagSpecifications(Tags, "snapshot") }),
      },
    ],
    promises: ({ VolumeId, Tags }) => ({ DescribeSnapshots: { State: "completed", VolumeId, Tags } }),
    settling: { operation: "DescribeSnapshots", column: "State", values: ["pending"], seconds: 420 },
    inverse: (_, __, output) => ({ operation: "DeleteSnapshot", input: { SnapshotId: output("SnapshotId") } }),
    reversible: "yes",
    idempotency: { kind: "none", lookAt: "DescribeSnapshots of the volume: is there one with this request's CoworkerRequest tag?" },
    cost: (_, before) => ({
      before: 0,
      after: snapshotMonthlyUsd(sizeOf(before)),
      basis: `${sizeOf(before)} GiB at most × snapshot storage, ${PRICE_REGION} list price`,
    }),
    seconds: 180,
  }),
  DeleteSnapshot: defineWrite({
    summary: "Deletes a snapshot that a request made.",
    entity: "snapshot",
    class: "destructive",
    inverseOnly: true,
    permissions: [{ action: "ec2:DeleteSnapshot", resource: "arn:aws:ec2:${region}::snapshot/${SnapshotId}" }],
    input: z.strictObject({ SnapshotId: id("snap") }),
    references: ["SnapshotId"],
    arn: "arn:aws:ec2:${region}::snapshot/${SnapshotId}",
    before: [snapshot],
    calls: [{ command: "DeleteSnapshot", input: ({ SnapshotId }) => ({ SnapshotId }), already: ["InvalidSnapshot.NotFound"] }],
    promises: () => ({ DescribeSnapshots: null }),
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the snapshot"],
    idempotency: { kind: "natural" },
    seconds: 5,
  }),
  DeleteVolume: defineWrite({
    summary: "Deletes a volume that is attached to nothing, with all its data.",
    entity: "volume",
    class: "destructive",
    permissions: [{ action: "ec2:DeleteVolume", resource: VOLUME }],
    input: z.strictObject({ VolumeId }),
    arn: VOLUME,
    before: [volume],
    calls: [{ command: "DeleteVolume", input: ({ VolumeId }) => ({ VolumeId }), already: ["InvalidVolume.NotFound"] }],
    promises: () => ({ DescribeVolumes: null }),
    settling: { operation: "DescribeVolumes", column: "State", values: ["available", "deleting", "deleted"], seconds: 120 },
    inverse: () => null,
    reversible: "no",
    notRestorable: ["the volume and its data; a snapshot taken before makes another volume"],
    idempotency: { kind: "natural" },
    cost: (_, before) => {
      const type = String(firstRow(before, "DescribeVolumes").VolumeType);
      const monthly = volumeMonthlyUsd(type, sizeOf(before));
      return {
        before: monthly ?? 0,
        after: 0,
        basis: monthly === null ? `unknown type ${type}: no list price here` : `${sizeOf(before)} GiB × ${type}, ${PRICE_REGION} list price`,
      };
    },
    seconds: 30,
  }),
} as const;
