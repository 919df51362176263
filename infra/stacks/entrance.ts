/** The HTTP entrance: a REST API that admits only IAM-signed calls. */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from "aws-cdk-lib";
import { AccessLogFormat, AuthorizationType, EndpointType, LambdaIntegration, LogGroupLogDestination, ResponseType, RestApi } from "aws-cdk-lib/aws-apigateway";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { MUTABLE_SERVICES } from "../../config/catalog/services.ts";
import { type FUNCTIONS, type FunctionName, prefixed, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { CoworkerFunction } from "../constructs/coworker-function.ts";
import type { Statement } from "../constructs/statement.ts";

export interface EntranceProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Readonly<Record<FunctionName, string>>;
  /** Of the store stack: a key's ARN holds an id that nobody can name beforehand. */
  readonly approvalKey: IKey;
}

type ApiName = Extract<(typeof FUNCTIONS)[number], `api-${string}`>;

interface Own {
  readonly description: string;
  readonly statements: readonly Statement[];
  readonly environment: Record<string, string>;
}

/** Who answers which route. */
const ROUTES: Readonly<Record<ApiName, readonly `${"GET" | "POST" | "DELETE"} /${string}`[]>> = {
  "api-requests": ["POST /requests", "POST /requests/{id}/rollback", "GET /catalog", "GET /ping"],
  "api-events": ["GET /requests", "GET /requests/{id}", "GET /requests/{id}/events", "GET /requests/{id}/artifact"],
  "api-approval": ["GET /approvals", "GET /requests/{id}/approval", "POST /requests/{id}/approval", "POST /requests/{id}/stop"],
  "api-halt": ["GET /halt", "POST /halt", "DELETE /halt"],
};

/** Requests a second and at once, for all callers together. */
const THROTTLE = { throttlingRateLimit: 20, throttlingBurstLimit: 40 } as const;

export class EntranceStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, approvalKey, ...props }: EntranceProps) {
    super(scope, id, props);
    const { deployment } = settings;
    const functions = Object.fromEntries(
      Object.entries(apiFunctions(settings, approvalKey)).map(([name, own]) => [
        name,
        new CoworkerFunction(this, {
          settings,
          name: name as ApiName,
          code: bundles[name as ApiName],
          logs: true,
          timeout: Duration.seconds(20),
          memoryMb: 512,
          ...own,
        }).function,
      ]),
    ) as Record<ApiName, LambdaFunction>;

