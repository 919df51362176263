/** The HTTP entrance: a REST API that admits only IAM-signed calls. */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from "aws-cdk-lib";
import { AccessLogFormat, AuthorizationType, EndpointType, LambdaIntegration, LogGroupLogDestination, ResponseType, RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type FunctionName, prefixed, resources } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { CoworkerFunction } from "../constructs/coworker-function.ts";

export interface EntranceProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

/** Requests a second and at once, for all callers together. */
const THROTTLE = { throttlingRateLimit: 20, throttlingBurstLimit: 40 } as const;

export class EntranceStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: EntranceProps) {
    super(scope, id, props);
    const { deployment } = settings;
    const names = resources(deployment);
    const table = names.tableArn(names.requestsTable);
    const requests = new CoworkerFunction(this, {
      settings,
      name: "api-requests",
      description: "Takes a request and starts the machine.",
      code: bundles["api-requests"],
      statements: [
        { sid: "Start", actions: ["states:StartExecution"], resources: [names.machineArn] },
        { sid: "OwnTable", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [table] },
      ],
      logs: true,
      environment: { REQUESTS_TABLE: names.requestsTable, MACHINE_ARN: names.machineArn },
      timeout: Duration.seconds(20),
      memoryMb: 512,
    }).function;
    const events = new CoworkerFunction(this, {
      settings,
      name: "api-events",
      description: "Shows callers their own requests.",
      code: bundles["api-events"],
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
          sid: "EndedWithoutReport",
          actions: ["states:DescribeExecution"],
          resources: [names.executionArn("*")],
          why: "One execution for each request, named by its id.",
        },
      ],
      logs: true,
      environment: { REQUESTS_TABLE: names.requestsTable, JOURNAL_TABLE: names.journalTable, REPORT_BUCKET: names.reportBucket, MACHINE_ARN: names.machineArn },
      timeout: Duration.seconds(20),
      memoryMb: 512,
    }).function;

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
    this.routes(api, requests, events);
    new CfnOutput(this, "ApiUrl", { value: api.url });
    new CfnOutput(this, "ApiId", { value: api.restApiId });
    explain(api);
  }

  private routes(api: RestApi, requests: LambdaFunction, events: LambdaFunction): void {
    const [toRequests, toEvents] = [new LambdaIntegration(requests, { allowTestInvoke: false }), new LambdaIntegration(events, { allowTestInvoke: false })];
    const collection = api.root.addResource("requests");
    collection.addMethod("POST", toRequests);
    collection.addMethod("GET", toEvents);
    const one = collection.addResource("{id}");
    one.addMethod("GET", toEvents);
    one.addResource("events").addMethod("GET", toEvents);
    for (const path of ["catalog", "ping"]) api.root.addResource(path).addMethod("GET", toRequests);
    api.addGatewayResponse("UnknownRoute", {
      type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
      statusCode: "403",
      templates: {
        "application/json": JSON.stringify({
          error: {
            code: "caller_unknown",
            message:
              "Sign the call with SigV4 (service execute-api) and use a route of this API: /requests, /requests/{id}, /requests/{id}/events, /catalog, /ping.",
          },
        }),
      },
    });
  }
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
