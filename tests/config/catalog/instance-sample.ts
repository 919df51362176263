/** A running Linux instance as DescribeInstances returns it, every field that EC2 fills, with values of usual length. */
export function sampleInstance(index: number) {
  const hex = (length: number) => index.toString(16).padStart(length, "0");
  const id = `i-${hex(17)}`;
  const eni = `eni-${hex(17)}`;
  const time = "2026-03-11T09:14:07.000Z";
  const groups = [{ GroupId: `sg-${hex(17)}`, GroupName: "web-tier-production" }];
  const host = `ip-10-0-1-${index % 250}.eu-west-1.compute.internal`;
  return {
    AmiLaunchIndex: 0,
    Architecture: "x86_64",
    BlockDeviceMappings: ["/dev/xvda", "/dev/sdf"].map((DeviceName) => ({
      DeviceName,
      Ebs: { AttachTime: time, DeleteOnTermination: true, EbsCardIndex: 0, Status: "attached", VolumeId: `vol-${hex(17)}` },
    })),
    BootMode: "uefi-preferred",
    CapacityReservationSpecification: { CapacityReservationPreference: "open" },
    ClientToken: `8d1f6c1e-3b0a-4b56-9f1a-${hex(12)}`,
    CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 },
    CurrentInstanceBootMode: "uefi",
    EbsOptimized: true,
    EnaSupport: true,
    EnclaveOptions: { Enabled: false },
    HibernationOptions: { Configured: false },
    Hypervisor: "xen",
    IamInstanceProfile: { Arn: "arn:aws:iam::123456789012:instance-profile/web", Id: "AIPAEXAMPLE00000000EX" },
    ImageId: `ami-${hex(17)}`,
    InstanceId: id,
    InstanceType: "t3.medium",
    KeyName: "operations",
    LaunchTime: time,
    MaintenanceOptions: { AutoRecovery: "default", RebootMigration: "default" },
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpProtocolIpv6: "disabled",
      HttpPutResponseHopLimit: 2,
      HttpTokens: "required",
      InstanceMetadataTags: "disabled",
      State: "applied",
    },
    Monitoring: { State: "disabled" },
    NetworkInterfaces: [
      {
        Association: {
          IpOwnerId: "amazon",
          PublicDnsName: `ec2-203-0-113-${index % 250}.eu-west-1.compute.amazonaws.com`,
          PublicIp: `203.0.113.${index % 250}`,
        },
        Attachment: {
          AttachTime: time,
          AttachmentId: `eni-attach-${hex(17)}`,
          DeleteOnTermination: true,
          DeviceIndex: 0,
          NetworkCardIndex: 0,
          Status: "attached",
        },
        Description: "Primary network interface",
        Groups: groups,
        InterfaceType: "interface",
        Ipv6Addresses: [],
        MacAddress: "06:9a:3f:11:22:33",
        NetworkInterfaceId: eni,
        Operator: { Managed: false },
        OwnerId: "123456789012",
        PrivateDnsName: host,
        PrivateIpAddress: `10.0.1.${index % 250}`,
        PrivateIpAddresses: [
          {
            Association: {
              IpOwnerId: "amazon",
              PublicDnsName: `ec2-203-0-113-${index % 250}.eu-west-1.compute.amazonaws.com`,
              PublicIp: `203.0.113.${index % 250}`,
            },
            Primary: true,
            PrivateDnsName: host,
            PrivateIpAddress: `10.0.1.${index % 250}`,
          },
        ],
        SourceDestCheck: true,
        Status: "in-use",
        SubnetId: `subnet-${hex(17)}`,
        VpcId: "vpc-0123456789abcdef0",
      },
    ],
    NetworkPerformanceOptions: { BandwidthWeighting: "default" },
    Operator: { Managed: false },
    Placement: { AvailabilityZone: "eu-west-1a", AvailabilityZoneId: "euw1-az3", GroupName: "", Tenancy: "default" },
    PlatformDetails: "Linux/UNIX",
    PrivateDnsName: host,
    PrivateDnsNameOptions: { EnableResourceNameDnsAAAARecord: false, EnableResourceNameDnsARecord: true, HostnameType: "ip-name" },
    PrivateIpAddress: `10.0.1.${index % 250}`,
    ProductCodes: [],
    PublicDnsName: `ec2-203-0-113-${index % 250}.eu-west-1.compute.amazonaws.com`,
    PublicIpAddress: `203.0.113.${index % 250}`,
    RootDeviceName: "/dev/xvda",
    RootDeviceType: "ebs",
    SecurityGroups: groups,
    SourceDestCheck: true,
    State: { Code: 16, Name: "running" },
    StateTransitionReason: "",
    SubnetId: `subnet-${hex(17)}`,
    Tags: [
      { Key: "Name", Value: `web-${index}` },
      { Key: "Environment", Value: "production" },
    ],
    UsageOperation: "RunInstances",
    UsageOperationUpdateTime: time,
    VirtualizationType: "hvm",
    VpcId: "vpc-0123456789abcdef0",
  };
}

/** A DescribeInstances response with `count` instances, each in its own reservation. */
export function sampleResponse(count: number) {
  return {
    Reservations: Array.from({ length: count }, (_, index) => ({
      Groups: [],
      Instances: [sampleInstance(index)],
      OwnerId: "123456789012",
      ReservationId: `r-${index.toString(16).padStart(17, "0")}`,
    })),
  };
}
