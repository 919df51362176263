import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { lambda } from "../../config/catalog/lambda.ts";
import { mutationService } from "./service.ts";

export const lambdaMutation = mutationService(lambda, {
  client: (configuration) => new LambdaClient(configuration),
  commands: {
    UpdateFunctionConfiguration: UpdateFunctionConfigurationCommand,
    PutFunctionConcurrency: PutFunctionConcurrencyCommand,
    DeleteFunctionConcurrency: DeleteFunctionConcurrencyCommand,
    UpdateFunctionUrlConfig: UpdateFunctionUrlConfigCommand,
    TagResource: TagResourceCommand,
    UntagResource: UntagResourceCommand,
  },
});