    const accessLogs = new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/apigateway/${prefixed(deployment, "api")}`,
      retention: deployment.retention.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, "Api", {
      restApiName: prefixed(deployment, "api"),
      description: "AWS Coworker",
      cloudWatchRole: false,
      endpointTypes: [EndpointType.REGIONAL],
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: "v1",
        tracingEnabled: true,
        metricsEnabled: true,
        ...THROTTLE,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    this.routes(api, functions);
    new CfnOutput(this, "ApiUrl", { value: api.url });
    new CfnOutput(this, "ApiId", { value: api.restApiId });
    explain(api);
  }

  /** Each method is its own execute-api resource, so that a caller can be granted any of them alone. */
  private routes(api: RestApi, functions: Readonly<Record<ApiName, LambdaFunction>>): void {
    const integrations = new Map(Object.entries(functions).map(([name, one]) => [name, new LambdaIntegration(one, { allowTestInvoke: false })]));
    for (const [name, routes] of Object.entries(ROUTES)) {
      for (const route of routes) {
        const [method = "", path = ""] = route.split(" ");
        api.root.resourceForPath(path).addMethod(method, integrations.get(name));
      }
    }
    const paths = Object.values(ROUTES).flatMap((routes) => routes.map((route) => route.split(" ")[1]));
    api.addGatewayResponse("UnknownRoute", {
      type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
      statusCode: "403",
      templates: {
        "application/json": JSON.stringify({
          error: {
            code: "caller_unknown",
            message: `Sign the call with SigV4 (service execute-api) and use a route of this API: ${[...new Set(paths)].join(", ")}.`,
          },
        }),
      },
    });
  }
}

/** What each API function may do. */
function apiFunctions(settings: Settings, approvalKey: IKey): Record<ApiName, Own> {
  const names = resources(settings.deployment);
  const table = names.tableArn(names.requestsTable);
  const execution: Pick<Statement, "actions" | "resources" | "why"> = {
    actions: ["states:DescribeExecution"],
    resources: [names.executionArn("*")],
    why: "One execution for each request, named by its id.",
  };
  const mutations = MUTABLE_SERVICES.map((service) => `mutation-${service}` as const);
  return {
    "api-requests": {
      description: "Takes a request, or the undo of one, and starts the machine.",
      statements: [
        { sid: "Start", actions: ["states:StartExecution"], resources: [names.machineArn] },
        { sid: "EndedBeforeUndo", ...execution },
        { sid: "OwnTable", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [table] },
        // An approver may have somebody else's change undone: its accounts stand there.
        { sid: "UndoByApprover", actions: ["dynamodb:Query"], resources: [names.tableArn(names.approvalsTable)] },
      ],
      environment: { REQUESTS_TABLE: names.requestsTable, APPROVALS_TABLE: names.approvalsTable, MACHINE_ARN: names.machineArn },
    },
    "api-events": {
      description: "Shows callers their own requests.",
      statements: [
        { sid: "OwnedRequest", actions: ["dynamodb:GetItem"], resources: [table] },
        { sid: "OwnedRequests", actions: ["dynamodb:Query"], resources: [`${table}/index/byReceivedAt`] },
        { sid: "Journal", actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: [names.tableArn(names.journalTable)] },
        {
          sid: "Reports",
          actions: ["s3:GetObject"],
          resources: [`arn:aws:s3:::${names.reportBucket}/reports/*`],
          why: "Report keys are made for each request; ownership is checked against the requests table first.",
        },
        {
          sid: "Artifacts",
          actions: ["s3:GetObject"],
          resources: [`arn:aws:s3:::${names.artifactBucket}/artifacts/*`],
          why: "Artifact keys are made for each request; ownership is checked against the requests table first.",
        },
        { sid: "EndedWithoutReport", ...execution },
      ],
      environment: {
        REQUESTS_TABLE: names.requestsTable,
        JOURNAL_TABLE: names.journalTable,
        REPORT_BUCKET: names.reportBucket,
        ARTIFACT_BUCKET: names.artifactBucket,
        MACHINE_ARN: names.machineArn,
      },
    },
    "api-approval": {
      description: "Shows what waits for a decision, takes it and binds it to what was shown; stops a request.",
      statements: [
        {
          sid: "Approvals",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
          resources: [names.tableArn(names.approvalsTable)],
        },
        { sid: "Waiting", actions: ["dynamodb:Query"], resources: [`${names.tableArn(names.approvalsTable)}/index/byExpiry`] },
        { sid: "OwnedRequest", actions: ["dynamodb:GetItem"], resources: [table] },
        { sid: "Stop", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [names.tableArn(names.stopsTable)] },
        { sid: "BindApproval", actions: ["kms:GenerateMac"], resources: [approvalKey.keyArn] },
        {
          sid: "Answer",
          actions: ["states:SendTaskSuccess"],
          resources: ["*"],
          why: "Step Functions has no resource type for this: a task token names its wait (Service Authorization Reference).",
        },
      ],
      environment: {
        APPROVALS_TABLE: names.approvalsTable,
        REQUESTS_TABLE: names.requestsTable,
        STOPS_TABLE: names.stopsTable,
        APPROVAL_KEY: approvalKey.keyArn,
      },
    },
    "api-halt": {
      description: "Sets and lifts the halt of every change.",
      statements: [
        { sid: "Switch", actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [names.haltParameterArn] },
        {
          sid: "NoMutationRuns",
          actions: ["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"],
          resources: mutations.map(names.functionArn),
        },
      ],
      environment: { HALT_PARAMETER: names.haltParameter, MUTATION_FUNCTIONS: JSON.stringify(mutations.map((name) => prefixed(settings.deployment, name))) },
    },
  };
}

function explain(api: RestApi): void {
  Validations.of(api).acknowledge(
    { id: "AwsSolutions-APIG2", reason: "The functions validate with closed schemas and name the wrong field, which API Gateway's validator can't." },
    { id: "AwsSolutions-COG4", reason: "Callers are IAM principals: every method has IAM authorization, no user pool exists." },
  );
  Validations.of(api.deploymentStage).acknowledge(
    {
      id: "AwsSolutions-APIG3",
      reason: "Only IAM-signed calls pass and the stage throttles; a company that wants a WAF associates its own web ACL with the stage.",
    },
    { id: "AwsSolutions-APIG6", reason: "Access logs are on; execution logs would hold request bodies, which may hold account data (law 8)." },
  );
}
