/** One legal step of every write, the state before it and what it makes: what the tests of writes go through. */
import { denyingPlainHttp } from "../../../config/catalog/s3-protection-parts.ts";
import type { MutableService } from "../../../config/catalog/services.ts";
import type { State, StepInput } from "../../../config/catalog/write.ts";

export interface WriteSample {
  readonly input: StepInput;
  readonly before: State;
  readonly outputs?: Readonly<Record<string, string>>;
}

export const ACCOUNT = "666666666666";
export const REGION = "eu-west-1";

const Bucket = "acme-logs-sandbox";
const TargetBucket = "acme-access-logs";
const InstanceId = "i-0123456789abcdef0";
const GroupId = "sg-0123456789abcdef0";
const VpcId = "vpc-0123456789abcdef0";
const VolumeId = "vol-0123456789abcdef0";
const SnapshotId = "snap-0123456789abcdef0";
const FlowLogId = "fl-0123456789abcdef0";
const SecurityGroupRuleId = "sgr-0123456789abcdef0";
const RoleName = "acme-sandbox-web-role";
const RolePath = "/coworker-managed/";
const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/coworker-managed-boundary`;
const FunctionName = "acme-thumbnailer";
const Tags = { Owner: "platform-team", CostCenter: "CC-1001", CoworkerRequest: "req-1" };
const was = { Owner: "web-team", Stale: "yes", "aws:cloudformation:stack-name": "web" };
const rule = { GroupId, IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
const ruleRow = {
  SecurityGroupRuleId,
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: 22,
  ToPort: 22,
  CidrIpv4: "0.0.0.0/0",
  CidrIpv6: null,
  PrefixListId: null,
  "ReferencedGroupInfo.GroupId": null,
  Description: "ssh",
};
const role = { RoleName, RolePath };
const key = { UserName: "ci", UserPath: "", AccessKeyId: "AKIAIOSFODNN7EXAMPLE" };
const resource = { ResourceType: "instance", ResourceId: InstanceId };
const flowLog = { ResourceType: "VPC", ResourceId: VpcId, TrafficType: "ALL", LogDestination: "arn:aws:s3:::acme-flow-logs/vpc", Tags };
const flags = { BlockPublicAcls: true, IgnorePublicAcls: false, BlockPublicPolicy: true, RestrictPublicBuckets: false };
const blocked = Object.fromEntries(Object.keys(flags).map((flag) => [`PublicAccessBlockConfiguration.${flag}`, true]));
const SSE = "ServerSideEncryptionConfiguration.Rules";
const running = { DescribeInstances: [{ "State.Name": "running", InstanceType: "t3.micro", PublicIpAddress: null, Tags: {} }] };
const stopped = { DescribeInstances: [{ "State.Name": "stopped", InstanceType: "t3.micro", PublicIpAddress: null, Tags: {} }] };
const TOKENS = { "MetadataOptions.HttpTokens": "optional" };
const volume = { DescribeVolumes: [{ State: "available", Size: 100, VolumeType: "gp3", Encrypted: true, Tags: {} }] };
const encryption = {
  GetBucketEncryption: [
    {
      Absent: null,
      [`${SSE}.ApplyServerSideEncryptionByDefault.SSEAlgorithm`]: ["AES256"],
      [`${SSE}.ApplyServerSideEncryptionByDefault.KMSMasterKeyID`]: [null],
      [`${SSE}.BucketKeyEnabled`]: [false],
    },
  ],
};

export const SAMPLES: Readonly<Record<MutableService, Readonly<Record<string, WriteSample>>>> = {
  ec2: {
    StartInstances: { input: { InstanceId }, before: stopped },
    StopInstances: { input: { InstanceId }, before: running },
    TerminateInstances: { input: { InstanceId }, before: running },
    RunInstances: {
      input: {
        ImageId: "ami-0123456789abcdef0",
        InstanceType: "t3.micro",
        SubnetId: "subnet-0123456789abcdef0",
        SecurityGroupIds: [GroupId, "sg-0fedcba9876543210"],
        RootDeviceName: "/dev/xvda",
        IamInstanceProfile: `arn:aws:iam::${ACCOUNT}:instance-profile/web/web-profile`,
        InstanceRole: "coworker-managed/web",
        Tags,
      },
      before: { DescribeSubnets: [{ VpcId, AssignIpv6AddressOnCreation: false }] },
      outputs: { InstanceId },
    },
    CreateSecurityGroup: { input: { GroupName: "web", Description: "Web servers", VpcId, Tags }, before: { DescribeSecurityGroups: [] }, outputs: { GroupId } },
    DeleteSecurityGroup: { input: { GroupId }, before: { DescribeSecurityGroups: [{ GroupId, GroupName: "web", VpcId }] } },
    AuthorizeSecurityGroupIngress: {
      input: { ...rule, CidrIp: "10.0.0.0/8", Description: "internal" },
      before: { DescribeSecurityGroupRules: [] },
      outputs: { SecurityGroupRuleId },
    },
    RestoreSecurityGroupIngress: {
      input: { ...rule, PrefixListId: "pl-0123456789abcdef0" },
      before: { DescribeSecurityGroupRules: [] },
      outputs: { SecurityGroupRuleId },
    },
    RevokeSecurityGroupIngress: { input: { GroupId, SecurityGroupRuleId }, before: { DescribeSecurityGroupRules: [ruleRow] } },
    CreateFlowLogs: { input: flowLog, before: { DescribeFlowLogs: [] }, outputs: { FlowLogId } },
    DeleteFlowLogs: {
      input: { FlowLogId },
      before: {
        DescribeFlowLogs: [
          {
            FlowLogId,
            ResourceId: VpcId,
            FlowLogStatus: "ACTIVE",
            TrafficType: "ALL",
            LogDestinationType: "s3",
            LogDestination: flowLog.LogDestination,
            Tags: was,
          },
        ],
      },
    },
    CreateSnapshot: { input: { VolumeId, Description: "before resize", Tags }, before: volume, outputs: { SnapshotId } },
    DeleteSnapshot: { input: { SnapshotId }, before: { DescribeSnapshots: [{ State: "completed", VolumeId }] } },
    DeleteVolume: { input: { VolumeId }, before: volume },
    CreateTags: { input: { ...resource, Tags }, before: { DescribeInstances: [{ InstanceId, Tags: was }] } },
    DeleteTags: { input: { ...resource, TagKeys: ["Stale", "NotThere"] }, before: { DescribeInstances: [{ InstanceId, Tags: was }] } },
    ModifyInstanceMetadataOptions: { input: { InstanceId }, before: { DescribeInstances: [{ ...TOKENS, Tags: {} }] } },
    RestoreInstanceMetadataOptions: {
      input: { InstanceId, HttpTokens: "optional" },
      before: { DescribeInstances: [{ "MetadataOptions.HttpTokens": "required", Tags: {} }] },
    },
    RestoreTags: { input: { ...resource, Tags: { Owner: "web-team" }, TagKeys: ["CostCenter"] }, before: { DescribeInstances: [{ InstanceId, Tags }] } },
  },
  s3: {
    CreateBucket: {
      input: { Bucket, SSEAlgorithm: "aws:kms", LogBucket: TargetBucket, Tags },
      before: { ListBuckets: [], LogBucket: [{ Name: TargetBucket, BucketRegion: REGION }] },
      outputs: {},
    },
    DeleteBucket: { input: { Bucket }, before: { ListBuckets: [{ Name: Bucket, BucketRegion: REGION }] } },
    PutPublicAccessBlock: { input: { Bucket }, before: { GetPublicAccessBlock: [{ Absent: "NoSuchPublicAccessBlockConfiguration" }] } },
    DeletePublicAccessBlock: { input: { Bucket }, before: { GetPublicAccessBlock: [{ Absent: null }] } },
    RestorePublicAccessBlock: { input: { Bucket, ...flags }, before: { GetPublicAccessBlock: [{ Absent: null }] } },
    PutBucketEncryption: {
      input: { Bucket, SSEAlgorithm: "aws:kms", KMSMasterKeyID: `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef` },
      before: encryption,
    },
    RestoreBucketEncryption: { input: { Bucket, SSEAlgorithm: "AES256", BucketKeyEnabled: false }, before: encryption },
    DeleteBucketEncryption: { input: { Bucket }, before: encryption },
    PutBucketVersioning: { input: { Bucket }, before: { GetBucketVersioning: [{ Status: null }] } },
    SuspendBucketVersioning: { input: { Bucket }, before: { GetBucketVersioning: [{ Status: "Enabled" }] } },
    PutBucketTagging: { input: { Bucket, Tags: { ...was, Owner: "platform-team" } }, before: { GetBucketTagging: [{ Absent: null, TagSet: was }] } },
    DeleteBucketTagging: { input: { Bucket }, before: { GetBucketTagging: [{ Absent: null, TagSet: was }] } },
    PutBucketPolicy: { input: { Bucket }, before: { GetBucketPolicy: [{ Absent: "NoSuchBucketPolicy", Policy: null }], GetPublicAccessBlock: [blocked] } },
    DeleteBucketPolicy: { input: { Bucket }, before: { GetBucketPolicy: [{ Absent: null, Policy: denyingPlainHttp(Bucket) }] } },
    PutBucketLifecycleConfiguration: {
      input: { Bucket, NoncurrentDays: 90 },
      before: { GetBucketLifecycleConfiguration: [{ Absent: "NoSuchLifecycleConfiguration" }] },
    },
    DeleteBucketLifecycle: {
      input: { Bucket },
      before: {
        GetBucketLifecycleConfiguration: [{ Absent: null, "Rules.ID": ["coworker-managed"], "Rules.NoncurrentVersionTransitions.NoncurrentDays": [[90]] }],
      },
    },
    PutBucketLogging: {
      input: { Bucket, TargetBucket },
      before: { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": null }], ListBuckets: [{ Name: TargetBucket, BucketRegion: REGION }] },
    },
    DisableBucketLogging: { input: { Bucket }, before: { GetBucketLogging: [{ "LoggingEnabled.TargetBucket": TargetBucket }] } },
  },
  iam: {
    CreateRole: {
      input: {
        ...role,
        PermissionsBoundary,
        TrustedServices: ["ec2.amazonaws.com"],
        Description: "Web servers",
        Tags,
      },
      before: { ListRoles: [] },
      outputs: { RoleName },
    },
    PutRolePermissionsBoundary: {
      input: { ...role, PermissionsBoundary },
      before: { GetRole: [{ "PermissionsBoundary.PermissionsBoundaryArn": null, Tags: was }] },
    },
    DeleteRole: { input: role, before: { ListRoles: [{ RoleName }] } },
    AttachRolePolicy: { input: { ...role, PolicyArn }, before: { ListAttachedRolePolicies: [] } },
    DetachRolePolicy: { input: { ...role, PolicyArn }, before: { ListAttachedRolePolicies: [{ PolicyArn }] } },
    TagRole: { input: { ...role, Tags }, before: { GetRole: [{ Tags: was }] } },
    UntagRole: { input: { ...role, TagKeys: ["Stale"] }, before: { GetRole: [{ Tags: was }] } },
    RestoreRoleTags: { input: { ...role, Tags: { Owner: "web-team" }, TagKeys: ["CostCenter"] }, before: { GetRole: [{ Tags }] } },
    UpdateAccessKey: { input: key, before: { ListAccessKeys: [{ Status: "Active" }] } },
    ActivateAccessKey: { input: key, before: { ListAccessKeys: [{ Status: "Inactive" }] } },
  },
  lambda: {
    UpdateFunctionConfiguration: {
      input: { FunctionName, Timeout: 30, TracingMode: "Active" },
      before: { GetFunctionConfiguration: [{ Timeout: 3, MemorySize: 128, "TracingConfig.Mode": "PassThrough", LastUpdateStatus: "Successful" }] },
    },
    PutFunctionConcurrency: {
      input: { FunctionName, ReservedConcurrentExecutions: 0 },
      before: { GetFunctionConcurrency: [{ ReservedConcurrentExecutions: null }] },
    },
    DeleteFunctionConcurrency: { input: { FunctionName }, before: { GetFunctionConcurrency: [{ ReservedConcurrentExecutions: 5 }] } },
    UpdateFunctionUrlConfig: { input: { FunctionName }, before: { GetFunctionUrlConfig: [{ Absent: null, AuthType: "NONE" }] } },
    TagResource: { input: { FunctionName, Tags }, before: { ListTags: [{ Tags: was }] } },
    UntagResource: { input: { FunctionName, TagKeys: ["Stale"] }, before: { ListTags: [{ Tags: was }] } },
    RestoreFunctionTags: { input: { FunctionName, Tags: { Owner: "web-team" }, TagKeys: ["CostCenter"] }, before: { ListTags: [{ Tags }] } },
  },
};
