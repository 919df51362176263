/** The planner's part: one decision from the request, the evidence and the tools that are offered. */
import type { MessagesBody, ReplyBlock, Tool } from "../messages.ts";
import { textOf } from "../messages.ts";
import { answerQuestions } from "./answer/answer.ts";
import { listEvidence } from "./answer/listing.ts";
import { type Read, readsOffered, writesOffered } from "./catalog.ts";
import { planChange } from "./change/change.ts";
import { readVerdict } from "./change/verdict.ts";
import { type Evidence, type PlannerRequest, readEvidence, readRequest } from "./evidence.ts";
import { offline } from "./offline.ts";
import { type Understood, understand } from "./question/understand.ts";
import { type Need, readsByWords, readsNeeded, stillMissing } from "./reads.ts";

export const PLANNER_TOOLS = ["discover", "answer", "ask", "propose", "decline"] as const;
type PlannerTool = (typeof PLANNER_TOOLS)[number];

/** Rounds after which evidence that is still missing is no longer asked for. */
const LAST_DISCOVERY = 2;
const CLOUD_WORDS =
  /\b(?:aws|cloud|accounts?|regions?|secur\w*|complian\w*|cost\w*|infrastructure|resources?|servers?|network\w*|encrypt\w*|public\w*|tag\w*|expos\w*|permission\w*|access|audit\w*|risk\w*|misconfigur\w*|posture)\b/i;

export function plan({ messages, tools = [] }: MessagesBody, now: Date): ReplyBlock[] {
  const text = messages
    .filter(({ role }) => role === "user")
    .map(textOf)
    .join("\n");
  const request = readRequest(text);
  const offers = new Map(tools.map((tool) => [tool.name, tool]));
  const decide = (...choices: readonly { tool: PlannerTool; input: unknown }[]): ReplyBlock[] => {
    const choice = choices.find(({ tool }) => offers.has(tool));
    return choice
      ? [{ type: "tool_use", name: choice.tool, input: choice.input }]
      : [{ type: "text", text: offline("None of the tools offered fits what these rules would decide.") }];
  };
  if (!request)
    return decide({
      tool: "decline",
      input: { reason: offline("The prompt holds no <request> element with the request's JSON, so there is nothing to plan.") },
    });

  const understood = understand(request.request, request.targets, now);
  const { intent, questions, scope } = understood;
  const discover = offers.get("discover");
  const offered = discover ? readsOffered(discover) : [];
  const evidence = readEvidence(text);
  if (intent === "change") {
    const { targets, round } = request;
    const mayRead = discover !== undefined && round <= LAST_DISCOVERY;
    const proposing = offers.get("propose");
    const writes = proposing ? writesOffered(proposing) : new Set<string>();
    const decision = planChange({ text: understood.text, targets, evidence, offered, writes, mayRead, verdict: readVerdict(text), now });
    return decision.tool === "discover"
      ? decide({ tool: "discover", input: discovery(decision.needs, { ...understood, scope: decision.scope, investigate: false }, request) })
      : decide(decision, { tool: "decline", input: { reason: offline("What these rules would decide is not possible in this round.") } });
  }
  if (intent === "vague")
    return decide(ask("what to look at: a kind of resource (buckets, instances, security groups, users, roles, functions, trails …) and what about it"));
  if (scope.missing !== undefined) return decide(ask(`which account: none of this request's accounts is in ${scope.missing}`));

  const needs = questions.length > 0 ? readsNeeded(understood) : readsByWords(understood.text, offered);
  if (questions.length === 0 && needs.length === 0 && evidence.tables.length === 0) {
    return decide(
      CLOUD_WORDS.test(understood.text)
        ? ask("a kind of resource to look at, such as buckets, instances, security groups, users, roles, functions or trails")
        : { tool: "decline", input: { reason: offline("Nothing in the request names anything in an AWS account that these rules can look at.") } },
    );
  }
  const missing = discoverable(needs, understood, evidence, offered, request);
  if (discover && missing.length > 0) return decide({ tool: "discover", input: discovery(missing, understood, request) });
  return decide(
    {
      tool: "answer",
      input: questions.length > 0 ? answerQuestions(understood, evidence, request.targets) : listEvidence(understood, evidence, request.targets),
    },
    { tool: "decline", input: { reason: offline("Nothing could be read, and no further read is possible in this request.") } },
  );
}

function ask(missing: string): { tool: PlannerTool; input: unknown } {
  return { tool: "ask", input: { missing: [offline(missing)] } };
}

function discoverable(needs: readonly Need[], understood: Understood, evidence: Evidence, offered: readonly Read[], { round }: PlannerRequest): Need[] {
  if (round > LAST_DISCOVERY) return [];
  const possible = needs.filter((need) => offered.some(({ service, operation }) => service === need.service && operation === need.operation));
  return stillMissing(possible, understood, evidence);
}

/** One task a service; regions only when the text names some, and the service's own accounts. */
function discovery(needs: readonly Need[], { scope, investigate, text }: Understood, { round }: PlannerRequest): unknown {
  const services = [...new Set(needs.map(({ service }) => service))];
  const tasks = services.map((service) => {
    const reads = needs.filter((need) => need.service === service).map(({ operation, input }) => ({ operation, input }));
    return {
      service,
      accounts: scope.targets.map(({ account }) => account),
      regions: scope.regions,
      ...(investigate && round === 1 ? { reads: [], objective: text.slice(0, 1_000) } : { reads }),
    };
  });
  return {
    rationale: offline(`Reads that the words of the request need: ${needs.map(({ service, operation }) => `${service}:${operation}`).join(", ")}.`),
    tasks,
  };
}

export function isPlanner(tools: readonly Tool[]): boolean {
  return tools.some(({ name }) => (PLANNER_TOOLS as readonly string[]).includes(name));
}
