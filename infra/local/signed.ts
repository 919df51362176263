/** HTTP calls signed with SigV4 for API Gateway: what an IAM-authorized API expects of a caller. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
export type Api = { apiUrl: string; credentials?: Credentials; region?: string };
export type ApiCall = { method: "GET" | "POST" | "DELETE"; path: string; headers?: Record<string, string>; body?: string };
/** `body` is the parsed JSON, or the text when it is none. */
export type ApiAnswer = { status: number; headers: Headers; body: unknown };

/** What MiniStack takes as the hub account's root, and the README's curl uses. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** @param call `path` begins with a slash and may hold a query. @throws TypeError when nothing answers at the address. */
export async function callApi({ apiUrl, credentials = LOCAL_CREDENTIALS, region = "us-east-1" }: Api, call: ApiCall): Promise<ApiAnswer> {
  const url = new URL(apiUrl.replace(/\/$/, "") + call.path);
  const signer = new SignatureV4({ credentials, region, service: "execute-api", sha256: Sha256 });
  const headers = { ...(call.body === undefined ? {} : { "content-type": "application/json" }), ...call.headers, host: url.host };
  const signed = await signer.sign({
    method: call.method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port || 0),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  const { host: _, ...sent } = signed.headers;
  const answer = await fetch(url, { method: call.method, headers: sent, ...(call.body === undefined ? {} : { body: call.body }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: parsed(text) };
}

/** What a person types to sign as a user of the local hub. */
export function curlOf({ port }: { port: number }, name: string): string {
  return `curl --aws-sigv4 "aws:amz:us-east-1:execute-api" --user "$(npm run -s local -- key ${name} --port ${port})"`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
