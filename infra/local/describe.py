"""What one call was: principal, service, operation, resource, result, in MiniStack's own reading of it.

Every part is read on its own, so that one part that can't be read ("unknown") doesn't hide the others.
"""

import functools
import json
import re
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core import iam_actions, iam_evaluator, responses, router

UNKNOWN = "unknown"
_APP_ID = re.compile(r"(?:^|\s)app/(\S+)")
_XML_CODE = re.compile(rb"<Code>([^<]{1,100})</Code>")
_EXECUTE_API = "/_aws/execute-api/"
# Lambda's one IAM action that is not named like its operation.
RENAMED = {"lambda:InvokeFunction": "Invoke"}


def is_housekeeping(path):
    """Health, readiness, reset, faults: the emulator's own, no AWS call."""
    return path.startswith(("/_ministack/", "/_localstack/", "/_coworker/", "/health"))


def headers_of(pairs):
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def attempt(read):
    try:
        return read() or UNKNOWN
    except Exception:  # the emulator's readers fail in their own ways; a recorder must not
        return UNKNOWN


def call(scope, body, answer):
    """The fields of one HTTP call. Run after it, in its own context: the account is the one it was served in."""
    headers = headers_of(scope.get("headers", []))
    return {**_said(scope, body, headers), "status": answer["status"], "result": result(answer), "appId": app_id(headers)}


def asked(scope, body):
    """Those of its fields that are known before it. The account is the key's, as the emulator will have it."""
    headers = headers_of(scope.get("headers", []))
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    responses.set_request_account_id(router.extract_access_key_id(headers, query))
    return _said(scope, body, headers)


def _said(scope, body, headers):
    method, path = scope["method"], scope["path"]
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    account = attempt(responses.get_account_id)
    region = attempt(lambda: router.extract_region(headers, query))
    return {
        "principal": principal(headers, query),
        **target(method, path, headers, query, body, region, account),
        "account": account,
        "region": region,
    }


def principal(headers, query):
    key = attempt(lambda: router.extract_access_key_id(headers, query))
    if key == UNKNOWN:
        return "anonymous"
    return attempt(lambda: iam_evaluator.resolve_caller_identity(key)["userArn"])


def target(method, path, headers, query, body, region, account):
    if path.startswith(_EXECUTE_API):
        api, _, rest = path[len(_EXECUTE_API):].partition("/")
        stage, _, resource = rest.partition("/")
        return {
            "service": "execute-api", "operation": f"{method} /{resource}", "iamAction": "execute-api:Invoke",
            "resource": f"arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{resource}",
        }
    params = attempt(lambda: ministack._routing_params(method, path, headers, body, query))
    params = query if params == UNKNOWN else params
    service = attempt(lambda: router.detect_service(method, path, headers, params))
    if service == "s3":
        bucket = attempt(lambda: ministack._extract_s3_vhost_bucket(headers.get("host", "")))
        path = path if bucket == UNKNOWN else f"/{bucket}{path}"
    action = attempt(lambda: action_of(service, method, path, headers, body, params))
    operation = attempt(lambda: operation_of(service, method, path, query, action))
    resource = attempt(lambda: iam_actions.extract_resource_arn(
        service, method, path, headers, body, params, region, account))
    return {"service": service, "operation": operation, "iamAction": action, "resource": resource}


def action_of(service, method, path, headers, body, params):
    if path.startswith("/v20180820/"):
        name = iam_actions.s3control_action(method, path)
        return name if name and ":" in name else name and f"s3:{name}"
    return iam_actions.extract_iam_action(service, method, path, headers, body, params)


def operation_of(service, method, path, query, action):
    """The API operation; S3's IAM actions are named otherwise (ListBuckets is s3:ListAllMyBuckets)."""
    named = query.get("x-id")
    if named:
        return named[0]
    if service == "s3":
        return s3_operation(method, path, query)
    if service == "apigateway":
        return iam_actions._match_rest_action(service, method, path, query) or action
    return RENAMED.get(action) or action.partition(":")[2]


@functools.cache
def s3_routes():
    return iam_actions._load_botocore_routes("s3")


def s3_operation(method, path, query):
    """By the route of botocore's model with the most query words; a key may hold slashes, a bucket may not."""
    bucket, _, key = path.strip("/").partition("/")
    sample, less = ("/b/k", "/b") if key else ("/b", "/") if bucket else ("/", None)
    fitting = [
        (len(words), name) for verb, pattern, name, _, words in s3_routes()
        if verb == method and pattern.match(sample) and not (less and pattern.match(less))
        and all(word in query and (not value or value in query[word]) for word, value in words.items())
    ]
    return max(fitting)[1] if fitting else UNKNOWN


def result(answer):
    """ "ok", or the error code; an error without a document (HEAD) by its status."""
    if answer["status"] == 0:
        return "ConnectionLost"
    if answer["status"] < 400:
        return "ok"
    code = answer["headers"].get("x-amzn-errortype", "").partition(":")[0] or code_in(bytes(answer["error"]))
    return code or f"HTTP{answer['status']}"


def code_in(document):
    found = _XML_CODE.search(document)
    if found:
        return found.group(1).decode("latin-1")
    try:
        parsed = json.loads(document)
    except ValueError:
        return ""
    if not isinstance(parsed, dict):
        return ""
    code = parsed.get("__type") or parsed.get("code") or parsed.get("Code") or ""
    return str(code).rpartition("#")[2]


def app_id(headers):
    found = _APP_ID.search(headers.get("x-amz-user-agent", "")) or _APP_ID.search(headers.get("user-agent", ""))
    return found.group(1)[:100] if found else None


def invocation(config, result):
    arn = config.get("FunctionArn", UNKNOWN)
    parts = arn.split(":")
    ended = (result or {}).get("status")
    return {
        "principal": UNKNOWN, "service": "lambda", "operation": "Invoke", "iamAction": "lambda:InvokeFunction",
        "resource": arn, "account": parts[4] if len(parts) > 4 else UNKNOWN, "region": parts[3] if len(parts) > 3 else UNKNOWN,
        "status": 200, "result": "ok" if ended == "ok" else "FunctionError", "appId": None,
    }
