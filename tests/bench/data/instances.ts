/**
 * DescribeInstances as AWS answers it, field by field (Amazon EC2 API Reference, "Instance"), for a fleet
 * of web servers: one network interface, two volumes, one in five with a public address.
 */
const hex = (number: number, seed: number): string =>
  ((number + 1) * 2_654_435_761 * seed).toString(16).slice(-8).padStart(8, "0").concat(String(number).padStart(9, "0"));
const date = (day: number): Date => new Date(Date.UTC(2026, 9, 1 + (day % 28), 8, day % 60, 12));

const STAGES = ["web", "worker", "batch", "cache"];
const TYPES = ["m7g.large", "t4g.medium", "c7g.xlarge", "r7g.large"];

/** Two tags, as AWS's console leaves them; six, as rules L ask for. */
export type Tagging = "two tags" | "six tags";

export function describeInstances(count: number, account: string, tagging: Tagging): object {
  return { Reservations: Array.from({ length: count }, (_, number) => reservation(number, account, tagging)) };
}

function reservation(number: number, account: string, tagging: Tagging): object {
  return { ReservationId: `r-${hex(number, 3)}`, OwnerId: account, Groups: [], Instances: [instance(number, account, tagging)] };
}

function instance(number: number, account: string, tagging: Tagging): object {
  const address = `10.0.${1 + (number % 4)}.${10 + Math.floor(number / 4)}`;
  const dns = `ip-${address.replaceAll(".", "-")}.ec2.internal`;
  const publicIp = number % 5 === 0 ? `203.0.113.${10 + number / 5}` : undefined;
  const groups = [{ GroupId: `sg-${hex(number % 4, 7)}`, GroupName: `${STAGES[number % 4]}-servers` }];
  const launched = date(number);
  const publicDns = publicIp ? `ec2-${publicIp.replaceAll(".", "-")}.compute-1.amazonaws.com` : "";
  const association = publicIp ? { Association: { IpOwnerId: "amazon", PublicDnsName: publicDns, PublicIp: publicIp } } : {};
  return {
    AmiLaunchIndex: 0,
    ImageId: `ami-${hex(number % 3, 5)}`,
    InstanceId: `i-${hex(number, 11)}`,
    InstanceType: TYPES[number % 4],
    KeyName: "operations-2026",
    LaunchTime: launched,
    Monitoring: { State: number % 3 === 0 ? "enabled" : "disabled" },
    Placement: { AvailabilityZone: `us-east-1${"abcd"[number % 4]}`, AvailabilityZoneId: `use1-az${1 + (number % 4)}`, GroupName: "", Tenancy: "default" },
    PrivateDnsName: dns,
    PrivateIpAddress: address,
    ProductCodes: [],
    PublicDnsName: publicDns,
    ...(publicIp ? { PublicIpAddress: publicIp } : {}),
    State: { Code: 16, Name: "running" },
    StateTransitionReason: "",
    SubnetId: `subnet-${hex(number % 4, 13)}`,
    VpcId: `vpc-${hex(0, 17)}`,
    Architecture: "arm64",
    BlockDeviceMappings: ["/dev/xvda", "/dev/sdf"].map((DeviceName, disk) => ({
      DeviceName,
      Ebs: { AttachTime: launched, DeleteOnTermination: disk === 0, Status: "attached", VolumeId: `vol-${hex(number * 2 + disk, 19)}`, EbsCardIndex: 0 },
    })),
    ClientToken: `${hex(number, 23)}-asg-${STAGES[number % 4]}`,
    EbsOptimized: true,
    EnaSupport: true,
    Hypervisor: "xen",
    IamInstanceProfile: { Arn: `arn:aws:iam::${account}:instance-profile/${STAGES[number % 4]}-server`, Id: `AIPA${hex(number % 4, 29).toUpperCase()}` },
    NetworkInterfaces: [
      {
        ...association,
        Attachment: {
          AttachTime: launched,
          AttachmentId: `eni-attach-${hex(number, 31)}`,
          DeleteOnTermination: true,
          DeviceIndex: 0,
          Status: "attached",
          NetworkCardIndex: 0,
        },
        Description: "",
        Groups: groups,
        Ipv6Addresses: [],
        MacAddress: `0e:${hex(number, 37).slice(0, 8).match(/../g)?.join(":")}:1f`,
        NetworkInterfaceId: `eni-${hex(number, 41)}`,
        OwnerId: account,
        PrivateDnsName: dns,
        PrivateIpAddress: address,
        PrivateIpAddresses: [{ ...association, Primary: true, PrivateDnsName: dns, PrivateIpAddress: address }],
        SourceDestCheck: true,
        Status: "in-use",
        SubnetId: `subnet-${hex(number % 4, 13)}`,
        VpcId: `vpc-${hex(0, 17)}`,
        InterfaceType: "interface",
        Operator: { Managed: false },
      },
    ],
    RootDeviceName: "/dev/xvda",
    RootDeviceType: "ebs",
    SecurityGroups: groups,
    SourceDestCheck: true,
    Tags: tags(number).slice(0, tagging === "two tags" ? 2 : undefined),
    VirtualizationType: "hvm",
    CpuOptions: { CoreCount: 2, ThreadsPerCore: 1 },
    CapacityReservationSpecification: { CapacityReservationPreference: "open" },
    HibernationOptions: { Configured: false },
    MetadataOptions: {
      State: "applied",
      HttpTokens: number % 7 === 0 ? "optional" : "required",
      HttpPutResponseHopLimit: 2,
      HttpEndpoint: "enabled",
      HttpProtocolIpv6: "disabled",
      InstanceMetadataTags: "disabled",
    },
    EnclaveOptions: { Enabled: false },
    BootMode: "uefi",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    UsageOperationUpdateTime: launched,
    PrivateDnsNameOptions: { HostnameType: "ip-name", EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
    MaintenanceOptions: { AutoRecovery: "default", RebootMigration: "default" },
    CurrentInstanceBootMode: "uefi",
    NetworkPerformanceOptions: { BandwidthWeighting: "default" },
    Operator: { Managed: false },
  };
}

function tags(number: number): object[] {
  const stage = STAGES[number % 4];
  return Object.entries({
    Name: `${stage}-${String(number).padStart(3, "0")}`,
    Environment: "sandbox",
    Owner: "platform@example.com",
    CostCenter: "CC-1001",
    Application: "webshop",
    "aws:autoscaling:groupName": `webshop-${stage}`,
  }).map(([Key, Value]) => ({ Key, Value }));
}
