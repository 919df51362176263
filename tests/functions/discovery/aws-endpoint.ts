/** A local HTTP server in the place of AWS: answers from a queue and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The request is kept and never answered. */
  readonly silent?: true;
}

export interface Endpoint {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** @param answers in order; the last one is repeated. */
export async function endpoint(...answers: readonly [Answer, ...Answer[]]): Promise<Endpoint> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? answers[0];
      asked.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(parts).toString() });
      if (!answer.silent) response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
