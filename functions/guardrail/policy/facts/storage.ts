/** What happens to a bucket's and a volume's protection. */
import type { PolicyContext } from "../../../../config/policies/context.ts";
import type { JudgedStep } from "../step.ts";

const FLAG = /^PublicAccessBlockConfiguration\./;

export function storageFacts({ promised }: JudgedStep): PolicyContext["storage"] {
  const block = promised.GetPublicAccessBlock ?? {};
  return {
    opensPublicAccess: Object.entries(block).some(([column, value]) => (FLAG.test(column) && value !== true) || (column === "Absent" && value !== null)),
  };
}
