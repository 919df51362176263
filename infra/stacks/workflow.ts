/** The request machine and the functions it runs besides the workers. */
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { MUTABLE_SERVICES, SERVICES } from "../../config/catalog/services.ts";
import { modelResources } from "../../config/models.ts";
import { type FUNCTIONS, type FunctionName, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { CoworkerFunction } from "../constructs/coworker-function.ts";
import { Machine } from "../constructs/machine.ts";
import type { Statement } from "../constructs/statement.ts";

export interface WorkflowProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

interface Own {
  readonly description: string;
  readonly statements: readonly Statement[];
  readonly logs: boolean;
  readonly environment?: Record<string, string>;
  readonly timeoutSeconds: number;
}

/** Placeholder in request.asl.json → function: the substitution and the invoke grant. */
export const REQUEST_MACHINE = {
  functions: {
    AdmitFunction: "admit",
    OrchestratorFunction: "orchestrator",
    GuardrailFunction: "guardrail",
    UndoFunction: "undo",
    ArtifactFunction: "artifact",
    ApprovalFunction: "approval",
    HaltFunction: "halt",
    RecordFunction: "record",
    ReportFunction: "report",
  },
  tables: {
    DiscoveryFunctions: SERVICES.map((service) => `discovery-${service}` as const),
    MutationFunctions: MUTABLE_SERVICES.map((service) => `mutation-${service}` as const),
  },
} as const satisfies { functions: Record<string, FunctionName>; tables: Record<string, readonly FunctionName[]> };

export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: WorkflowProps) {
    super(scope, id, props);
    const { deployment, models } = settings;
    const names = resources(deployment);
    const journal = names.tableArn(names.journalTable);
    const [approvals, ledger, stops] = [names.approvalsTable, names.ledgerTable, names.stopsTable].map(names.tableArn) as [string, string, string];
    const functions: Record<Exclude<(typeof FUNCTIONS)[number], `api-${string}`>, Own> = {
      admit: { description: "Resolves accounts and regions from the registry. May do nothing at all.", statements: [], logs: false, timeoutSeconds: 20 },
      orchestrator: {
        description: "Plans. May invoke its own model family and nothing else.",
        statements: [{ sid: "OwnModelFamily", actions: ["bedrock:InvokeModel"], resources: modelResources(models, "opus", deployment.hub) }],
        logs: false,
        timeoutSeconds: 290,
      },
      guardrail: { description: "Decides what of a plan may run. May do nothing at all.", statements: [], logs: false, timeoutSeconds: 20 },
      approval: {
        description: "Puts a plan up for approval. Can't approve one.",
        statements: [
          { sid: "Approvals", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [approvals] },
          { sid: "Stopped", actions: ["dynamodb:GetItem"], resources: [stops] },
        ],
        logs: true,
        environment: { APPROVALS_TABLE: names.approvalsTable, STOPS_TABLE: names.stopsTable },
        timeoutSeconds: 25,
      },
      halt: {
        description: "Says whether everything or this request is halted.",
        statements: [
          { sid: "Halted", actions: ["ssm:GetParameter"], resources: [names.haltParameterArn] },
          { sid: "Stopped", actions: ["dynamodb:GetItem"], resources: [stops] },
        ],
        logs: true,
        environment: { HALT_PARAMETER: names.haltParameter, STOPS_TABLE: names.stopsTable },
        timeoutSeconds: 25,
      },
      undo: {
        description: "Proposes the undo of a request from the ledger, without a model.",
        statements: [{ sid: "Ledger", actions: ["dynamodb:Query"], resources: [ledger] }],
        logs: true,
        environment: { LEDGER_TABLE: names.ledgerTable },
        timeoutSeconds: 25,
      },
      artifact: {
        description: "Writes a plan as a pipeline artifact.",
        statements: [
          {
            sid: "WriteArtifact",
            actions: ["s3:PutObject"],
            resources: [`arn:aws:s3:::${names.artifactBucket}/artifacts/*`],
            why: "Artifact keys are made for each request.",
          },
        ],
        logs: true,
        environment: { ARTIFACT_BUCKET: names.artifactBucket },
        timeoutSeconds: 55,
      },
      record: {
        description: "Writes the journal and nothing else.",
        statements: [{ sid: "Journal", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [journal] }],
        logs: true,
        environment: { JOURNAL_TABLE: names.journalTable },
        timeoutSeconds: 25,
      },
      report: {
        description: "Reads evidence and writes the report.",
        statements: [
          {
            sid: "ReadEvidence",
            actions: ["s3:GetObject"],
            resources: [`arn:aws:s3:::${names.evidenceBucket}/*`],
            why: "Every worker's evidence of the request, whose keys are made for each request.",
          },
          {
            sid: "WriteReport",
            actions: ["s3:PutObject"],
            resources: [`arn:aws:s3:::${names.reportBucket}/reports/*`],
            why: "Report keys are made for each request.",
          },
        ],
        logs: true,
        environment: { EVIDENCE_BUCKET: names.evidenceBucket, REPORT_BUCKET: names.reportBucket },
        timeoutSeconds: 55,
      },
    };
    for (const [name, { timeoutSeconds, ...own }] of Object.entries(functions) as [keyof typeof functions, Own][]) {
      new CoworkerFunction(this, { settings, name, code: bundles[name], timeout: Duration.seconds(timeoutSeconds), memoryMb: 512, ...own });
    }
    new Machine(this, "Request", {
      settings,
      name: "request",
      aslFile: new URL("../../statemachine/request.asl.json", import.meta.url).pathname,
      ...REQUEST_MACHINE,
    });
  }
}
