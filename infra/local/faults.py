"""Makes chosen calls to the LOCAL AWS fail or wait, so that a test can tell what happens then. No part of what is deployed.

    POST   /_coworker/faults        {"service": "s3", "operation": "PutPublicAccessBlock", "error": "throttled", "times": 2}
    GET    /_coworker/faults        each fault, how many calls it has met, and how many it holds now
    POST   /_coworker/faults/release    lets go of every call that is held; none is held afterwards
    DELETE /_coworker/faults        takes all of them away, and lets go

A fault names a service and what is the same of every call it meets: `operation`, `iamAction`, `resource`, `account` as
the recorder writes them, `role` of the calling session. Either it answers `error` (throttled, internal, unavailable) as
that service does, `times` times or until it is taken away: instead of the call, or with `after` once the call has
taken effect. Or it holds a call (`hold`) before it takes effect. The first that fits counts. Nobody is authenticated
before, as little as AWS promises it of a call that it throttles. Calls that never leave the emulator (Step Functions'
and API Gateway's own) meet no fault.
"""

import asyncio
import json

import describe
import fault_answers

PATH = "/_coworker/faults"
_WORDS = ("operation", "iamAction", "resource", "account", "role")
_KEYS = {"service", *_WORDS, "error", "times", "after", "hold"}


class Fault:
    def __init__(self, said):
        """@raises ValueError: that is no fault."""
        if not isinstance(said, dict) or set(said) - _KEYS:
            raise ValueError(f"a fault is an object of {', '.join(sorted(_KEYS))}")
        service, error, times, hold = said.get("service"), said.get("error"), said.get("times"), said.get("hold", False)
        if service not in fault_answers.CODES:
            raise ValueError(f"service: one of {', '.join(fault_answers.CODES)}")
        if not isinstance(hold, bool) or hold == (error is not None) or (error is not None and error not in fault_answers.CODES[service]):
            raise ValueError(f"either hold, or error: one of {', '.join(fault_answers.CODES[service])}")
        if times is not None and (type(times) is not int or times < 1):
            raise ValueError("times: a whole number from 1 on")
        if not isinstance(said.get("after", False), bool) or (hold and "after" in said):
            raise ValueError("after: whether the call takes effect before its error")
        if not any(word in said for word in _WORDS) or not all(isinstance(said[word], str) for word in _WORDS if word in said):
            raise ValueError(f"one of {', '.join(_WORDS)} at least, each a text")
        self.said, self.met, self.held, self.released = said, 0, 0, asyncio.Event()

    def meets(self, call):
        times = self.said.get("times")
        is_open = not self.released.is_set() and (times is None or self.met < times)
        return is_open and all(call[word] == self.said[word] for word in ("service", *_WORDS) if word in self.said)

    def shown(self):
        return {**self.said, "met": self.met, "held": self.held}


def injecting(app):
    """The ASGI application `app` behind the faults that it is told."""
    faults = []

    def forget():
        for fault in faults:
            fault.released.set()
        faults.clear()

    async def wrapped(scope, receive, send):
        path = scope.get("path", "")
        if scope["type"] == "http" and (path == PATH or path.startswith(f"{PATH}/")):
            return await control(scope, receive, send)
        if path == "/_ministack/reset":
            forget()
        if scope["type"] != "http" or not faults or describe.is_housekeeping(path):
            return await app(scope, receive, send)
        messages, body = await whole(receive)
        call = described(scope, body)
        fault = next((one for one in faults if one.meets(call)), None)
        if fault is None:
            return await app(scope, replayed(messages, receive), send)
        fault.met += 1
        if fault.said.get("hold"):
            return await app(scope, replayed(messages, receive), send) if await let_go(fault, receive) else None
        if fault.said.get("after"):
            await app(scope, replayed(messages, receive), unheard)
        await reply(send, *fault_answers.answer(fault.said["service"], fault.said["error"], scope["method"]))

    async def control(scope, receive, send):
        _, body = await whole(receive)
        asked = f"{scope['method']} {scope['path']}"
        status = 200
        if asked == f"POST {PATH}":
            try:
                faults.append(Fault(json.loads(body)))
            except ValueError as error:
                return await tell(send, 400, {"error": str(error)})
        elif asked == f"POST {PATH}/release":
            for fault in faults:
                if fault.said.get("hold"):
                    fault.released.set()
        elif asked == f"DELETE {PATH}":
            forget()
        elif asked != f"GET {PATH}":
            status = 404
        await tell(send, status, {"faults": [fault.shown() for fault in faults]})

    return wrapped


def described(scope, body):
    """The call in the recorder's words; `role` of arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION."""
    call = describe.asked(scope, body)
    _, _, session = call["principal"].partition(":assumed-role/")
    return {**call, "role": session.partition("/")[0]}


async def let_go(fault, receive):
    """Waits. @returns False: the caller went away first, and nothing took effect."""
    fault.held += 1
    released, gone = asyncio.ensure_future(fault.released.wait()), asyncio.ensure_future(receive())
    try:
        done, _ = await asyncio.wait({released, gone}, return_when=asyncio.FIRST_COMPLETED)
        return released in done
    finally:
        fault.held -= 1
        released.cancel()
        gone.cancel()


async def whole(receive):
    messages, body = [], bytearray()
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
        body.extend(messages[-1].get("body", b""))
    return messages, bytes(body)


def replayed(messages, receive):
    left = list(messages)

    async def again():
        return left.pop(0) if left else await receive()

    return again


async def unheard(_message):
    """An answer that is lost."""


async def tell(send, status, document):
    await reply(send, status, {"content-type": "application/json"}, json.dumps(document).encode())


async def reply(send, status, headers, body):
    pairs = [(name.encode(), value.encode()) for name, value in {**headers, "content-length": str(len(body))}.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
