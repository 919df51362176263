import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
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
    PutRolePermissionsBoundary: PutRolePermissionsBoundaryCommand,
    DeleteRole: DeleteRoleCommand,
    AttachRolePolicy: AttachRolePolicyCommand,
    DetachRolePolicy: DetachRolePolicyCommand,
    TagRole: TagRoleCommand,
    UntagRole: UntagRoleCommand,
    UpdateAccessKey: UpdateAccessKeyCommand,
  },
});
