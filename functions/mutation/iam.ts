import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../../config/catalog/iam.ts";
import { mutationService } from "./service.ts";

export const iamMutation = mutationService(iam, {
  client: (configuration) => new IAMClient(configuration),
  commands: {
    CreateRole: CreateRoleCommand,
    DeleteRole: DeleteRoleCommand,
    AttachRolePolicy: AttachRolePolicyCommand,
    DetachRolePolicy: DetachRolePolicyCommand,
    TagRole: TagRoleCommand,
    UntagRole: UntagRoleCommand,
    UpdateAccessKey: UpdateAccessKeyCommand,
  },
});
