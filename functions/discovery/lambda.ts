import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
} from "@aws-sdk/client-lambda";
import { lambda } from "../../config/catalog/lambda.ts";
import { discoveryService } from "./service.ts";

export const lambdaService = discoveryService(lambda, {
  client: (configuration) => new LambdaClient(configuration),
  commands: {
    ListFunctions: ListFunctionsCommand,
    GetFunctionConfiguration: GetFunctionConfigurationCommand,
    GetPolicy: GetPolicyCommand,
    GetFunctionUrlConfig: GetFunctionUrlConfigCommand,
    GetFunctionConcurrency: GetFunctionConcurrencyCommand,
    ListTags: ListTagsCommand,
  },
});
