/** ListRoles as IAM answers it: the trust policy is URL-encoded JSON. */
export function listRoles(count: number, account: string): object {
  return { Roles: Array.from({ length: count }, (_, number) => role(number, account)), IsTruncated: false };
}

function role(number: number, account: string): object {
  const RoleName = `webshop-${["deploy", "runtime", "audit", "batch"][number % 4]}-${String(number).padStart(3, "0")}`;
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"][number % 2] }, Action: "sts:AssumeRole" }],
  };
  return {
    Path: "/webshop/",
    RoleName,
    RoleId: `AROA${String(number).padStart(17, "X7QJ2")}`,
    Arn: `arn:aws:iam::${account}:role/webshop/${RoleName}`,
    CreateDate: new Date(Date.UTC(2025, number % 12, 1 + (number % 28))),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    Description: "Made by the webshop's deployment",
    MaxSessionDuration: 3600,
  };
}
