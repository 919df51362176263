"""Where MiniStack 1.5.33 differs from AWS in a way that matters here. Each goes when the emulator has it right.

What it authorizes otherwise is in authorization.py, instances are in instances.py.
"""

import threading

import authorization
import instances

from ministack.core import iam_actions
from ministack.services import ec2, stepfunctions

# Of …/functions/NAME/concurrency every method is authorized as the Put, of …/functions/NAME/url all but GET as the creation.
_METHODS = {
    "PutFunctionConcurrency": {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"},
    "CreateFunctionUrlConfig": {"PUT": "UpdateFunctionUrlConfig", "DELETE": "DeleteFunctionUrlConfig"},
}


def apply():
    authorization.apply()
    _tell_lambda_actions()
    instances.apply()
    _keep_tags_of_flow_logs()
    _evaluate_task_timeouts()
    _fail_waits_whose_function_failed()


def _tell_lambda_actions():
    named = iam_actions._lambda_action

    def corrected(method, path):
        action = named(method, path)
        return _METHODS.get(action, {}).get(method, action)

    iam_actions._lambda_action = corrected


def _keep_tags_of_flow_logs():
    """Their type is called vpc-flow-log in a request."""
    parse = ec2._parse_tag_specs
    ec2._parse_tag_specs = lambda params, kind, made: parse(params, "vpc-flow-log" if kind == "flow-log" else kind, made)


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
