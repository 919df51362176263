/** What handlers see of HTTP: whole requests in, whole replies out, the same for HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

export interface HttpRequest {
  readonly method: string;
  /** Still percent-encoded: a model id may hold "/" and ":". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Ends when the caller goes away or the server closes. */
  readonly gone: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** `cut`: the connection is closed without an answer. */
export type Handler = (request: HttpRequest) => Promise<HttpReply | "cut">;

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** @param maxBytes of the body. @throws BodyTooLarge */
export async function readRequest(incoming: Incoming, maxBytes: number, gone: AbortSignal): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) throw new BodyTooLarge(`The body has ${bytes} bytes; at most ${maxBytes} are accepted.`);
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?", 2);
  return { method: incoming.method ?? "GET", path, query: new URLSearchParams(query), body: Buffer.concat(chunks), gone };
}

export function sendReply(outgoing: Outgoing, reply: HttpReply): void {
  outgoing.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) outgoing.setHeader(name, value);
  outgoing.setHeader("content-length", String(Buffer.byteLength(reply.body)));
  outgoing.end(reply.body);
}

/** Ends the connection, or the HTTP/2 stream, without an answer. */
export function cutOff(outgoing: Outgoing): void {
  if ("stream" in outgoing) outgoing.stream.destroy();
  else outgoing.socket?.destroy();
}
