"""Condition keys that AWS knows of a call, and actions it needs besides its own, where MiniStack 1.5.33 passes over them.

By the Service Authorization Reference; for EC2 by "Grant permission to tag resources during creation".
"""

import contextvars
import dataclasses
import re

from authorization import asked

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

_ON_POLICY = re.compile(r"iam:(Attach|Detach)(Role|User)Policy")
_UNDER_BOUNDARY = re.compile(r"iam:((Attach|Detach|Put|Delete)(Role|User)Policy|(Create|Delete)(Role|User)|(Put|Delete)(Role|User)PermissionsBoundary)")
_REQUEST_TAGS = ("aws:requesttag/", "aws:tagkeys")
_TAG = re.compile(r"Tags\.member\.\d+\.Key")

# Action and parameters of the call that is being authorized.
_call = contextvars.ContextVar("call", default=("", {}))


def apply():
    # Without these, tags on create are not seen at all.
    iam_actions._TAG_MEMBERS |= {"TagSpecifications"}
    read, enforce, trusts = iam_actions.request_tag_context, iam_evaluator.enforce, iam_evaluator.evaluate_trust_policy

    def corrected_read(service, action, body, params):
        _call.set((action, params))
        return {**read(service, action, body, params), **_keys(action, params)}

    def corrected_enforce(key, action, service, region, resource_arn="*", service_context=None):
        called, params = _call.get()
        if action != called:
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=service_context)
        context = _of_resource(resource_arn, service_context or {}, params)
        checks = [(action, resource_arn, context), *_needed_too(action, resource_arn, context, params)]
        denials = (enforce(key, one, one.partition(":")[0], region, resource_arn=arn, service_context=keys) for one, arn, keys in checks)
        return next((denied for denied in denials if denied), None)

    def corrected_trusts(document, caller, context=None):
        """The role is asked for a source identity too; it is a key of the whole call."""
        called, params = _call.get()
        identity = asked(params, "SourceIdentity")
        if context is None or called != "sts:AssumeRole" or not identity:
            return trusts(document, caller, context)
        context = dataclasses.replace(context, service_context={**context.service_context, "sts:sourceidentity": identity})
        return trusts(document, caller, context) and trusts(document, caller, dataclasses.replace(context, action="sts:SetSourceIdentity"))

    iam_actions.request_tag_context = corrected_read
    iam_evaluator.enforce, iam_evaluator.evaluate_trust_policy = corrected_enforce, corrected_trusts


def _keys(action, params):
    there = iam._roles.get(asked(params, "RoleName")) or iam._users.get(asked(params, "UserName")) or {}
    found = {
        "iam:PolicyARN": _ON_POLICY.fullmatch(action) and asked(params, "PolicyArn"),
        "iam:PermissionsBoundary": _UNDER_BOUNDARY.fullmatch(action) and (asked(params, "PermissionsBoundary") or there.get("PermissionsBoundary")),
        "sts:SourceIdentity": action == "sts:AssumeRole" and asked(params, "SourceIdentity"),
    }
    return {key: value for key, value in found.items() if value}


def _made(arn):
    """The type of what an EC2 call makes: such an ARN has no id."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return kind if arn.startswith("arn:aws:ec2:") and name == "*" else None


def _tagged(arn, params):
    return _made(arn) in [asked(params, key) for key in params if re.fullmatch(r"TagSpecification\.\d+\.ResourceType", key)]


def _of_resource(arn, context, params):
    """Tags of a TagSpecification are keys of what is made with them, not of what the call uses."""
    if "TagSpecification.1.ResourceType" not in params or _tagged(arn, params):
        return context
    return {key: value for key, value in context.items() if not key.lower().startswith(_REQUEST_TAGS)}


def _needed_too(action, arn, context, params):
    if _tagged(arn, params):
        yield "ec2:CreateTags", arn, {**context, "ec2:CreateAction": action.partition(":")[2]}
    if action == "ec2:RunInstances" and _made(arn) == "instance":
        yield from (("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"}) for role in _passed(params))
    if action in ("iam:CreateRole", "sts:AssumeRole") and any(_TAG.fullmatch(key) for key in params):
        yield ("iam:TagRole" if action == "iam:CreateRole" else "sts:TagSession"), arn, context
    if action == "sts:AssumeRole" and asked(params, "SourceIdentity"):
        yield "sts:SetSourceIdentity", arn, context


def _passed(params):
    """Roles of the instance profile; one that is unknown has the role that it would be named after."""
    name = asked(params, "IamInstanceProfile.Name") or asked(params, "IamInstanceProfile.Arn").rpartition("/")[2]
    if not name:
        return []
    profile = iam._instance_profiles.get(name)
    if profile is None:
        return [f"arn:aws:iam::{get_account_id()}:role/{name}"]
    return [iam._roles[role]["Arn"] for role in profile["Roles"] if role in iam._roles]
