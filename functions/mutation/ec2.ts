import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  DeleteFlowLogsCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeleteVolumeCommand,
  EC2Client,
  ModifyInstanceMetadataOptionsCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ec2 } from "../../config/catalog/ec2.ts";
import { mutationService } from "./service.ts";

export const ec2Mutation = mutationService(ec2, {
  client: (configuration) => new EC2Client(configuration),
  commands: {
    StartInstances: StartInstancesCommand,
    StopInstances: StopInstancesCommand,
    TerminateInstances: TerminateInstancesCommand,
    RunInstances: RunInstancesCommand,
    ModifyInstanceMetadataOptions: ModifyInstanceMetadataOptionsCommand,
    CreateTags: CreateTagsCommand,
    DeleteTags: DeleteTagsCommand,
    CreateSecurityGroup: CreateSecurityGroupCommand,
    DeleteSecurityGroup: DeleteSecurityGroupCommand,
    AuthorizeSecurityGroupIngress: AuthorizeSecurityGroupIngressCommand,
    RevokeSecurityGroupIngress: RevokeSecurityGroupIngressCommand,
    CreateFlowLogs: CreateFlowLogsCommand,
    DeleteFlowLogs: DeleteFlowLogsCommand,
    CreateSnapshot: CreateSnapshotCommand,
    DeleteSnapshot: DeleteSnapshotCommand,
    DeleteVolume: DeleteVolumeCommand,
  },
});
