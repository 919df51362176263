"""Runs MiniStack on 127.0.0.1 and appends one JSON line for every AWS call that reaches it.

    GATEWAY_PORT=4566 TLS_PORT=4568 TLS_FOLDER=... AUTH=true python recorder.py CALLS_FILE

People come over plain HTTP on the gateway's port, functions over TLS on the other, as they do on AWS.

A line says who called what on which resource and how it ended. It never holds a key, a token, a body or a
query value. A call that can't be read is recorded with "unknown" in the fields concerned; recording never
changes or delays the answer. Step Functions and API Gateway reach other services inside the process: of
these only Lambda invocations are seen (kind "invocation"). A test may have calls fail or wait: faults.py.
"""

import asyncio
import json
import os
import sys
import time
from datetime import datetime, timezone

import corrections
import describe
import faults
import tls

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core import lambda_runtime

# Enough for every form and JSON request; an upload's rest is not kept.
KEPT_REQUEST_BYTES = 1024 * 1024
# An error document names its code in its first bytes.
KEPT_ERROR_BYTES = 16 * 1024


class Journal:
    """One line per record, written in one piece, so that threads don't mix their lines."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, kind, began, fields):
        started = datetime.fromtimestamp(began, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"time": started, "kind": kind, **fields, "ms": round((time.time() - began) * 1000)}
        try:
            os.write(self._file, (json.dumps(record, separators=(",", ":")) + "\n").encode())
        except OSError as error:
            print(f"recorder: the record could not be written: {error}", file=sys.stderr)


def recording(app, journal):
    """The ASGI application `app`, with a line in `journal` for every call it answered."""

    async def wrapped(scope, receive, send):
        if scope["type"] != "http" or describe.is_housekeeping(scope["path"]):
            return await app(scope, receive, send)
        began, body, answer = time.time(), bytearray(), {"status": 0, "headers": {}, "error": bytearray()}
        written, start = False, None

        def write():
            nonlocal written
            if not written:
                written = True
                journal.write("call", began, describe.call(scope, bytes(body), answer))

        async def hear():
            message = await receive()
            if message["type"] == "http.request" and len(body) < KEPT_REQUEST_BYTES:
                body.extend(message.get("body", b"")[: KEPT_REQUEST_BYTES - len(body)])
            return message

        async def tell(message):
            nonlocal start
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["headers"] = describe.headers_of(message.get("headers", []))
                # An answer without a body ends for its caller with the headers: they wait for the line too.
                start = message
                return
            if message["type"] == "http.response.body":
                if answer["status"] >= 400:
                    answer["error"].extend(message.get("body", b"")[: KEPT_ERROR_BYTES - len(answer["error"])])
                # Before the caller has the end of its answer: whoever then looks finds its call.
                if not message.get("more_body", False):
                    write()
            if start is not None:
                held, start = start, None
                await send(held)
            await send(message)

        try:
            await app(scope, hear, tell)
        finally:
            write()

    return wrapped


def record_invocations(journal):
    """Lambda's worker processes are started by one method, whoever invokes."""
    invoke = lambda_runtime.Worker.invoke

    def recorded(self, *args, **kwargs):
        began, result = time.time(), None
        try:
            result = invoke(self, *args, **kwargs)
            return result
        finally:
            journal.write("invocation", began, describe.invocation(self.config, result))

    lambda_runtime.Worker.invoke = recorded


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: GATEWAY_PORT=4566 TLS_PORT=4568 TLS_FOLDER=FOLDER AUTH=true python recorder.py CALLS_FILE")
    journal = Journal(sys.argv[1])
    record_invocations(journal)
    corrections.apply()
    config = Config()
    _, certificate = tls.issue(os.environ["TLS_FOLDER"])
    config.certfile = config.keyfile = certificate
    # Functions run unsandboxed: nothing but this machine may reach the server.
    config.bind = [f"127.0.0.1:{int(os.environ['TLS_PORT'])}"]
    config.insecure_bind = [f"127.0.0.1:{int(os.environ['GATEWAY_PORT'])}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    asyncio.run(serve(recording(faults.injecting(ministack.app), journal), config))


if __name__ == "__main__":
    main()
