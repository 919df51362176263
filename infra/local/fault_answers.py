"""Errors as AWS answers them: each service's own code, HTTP status and protocol.

Codes and statuses are those of the services' API references ("Common errors" where a service has none of its own).
"""

import json
from xml.sax.saxutils import escape

_COMMON = {"throttled": ("ThrottlingException", 400), "internal": ("InternalFailure", 500), "unavailable": ("ServiceUnavailable", 503)}
_QUERY = {**_COMMON, "throttled": ("Throttling", 400)}
CODES = {
    "s3": {"throttled": ("SlowDown", 503), "internal": ("InternalError", 500), "unavailable": ("ServiceUnavailable", 503)},
    "ec2": {"throttled": ("RequestLimitExceeded", 503), "internal": ("InternalError", 500), "unavailable": ("Unavailable", 503)},
    "iam": {**_QUERY, "internal": ("ServiceFailure", 500)},
    "sts": _QUERY,
    "lambda": {**_COMMON, "throttled": ("TooManyRequestsException", 429), "internal": ("ServiceException", 500)},
    "dynamodb": {**_COMMON, "throttled": ("ProvisionedThroughputExceededException", 400), "internal": ("InternalServerError", 500)},
    "kms": {**_COMMON, "internal": ("KMSInternalException", 500)},
    "ssm": {**_COMMON, "internal": ("InternalServerError", 500)},
    "states": _COMMON,
    "cloudtrail": _COMMON,
}
_MESSAGE = "Injected by the local AWS: {kind}."
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = {"iam": "https://iam.amazonaws.com/doc/2010-05-08/", "sts": "https://sts.amazonaws.com/doc/2011-06-15/"}
_REQUEST = "00000000-0000-4000-8000-000000000000"


def answer(service, kind, method):
    """Status, headers and body."""
    code, status = CODES[service][kind]
    media, body = _document(service, code, status, _MESSAGE.format(kind=kind))
    headers = {"content-type": media, "x-amzn-requestid": _REQUEST}
    if media.startswith("application/json"):
        headers["x-amzn-errortype"] = code
    # The answer to a HEAD is its status alone.
    return status, headers, b"" if method == "HEAD" else body.encode()


def _document(service, code, status, message):
    code, said = escape(code), escape(message)
    if service == "s3":
        return "application/xml", f"{_XML}<Error><Code>{code}</Code><Message>{said}</Message><RequestId>{_REQUEST}</RequestId></Error>"
    if service == "ec2":
        error = f"<Errors><Error><Code>{code}</Code><Message>{said}</Message></Error></Errors>"
        return "text/xml;charset=UTF-8", f"{_XML}<Response>{error}<RequestID>{_REQUEST}</RequestID></Response>"
    if service in _NAMESPACES:
        fault = "Sender" if status < 500 else "Receiver"
        error = f"<Error><Type>{fault}</Type><Code>{code}</Code><Message>{said}</Message></Error>"
        return "text/xml", f'<ErrorResponse xmlns="{_NAMESPACES[service]}">{error}<RequestId>{_REQUEST}</RequestId></ErrorResponse>'
    if service == "lambda":
        return "application/json", json.dumps({"Type": "User" if status < 500 else "Service", "message": message})
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
