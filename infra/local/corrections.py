"""Where MiniStack 1.5.33 differs from AWS in a way that matters here. Each goes when the emulator has it right."""

from ministack.core import iam_actions

# GET and DELETE of …/functions/NAME/concurrency are authorized as the Put: a role that may only read is refused.
_CONCURRENCY = {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"}


def apply():
    named = iam_actions._lambda_action

    def corrected(method, path):
        action = named(method, path)
        return _CONCURRENCY.get(method, action) if action == "PutFunctionConcurrency" else action

    iam_actions._lambda_action = corrected
