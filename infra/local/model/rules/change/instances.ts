/** Orders about instances and volumes. */
import { tagsIn, textAt, valuesAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { INSTANCES } from "../concepts/ec2-instances.ts";
import { VOLUMES } from "../concepts/ec2-storage.ts";
import { type Change, type Draft, type OrderReader, ordered } from "./order.ts";

const NAMES = "instances?|servers?|virtual machines?|vms?|i-[0-9a-f]{8,17}|it|them|these|those";
const stateOf = (item: Item) => textAt(item.fields, "State.Name");

/** One state change; `from`: states it is done in. */
function turned(verb: string, operation: string, label: string, settled: string, from: readonly string[], wary?: true): OrderReader {
  return ordered(
    new RegExp(`\\b(?:${verb})\\b(?=.*\\b(?:${NAMES})\\b)`, "i"),
    (): Omit<Change, "kind" | "words"> => ({
      label,
      settled,
      concept: INSTANCES,
      reads: [],
      ...(wary ? { wary } : {}),
      open: (item) => {
        const state = stateOf(item);
        return state === undefined ? undefined : from.includes(state);
      },
      drafts: (item) => [
        {
          service: "ec2",
          region: item.region,
          operation,
          input: { InstanceId: textAt(item.fields, "InstanceId") },
          reason: `It is ${stateOf(item)}.`,
        },
      ],
    }),
  );
}

const volumes: OrderReader = (clause) => {
  const words = /\b(?:delete|remove|clean up|release)(?=.*\b(?:volumes?|disks?|vol-[0-9a-f]{8,17})\b)/i.exec(clause)?.[0];
  if (words === undefined) return undefined;
  const bare = /,?\s*without (?:a |any |taking )*(?:backups?|snapshots?)\b/i.exec(clause)?.[0];
  const safe =
    /,?\s*(?:and )?(?:(?:after|with|once) (?:a |taking |you have taken )*(?:backups?|snapshots?)(?: of (?:it|them|each))?(?: first)?|(?:take|make|create) (?:a )?snapshots?(?: of (?:it|them|each))? first|snapshots? first)\b/i.exec(
      clause,
    )?.[0];
  return {
    kind: "change",
    label: bare === undefined ? "take a snapshot of and delete" : "delete",
    settled: "are attached or gone",
    words: [words, ...[bare, safe].flatMap((found) => found ?? [])],
    concept: VOLUMES,
    reads: [],
    wary: true,
    open: (item) => valuesAt(item.fields, "Attachments.InstanceId").length === 0 && textAt(item.fields, "State") === "available",
    drafts: (item) => {
      const VolumeId = textAt(item.fields, "VolumeId") ?? "";
      const Tags = Object.fromEntries(Object.entries(tagsIn(item.fields.Tags)).filter(([key]) => !/^(?:aws:|Created(?:By|Date)$)/i.test(key)));
      const place = { service: "ec2", region: item.region };
      const snapshot: Draft = {
        ...place,
        operation: "CreateSnapshot",
        input: { VolumeId, Description: `Before ${VolumeId} is deleted`, Tags },
        reason: "What it holds stays in the snapshot.",
      };
      const removal: Draft = { ...place, operation: "DeleteVolume", input: { VolumeId }, reason: "It is attached to nothing." };
      return bare === undefined ? [snapshot, removal] : [removal];
    },
  };
};

export const COMPUTE_ORDERS: readonly OrderReader[] = [
  turned("stop|shut down|power off|turn off|switch off", "StopInstances", "stop", "are not running", ["running", "pending"], true),
  turned("start|power on|turn on|switch on|boot", "StartInstances", "start", "are running or can't be started", ["stopped"], true),
  turned("terminate|destroy|delete|remove", "TerminateInstances", "terminate", "are terminated", ["running", "stopped", "stopping", "pending"], true),
  volumes,
];
