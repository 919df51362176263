"""What AWS checks a call on, where MiniStack 1.5.33 checks something else (Service Authorization Reference of EC2, IAM, Lambda and STS).

It looks at one of a call's resources, leaves paths out of IAM's ARNs, knows no tags of EC2's resources, and asks for no
dependent action (ec2:CreateTags, iam:PassRole, iam:TagRole, sts:TagSession, sts:SetSourceIdentity). Mended for the calls
that this product makes.
"""

import contextvars
import dataclasses
import json

import ec2_authorization
from ec2_authorization import asked

from ministack.core import iam_actions, iam_evaluator
from ministack.services import ec2, iam, tagging

# What is being authorized: service, parameters, region and account. Each request has a context of its own.
_call = contextvars.ContextVar("call", default=(None, {}, "", ""))


def apply():
    _tell_resources()
    _know_keys()
    _check_all()
    _ask_the_role()


def _tell_resources():
    """The ARN that a call is recorded under, and checked on if nothing else is known of it."""
    first = iam_actions.extract_resource_arn

    def corrected(service, method, path, headers, body, params, region, account):
        _call.set((service, params, region, account))
        found = [arn for _, arn, _ in ec2_authorization.checks(_action(params), params, region, account, {})] if service == "ec2" else []
        found += _iam_arns(params, account) if service == "iam" else []
        return found[0] if found else first(service, method, path, headers, body, params, region, account)

    iam_actions.extract_resource_arn = corrected


def _know_keys():
    """Boundary and policy of an IAM call; how a function's URL is to be authorized; tags of EC2's resources."""
    keys, tags = iam_actions.request_tag_context, tagging.resource_tags

    def corrected_keys(service, action, body, params):
        own = _iam_keys(params) if service == "iam" else _lambda_keys(action, body) if service == "lambda" else {}
        return {**keys(service, action, body, params), **own}

    def corrected_tags(arn):
        _, of_ec2, resource = arn.partition(":ec2:")
        if not of_ec2:
            return tags(arn)
        return {tag["Key"]: tag["Value"] for tag in ec2._tags.get(resource.rpartition("/")[2]) or []}

    iam_actions.request_tag_context, tagging.resource_tags = corrected_keys, corrected_tags


def _check_all():
    enforce = iam_evaluator.enforce

    def corrected(key, action, service, region, resource_arn="*", service_context=None):
        for one, arn, context in _checks(action, resource_arn, service_context or {}):
            denied = enforce(key, one, one.partition(":")[0], region, resource_arn=arn, service_context=context)
            if denied:
                return denied
        return None

    iam_evaluator.enforce = corrected


def _ask_the_role():
    """The role's trust is asked for a source identity too, which is a key of the whole call."""
    trusts = iam_evaluator.evaluate_trust_policy

    def corrected(document, caller, context=None):
        service, params, _, _ = _call.get()
        identity = asked(params, "SourceIdentity") if service == "sts" else ""
        if context is None or not identity:
            return trusts(document, caller, context)
        context = dataclasses.replace(context, service_context={**context.service_context, "sts:sourceidentity": identity})
        return trusts(document, caller, context) and trusts(document, caller, dataclasses.replace(context, action="sts:SetSourceIdentity"))

    iam_evaluator.evaluate_trust_policy = corrected


def _action(params):
    return asked(params, "Action")


def _checks(action, arn, context):
    """Every (action, resource, keys) that AWS asks for at this call."""
    service, params, region, account = _call.get()
    namespace, _, name = action.partition(":")
    as_it_is = [(action, arn, context)]
    if service != namespace or _action(params) != name:
        return as_it_is
    if service == "ec2":
        return ec2_authorization.checks(name, params, region, account, context) or as_it_is
    if service == "iam" and name == "CreateRole" and context.get("aws:TagKeys"):
        return [*as_it_is, ("iam:TagRole", arn, context)]
    if service == "sts" and name == "AssumeRole":
        identity = asked(params, "SourceIdentity")
        context = {**context, **({"sts:SourceIdentity": identity} if identity else {})}
        more = [*(["sts:TagSession"] if context.get("aws:TagKeys") else []), *(["sts:SetSourceIdentity"] if identity else [])]
        return [(one, arn, context) for one in (action, *more)]
    return as_it_is


# One that is gone keeps its ARN: whoever records a call looks after its answer.
_iam_known = {}


def _iam_arns(params, account):
    """A role's or user's path is part of its ARN."""
    for kind, store in (("Role", iam._roles), ("User", iam._users)):
        name = asked(params, f"{kind}Name")
        if not name:
            continue
        if _action(params) == f"Create{kind}":
            return [f"arn:aws:iam::{account}:{kind.lower()}{asked(params, 'Path') or '/'}{name}"]
        there = store.get_scoped(account, None, name)
        if there:
            _iam_known[account, kind, name] = there["Arn"]
        return [arn] if (arn := _iam_known.get((account, kind, name))) else []
    return []


def _lambda_keys(action, body):
    """Of a call that sets it."""
    if action.partition(":")[2] not in ("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"):
        return {}
    kind = json.loads(body or b"{}").get("AuthType")
    return {"lambda:FunctionUrlAuthType": kind} if kind else {}


def _iam_keys(params):
    there = iam._roles.get(asked(params, "RoleName")) or iam._users.get(asked(params, "UserName")) or {}
    boundary, policy = asked(params, "PermissionsBoundary") or there.get("PermissionsBoundary"), asked(params, "PolicyArn")
    return {**({"iam:PermissionsBoundary": boundary} if boundary else {}), **({"iam:PolicyARN": policy} if policy else {})}
