"""What AWS checks a call on, where MiniStack 1.5.33 checks something else (Service Authorization Reference of EC2, IAM and STS).

It looks at one of a call's resources, leaves paths out of IAM's ARNs, knows no tags of EC2's resources, and asks for no
dependent action (ec2:CreateTags, iam:PassRole, iam:TagRole, sts:TagSession, sts:SetSourceIdentity). Mended for the calls
that this product makes. What a role's trust is asked is in conditions.py.
"""

import contextvars

from ministack.core import iam_actions, iam_evaluator
from ministack.services import ec2, iam, tagging

# What is being authorized: service, parameters, region and account. Each request has a context of its own.
_call = contextvars.ContextVar("call", default=(None, {}, "", ""))

# What a call makes: it has no id yet.
_MAKES = {
    "RunInstances": ("instance", "network-interface", "volume"),
    "CreateSecurityGroup": ("security-group",),
    "CreateFlowLogs": ("vpc-flow-log",),
    "CreateSnapshot": ("snapshot",),
}
# Parameters that name what a call touches; the ids tell their types.
_TOUCHES = {
    "StartInstances": ("InstanceId",),
    "StopInstances": ("InstanceId",),
    "TerminateInstances": ("InstanceId",),
    "RunInstances": ("ImageId", "SubnetId", "SecurityGroupId"),
    "CreateTags": ("ResourceId",),
    "DeleteTags": ("ResourceId",),
    "CreateSecurityGroup": ("VpcId",),
    "DeleteSecurityGroup": ("GroupId",),
    "AuthorizeSecurityGroupIngress": ("GroupId",),
    "RevokeSecurityGroupIngress": ("GroupId",),
    "CreateFlowLogs": ("ResourceId",),
    "DeleteFlowLogs": ("FlowLogId",),
    "CreateSnapshot": ("VolumeId",),
    "DeleteSnapshot": ("SnapshotId",),
    "DeleteVolume": ("VolumeId",),
}
_TYPES = {
    "ami": "image", "eni": "network-interface", "fl": "vpc-flow-log", "i": "instance", "sg": "security-group",
    "snap": "snapshot", "subnet": "subnet", "vol": "volume", "vpc": "vpc",
}
# Their ARNs name no account.
_UNOWNED = ("image", "snapshot")


def apply():
    _tell_resources()
    _know_keys()
    _check_all()


def _tell_resources():
    """The ARN that a call is recorded under, and checked on if nothing else is known of it."""
    first = iam_actions.extract_resource_arn

    def corrected(service, method, path, headers, body, params, region, account):
        _call.set((service, params, region, account))
        found = [arn for _, arn, _ in _ec2_checks(_action(params), params, region, account, {})] if service == "ec2" else []
        found += _iam_arns(params, account) if service == "iam" else []
        return found[0] if found else first(service, method, path, headers, body, params, region, account)

    iam_actions.extract_resource_arn = corrected


def _know_keys():
    """Boundary and policy of an IAM call; tags of EC2's resources."""
    keys, tags = iam_actions.request_tag_context, tagging.resource_tags

    def corrected_keys(service, action, body, params):
        return {**keys(service, action, body, params), **(_iam_keys(params) if service == "iam" else {})}

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


def _checks(action, arn, context):
    """Every (action, resource, keys) that AWS asks for at this call."""
    service, params, region, account = _call.get()
    namespace, _, name = action.partition(":")
    as_it_is = [(action, arn, context)]
    if service != namespace or _action(params) != name:
        return as_it_is
    if service == "ec2":
        return _ec2_checks(name, params, region, account, context) or as_it_is
    if service == "iam" and name == "CreateRole" and context.get("aws:TagKeys"):
        return [*as_it_is, ("iam:TagRole", arn, context)]
    if service == "sts" and name == "AssumeRole":
        identity = asked(params, "SourceIdentity")
        context = {**context, **({"sts:SourceIdentity": identity} if identity else {})}
        more = [*(["sts:TagSession"] if context.get("aws:TagKeys") else []), *(["sts:SetSourceIdentity"] if identity else [])]
        return [(one, arn, context) for one in (action, *more)]
    return as_it_is


def _ec2_checks(name, params, region, account, context):
    """A request's tags belong to what it makes; its other resources have none, but for the calls that tag."""
    def arn(kind, resource):
        return f"arn:aws:ec2:{region}:{'' if kind in _UNOWNED else account}:{kind}/{resource}"

    action, specified = f"ec2:{name}", dict(_tag_specifications(params))
    made = [(action, arn(kind, "*"), _tag_keys(specified.get(kind, {}))) for kind in _MAKES.get(name, ())]
    keys = context if name in ("CreateTags", "DeleteTags") else {}
    touched = [
        (action, arn(_TYPES.get(one.partition("-")[0], "unknown"), one), keys)
        for parameter in _TOUCHES.get(name, ()) for one in _listed(params, parameter)
    ]
    tagged = [
        ("ec2:CreateTags", arn(kind, "*"), {**_tag_keys(tags), "ec2:CreateAction": name})
        for kind, tags in specified.items() if tags and name in _MAKES
    ]
    passed = [
        ("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})
        for role in (_profile_roles(params, account) if name == "RunInstances" else [])
    ]
    return [*made, *touched, *tagged, *passed]


def asked(params, name):
    return iam_actions._query_param(params, name)


def _action(params):
    return asked(params, "Action")


def _listed(params, name):
    """Values of `name`, `name.1`, `name.2` …"""
    values, number = [asked(params, name)], 1
    while one := asked(params, f"{name}.{number}"):
        values.append(one)
        number += 1
    return [value for value in values if value]


def _tag_specifications(params):
    number = 1
    while kind := asked(params, f"TagSpecification.{number}.ResourceType"):
        tags, index = {}, 1
        while key := asked(params, f"TagSpecification.{number}.Tag.{index}.Key"):
            tags[key] = asked(params, f"TagSpecification.{number}.Tag.{index}.Value")
            index += 1
        yield kind, tags
        number += 1


def _tag_keys(tags):
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, **({"aws:TagKeys": list(tags)} if tags else {})}


def _profile_roles(params, account):
    """ARNs of the roles in the instance profile; of a profile that is not there one that nobody may pass."""
    name = asked(params, "IamInstanceProfile.Name") or asked(params, "IamInstanceProfile.Arn").rpartition("/")[2]
    if not name:
        return []
    roles = (iam._instance_profiles.get(name) or {}).get("Roles", [])
    return [iam._roles[role]["Arn"] for role in roles if role in iam._roles] or [f"arn:aws:iam::{account}:instance-profile/{name}"]


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


def _iam_keys(params):
    there = iam._roles.get(asked(params, "RoleName")) or iam._users.get(asked(params, "UserName")) or {}
    boundary, policy = asked(params, "PermissionsBoundary") or there.get("PermissionsBoundary"), asked(params, "PolicyArn")
    return {**({"iam:PermissionsBoundary": boundary} if boundary else {}), **({"iam:PolicyARN": policy} if policy else {})}
