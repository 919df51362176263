/**
 * One port for HTTP/1.1 and HTTP/2 without TLS (prior knowledge), which the SDK's default Bedrock runtime
 * handler speaks: the first bytes tell them apart (RFC 9113, section 3.4: an HTTP/2 client begins with "PRI").
 */
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import type { Incoming, Outgoing } from "./http.ts";

const PREFACE = Buffer.from("PRI");

export type OnRequest = (incoming: Incoming, outgoing: Outgoing) => void;

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 takes a free one. Only this machine can connect. @throws the socket's error, such as EADDRINUSE. */
export async function listen(port: number, onRequest: OnRequest): Promise<Listener> {
  const one = http.createServer(onRequest);
  const two = http2.createServer(onRequest);
  // A client that sends garbage or hangs up ends its own session, nothing else.
  two.on("sessionError", () => undefined);
  const sockets = new Set<net.Socket>();
  const front = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    sniff(socket, (isHttp2) => (isHttp2 ? two : one).emit("connection", socket));
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen({ port, host: "127.0.0.1" }, resolve);
  });
  const address = front.address();
  if (address === null || typeof address === "string") throw new Error("the listener has no port");
  return {
    port: address.port,
    close: () =>
      new Promise<void>((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function sniff(socket: net.Socket, decide: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, PREFACE.length);
    const alike = seen.subarray(0, compared).equals(PREFACE.subarray(0, compared));
    if (alike && seen.length < PREFACE.length) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    decide(alike);
    // Both servers listen for the rest, but neither resumes what was paused.
    process.nextTick(() => socket.resume());
  };
  socket.on("data", onData);
}
