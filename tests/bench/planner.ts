/** Stands for the planner: discovers once, then answers; its tokens are estimated from the bytes it was sent. */
import type { ServiceName } from "../../config/catalog/services.ts";
import type { Invoke } from "../../functions/shared/model.ts";
import { SANDBOX } from "../functions/shared/samples.ts";
import type { FakeAws } from "./fake-aws.ts";
import { estimateTokens } from "./tokens.ts";

const READ: Readonly<Record<ServiceName, string>> = {
  ec2: "DescribeInstances",
  s3: "GetPublicAccessBlock",
  iam: "ListRoles",
  lambda: "ListFunctions",
  cloudtrail: "DescribeTrails",
};

const ANSWER = {
  answer: "12 of 100 buckets have no public access block. ".repeat(10),
  findings: [
    {
      title: "A bucket without public access block",
      severity: "high",
      detail: "All four settings are off.",
      resources: ["arn:aws:s3:::acme-webshop-assets-000"],
      evidence: ["r1c1.1"],
    },
  ],
};

export function planner(services: readonly ServiceName[], aws: FakeAws): { readonly invoke: Invoke; bytes(): number } {
  let round = 0;
  let bytes = 0;
  return {
    bytes: () => bytes,
    invoke: (_, body) =>
      aws.outside(() => {
        round++;
        bytes += Buffer.byteLength(body);
        const tasks = services.map((service) => ({ service, accounts: [SANDBOX], regions: [], reads: [{ operation: READ[service], input: {} }] }));
        const [name, input] = round === 1 ? ["discover", { rationale: "What the question is about.", tasks }] : ["answer", ANSWER];
        const content = [{ type: "tool_use", id: `toolu_${round}`, name, input }];
        const usage = {
          input_tokens: estimateTokens(Buffer.byteLength(body)),
          output_tokens: estimateTokens(Buffer.byteLength(JSON.stringify(content))),
          cache_read_input_tokens: 0,
          cache_creation_input_tokens: 0,
        };
        return Buffer.from(JSON.stringify({ id: "msg", type: "message", role: "assistant", content, stop_reason: "tool_use", usage }));
      }),
  };
}
