"""Where MiniStack 1.5.33 differs from AWS in a way that matters here. Each goes when the emulator has it right.

What it authorizes otherwise is in authorization.py.
"""

import threading

import authorization

from ministack.core import iam_actions
from ministack.services import ec2, stepfunctions

# GET and DELETE of …/functions/NAME/concurrency are authorized as the Put: a role that may only read is refused.
_CONCURRENCY = {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"}


def apply():
    authorization.apply()
    _authorize_concurrency()
    _show_metadata_options()
    _keep_tags_of_flow_logs()
    _evaluate_task_timeouts()
    _fail_waits_whose_function_failed()


def _authorize_concurrency():
    named = iam_actions._lambda_action

    def corrected(method, path):
        action = named(method, path)
        return _CONCURRENCY.get(method, action) if action == "PutFunctionConcurrency" else action

    iam_actions._lambda_action = corrected


def _show_metadata_options():
    """An instance shows the IMDS settings it was launched with; here they are dropped."""
    launching = threading.local()
    run, launch, shown = ec2._run_instances, ec2._launch_instances_internal, ec2._instance_xml

    def corrected_run(params):
        prefix = "MetadataOptions."
        launching.options = {key.removeprefix(prefix): ec2._p(params, key) for key in params if key.startswith(prefix)}
        try:
            return run(params)
        finally:
            launching.options = {}

    def corrected_launch(*args, **kwargs):
        made = launch(*args, **kwargs)
        for instance in made:
            instance["MetadataOptions"] = dict(getattr(launching, "options", {}))
        return made

    def corrected_shown(instance):
        options = {f"{name[:1].lower()}{name[1:]}": value for name, value in instance.get("MetadataOptions", {}).items()}
        inner = "".join(f"<{name}>{ec2._esc(value)}</{name}>" for name, value in {"state": "applied", **options}.items())
        before, end, after = shown(instance).rpartition("</item>")
        return f"{before}<metadataOptions>{inner}</metadataOptions>{end}{after}" if options else f"{before}{end}{after}"

    ec2._run_instances, ec2._launch_instances_internal, ec2._instance_xml = corrected_run, corrected_launch, corrected_shown
    ec2._ACTION_MAP["RunInstances"] = corrected_run


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
