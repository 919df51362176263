/** ListBuckets, and for each bucket GetPublicAccessBlock, as S3 answers them. */
export function listBuckets(count: number): { Buckets: { Name: string; CreationDate: Date; BucketRegion: string; BucketArn: string }[]; Owner: object } {
  return {
    Buckets: Array.from({ length: count }, (_, number) => {
      const Name = `acme-webshop-${["assets", "logs", "exports", "backups"][number % 4]}-${String(number).padStart(3, "0")}`;
      return { Name, CreationDate: new Date(Date.UTC(2025, number % 12, 1 + (number % 28))), BucketRegion: "us-east-1", BucketArn: `arn:aws:s3:::${Name}` };
    }),
    Owner: { ID: "4f1c".repeat(16) },
  };
}

export function publicAccessBlock(number: number): object {
  const closed = number % 9 !== 0;
  return { PublicAccessBlockConfiguration: { BlockPublicAcls: closed, IgnorePublicAcls: closed, BlockPublicPolicy: closed, RestrictPublicBuckets: closed } };
}
