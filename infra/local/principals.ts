/** People of the hub account: IAM users who may call the API and nothing else. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import * as z from "zod";
import type { LocalCopy } from "./copy.ts";
import { HUB_ACCOUNT } from "./environment.ts";
import { LocalFailure } from "./failure.ts";
import { unlessThere } from "./seed/demo.ts";
import type { Credentials } from "./signed.ts";
import { readIfThere } from "./state.ts";

/** Who asks for changes in the demo, and who approves them: config/example.yaml registers the second as an approver. */
export const REQUESTER = "acme-requester";
export const APPROVER = "acme-approver";

const credentials = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() });

/**
 * Keys of that user, who is made if there is none. IAM shows a secret once: it is kept in the copy's own folder.
 * @throws {LocalFailure} when the local AWS makes no key.
 */
export async function principal(copy: LocalCopy, name: string): Promise<Credentials> {
  const iam = new IAMClient({ endpoint: copy.endpoint, region: "us-east-1", credentials: { accessKeyId: HUB_ACCOUNT, secretAccessKey: "test" } });
  await makeUser(iam, name);
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: name }));
  const kept = readKept(copy, name);
  if (kept && AccessKeyMetadata.some(({ AccessKeyId }) => AccessKeyId === kept.accessKeyId)) return kept;
  // A user has two keys at most, and nobody knows the secrets of these.
  for (const { AccessKeyId } of AccessKeyMetadata) await iam.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey) throw new LocalFailure(`The local AWS made no access key for ${name} in ${HUB_ACCOUNT}.`);
  const made = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  writeFileSync(fileOf(copy, name), JSON.stringify(made), { mode: 0o600 });
  return made;
}

async function makeUser(iam: IAMClient, UserName: string): Promise<void> {
  await unlessThere(iam.send(new CreateUserCommand({ UserName })), "EntityAlreadyExistsException");
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `arn:aws:execute-api:*:${HUB_ACCOUNT}:*` }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "call-the-api", PolicyDocument }));
}

function readKept(copy: LocalCopy, name: string): Credentials | undefined {
  const text = readIfThere(fileOf(copy, name));
  return text === undefined ? undefined : credentials.parse(JSON.parse(text));
}

const fileOf = (copy: LocalCopy, name: string) => join(copy.folder, `key-of-${name}.json`);
