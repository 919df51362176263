/** Orders that make what is there safer: IMDSv2 of instances, a role's boundary, how a function's URL is authorized. */
import { textAt } from "../cells.ts";
import type { Item } from "../concepts/concept.ts";
import { INSTANCES } from "../concepts/ec2-instances.ts";
import { ROLES } from "../concepts/iam-roles.ts";
import { FUNCTIONS } from "../concepts/lambda.ts";
import { type OrderReader, ordered, unclear } from "./order.ts";
import { roleOf } from "./role.ts";

const DEMAND = "(?:require|enforce|demand|enable|turn on|switch on|set up)";

const tokens = ordered(
  new RegExp(`\\b(?:${DEMAND} (?:the use of )?imds ?v2(?: only)?|(?:disable|turn off|switch off) imds ?v1)\\b(?: (?:on|for|of))?`, "i"),
  () => ({
    label: "require IMDSv2 of",
    settled: "require IMDSv2",
    concept: INSTANCES,
    reads: [],
    open: ({ fields }) => (textAt(fields, "State.Name") === "terminated" ? false : textAt(fields, "MetadataOptions.HttpTokens") !== "required"),
    drafts: ({ fields, region }) => [
      {
        service: "ec2",
        region,
        operation: "ModifyInstanceMetadataOptions",
        input: { InstanceId: textAt(fields, "InstanceId") },
        reason: "It still lets IMDSv1 be used.",
      },
    ],
  }),
);

const URLS = new RegExp(
  `\\b${DEMAND} (?:aws[ _])?(?:iam )?(?:authentication|authorization|auth)\\b(?: (?:on|for|of|at|by))?(?: (?:the|every|all))? (?:public |open )?(?:function )?urls?(?: (?:of|for|on))?`,
  "i",
);
const url = ordered(URLS, () => ({
  label: "require IAM authentication on the URL of",
  settled: "have no URL that anybody may call",
  concept: FUNCTIONS,
  reads: ["GetFunctionUrlConfig"],
  wary: true,
  open: (item) => {
    const row = item.one("GetFunctionUrlConfig");
    return row && textAt(row, "AuthType") === "NONE";
  },
  drafts: ({ fields, region }) => [
    {
      service: "lambda",
      region,
      operation: "UpdateFunctionUrlConfig",
      input: { FunctionName: textAt(fields, "FunctionName") },
      reason: "Its URL's AuthType is NONE.",
    },
  ],
}));

const BOUNDARY =
  /\b(?:put|set|add|apply|attach) (?:(?:the|a|an) )?(?:iam )?(?:permissions? )?boundary\b(?: (?:policy |named |called )*["']?(arn:aws:iam::\d{12}:policy\/[\w+=,.@/-]*\w|[\w+=,.@/-]*\w)["']?(?= (?:on|to|for)\b))?/i;
const boundary: OrderReader = (clause) => {
  const [words, name] = BOUNDARY.exec(clause) ?? [];
  if (words === undefined) return undefined;
  if (name === undefined) return unclear('which boundary: the policy\'s name or ARN, as in "put the boundary NAME on the role …"');
  const arn = ({ account }: Item) => (name.startsWith("arn:") ? name : `arn:aws:iam::${account}:policy/${name}`);
  return {
    kind: "change",
    label: `put the boundary ${name} on`,
    settled: "have a boundary",
    words: [words],
    concept: ROLES,
    reads: ["GetRole"],
    wary: true,
    open: (item) => {
      const row = item.one("GetRole");
      return row && textAt(row, "PermissionsBoundary.PermissionsBoundaryArn") === undefined;
    },
    drafts: (item) => [
      {
        service: "iam",
        region: "global",
        operation: "PutRolePermissionsBoundary",
        input: { ...roleOf(item), PermissionsBoundary: arn(item) },
        reason: "It has no boundary.",
      },
    ],
  };
};

export const HARDENING_ORDERS: readonly OrderReader[] = [tokens, url, boundary];
