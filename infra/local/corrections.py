"""Where MiniStack 1.5.33 differs from AWS in a way that matters here. Each goes when the emulator has it right."""

import threading

from ministack.core import iam_actions
from ministack.services import stepfunctions

# GET and DELETE of …/functions/NAME/concurrency are authorized as the Put: a role that may only read is refused.
_CONCURRENCY = {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"}


def apply():
    _authorize_concurrency()
    _evaluate_task_timeouts()
    _fail_waits_whose_function_failed()


def _authorize_concurrency():
    named = iam_actions._lambda_action

    def corrected(method, path):
        action = named(method, path)
        return _CONCURRENCY.get(method, action) if action == "PutFunctionConcurrency" else action

    iam_actions._lambda_action = corrected


def _evaluate_task_timeouts():
    """A task's TimeoutSeconds may be a JSONata expression; it is compared with numbers as it stands."""
    execute = stepfunctions._execute_task

    def corrected(state, given, execution, context):
        if isinstance(state.get("TimeoutSeconds"), str):
            seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", given, context)
            state = {**state, "TimeoutSeconds": seconds}
        return execute(state, given, execution, context)

    stepfunctions._execute_task = corrected


def _fail_waits_whose_function_failed():
    """A function that throws under waitForTaskToken ends the task; here it is waited for until the timeout."""
    waiting = threading.local()
    wait, call = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def corrected_wait(resource, given, token, state):
        waiting.token = token
        try:
            return wait(resource, given, token, state)
        finally:
            waiting.token = None

    def corrected_call(function, event):
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            known = stepfunctions._task_tokens.get(getattr(waiting, "token", None))
            if known is not None and known["result"] is None:
                known["error"] = {"Error": error.error, "Cause": error.cause}
                known["event"].set()
            raise

    stepfunctions._invoke_with_callback, stepfunctions._call_lambda = corrected_wait, corrected_call
