/** Instances. */
import { textAt, valuesAt } from "../cells.ts";
import type { Concept, Reader } from "./concept.ts";
import { either, having, lacking, not, parameter } from "./phrases.ts";

const stateIs = (word: string, state: string): Reader =>
  either({
    no: [not(word)],
    yes: [`${word}\\b`],
    label: `are ${state}`,
    opposite: `are not ${state}`,
    test: ({ fields }) => textAt(fields, "State.Name") === state,
  });

const PUBLIC_ADDRESS = "public(?: ipv4)?(?:(?: ip)?(?: addresse?s?)|(?: ips?))";
const TYPE =
  /\b(?:of |instance )?type (?:of |is )?["']?([a-z0-9-]+(?:\.[a-z0-9-]+)?)\b|\b([a-z]+\d[a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal[\w-]*))\b/i;

const typeReader: Reader = parameter(TYPE, ([, named, plain]) => {
  const type = (named ?? plain ?? "").toLowerCase();
  return {
    label: `are of type ${type}`,
    severity: "info",
    reads: [],
    test: ({ fields }) => textAt(fields, "InstanceType") === type || textAt(fields, "InstanceType")?.split(".")[0] === type,
  };
});

export const INSTANCES: Concept = {
  service: "ec2",
  noun: "instance",
  plural: "instances",
  words: /\b(?:ec2 )?(?:instances?|servers?|virtual machines?|vms?)\b/i,
  implied: /\bimds ?v[12]\b/i,
  base: "DescribeInstances",
  key: "InstanceId",
  created: "LaunchTime",
  tags: { operation: "DescribeInstances", column: "Tags" },
  joins: {},
  groups: { type: "InstanceType", state: "State.Name" },
  readers: [
    either({
      no: [lacking("imds ?v2"), "imds ?v1\\b", "(?:allow|allows|allowing|using|use|still on|with) imds ?v1\\b"],
      yes: [having("imds ?v2"), "imds ?v2(?: only)?"],
      label: "require IMDSv2",
      opposite: "don't require IMDSv2",
      oppositeSeverity: "medium",
      test: ({ fields }) => textAt(fields, "MetadataOptions.HttpTokens") === "required",
    }),
    either({
      no: [lacking(PUBLIC_ADDRESS), "not public(?:ly \\w+)?\\b", "private\\b"],
      yes: [having(PUBLIC_ADDRESS), `${PUBLIC_ADDRESS}\\b`, "public(?:ly (?:reachable|accessible|addressable|exposed))?\\b", "internet[- ]facing"],
      label: "have a public address",
      opposite: "have no public address",
      severity: "medium",
      test: ({ fields }) => valuesAt(fields, "PublicIpAddress").length > 0,
    }),
    either({
      no: [lacking("(?:instance profiles?|iam roles?|roles?)")],
      yes: [having("(?:instance profiles?|iam roles?|roles?)")],
      label: "have an instance profile",
      opposite: "have no instance profile",
      oppositeSeverity: "low",
      test: ({ fields }) => valuesAt(fields, "IamInstanceProfile.Arn").length > 0,
    }),
    either({
      no: [lacking("(?:detailed )?monitoring")],
      yes: [having("(?:detailed )?monitoring")],
      label: "have detailed monitoring",
      opposite: "have no detailed monitoring",
      oppositeSeverity: "low",
      test: ({ fields }) => textAt(fields, "Monitoring.State") === "enabled",
    }),
    typeReader,
    stateIs("running", "running"),
    stateIs("stopped", "stopped"),
    stateIs("terminated", "terminated"),
    stateIs("pending", "pending"),
  ],
};
