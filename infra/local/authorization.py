"""What AWS checks a call on, where MiniStack 1.5.33 checks something else. By the Service Authorization Reference."""

import re

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam

# Parameters that name EC2 resources (their ids tell their types), and types of what the call makes: that has no id yet.
_EC2 = {
    "CreateTags": ["ResourceId"],
    "DeleteTags": ["ResourceId"],
    "CreateFlowLogs": ["vpc-flow-log/*", "ResourceId"],
    "DeleteFlowLogs": ["FlowLogId"],
    "CreateSecurityGroup": ["security-group/*", "VpcId"],
    "CreateSnapshot": ["snapshot/*", "VolumeId"],
    "DeleteSnapshot": ["SnapshotId"],
    "RunInstances": ["instance/*", "volume/*", "network-interface/*", "ImageId", "SubnetId", "SecurityGroupId"],
    "StartInstances": ["InstanceId"],
    "StopInstances": ["InstanceId"],
    "TerminateInstances": ["InstanceId"],
}
_EC2_TYPES = {
    "ami": "image", "eni": "network-interface", "fl": "vpc-flow-log", "i": "instance", "sg": "security-group",
    "snap": "snapshot", "subnet": "subnet", "vol": "volume", "vpc": "vpc",
}
# Their ARNs name no account.
_UNOWNED = ("image", "snapshot")
# Private to these corrections: the types that a call tags while it makes them.
_TAGGED = "local:tagged-types"

_ON_POLICY = re.compile(r"iam:(Attach|Detach)(Role|User)Policy")
_UNDER_BOUNDARY = re.compile(r"iam:((Attach|Detach|Put|Delete)(Role|User)Policy|Create(Role|User)|(Put|Delete)(Role|User)PermissionsBoundary)")


def apply():
    # Without these, tags on create are not seen at all.
    iam_actions._TAG_MEMBERS |= {"TagSpecifications"}
    _check_every_resource()
    _know_more_keys()
    _tell_resources_apart()


def _check_every_resource():
    """One ARN is checked, often of the wrong type; for the rest there is a way of Verified Access calls only."""
    first, others = iam_actions.extract_resource_arn, iam_actions.verified_access_resource_arns

    def corrected(service, method, path, headers, body, params, region, account):
        found = _ec2_arns(params, region, account) if service == "ec2" else []
        found += _iam_arns(params, account) if service == "iam" else []
        return found[0] if found else first(service, method, path, headers, body, params, region, account)

    iam_actions.extract_resource_arn = corrected
    iam_actions.verified_access_resource_arns = lambda *given: _ec2_arns(*given) or others(*given)


def _ec2_arns(params, region, account):
    found = []
    for named in _EC2.get(iam_actions._query_param(params, "Action"), []):
        kind, _, new = named.partition("/")
        given = [(kind, new)] if new else [(_EC2_TYPES.get(value.partition("-")[0]), value) for value in _values(params, named)]
        found += [f"arn:aws:ec2:{region}:{'' if kind in _UNOWNED else account}:{kind}/{name}" for kind, name in given if kind]
    return found


def _values(params, name):
    return [iam_actions._query_param(params, key) for key in params if re.fullmatch(rf"{name}(\.\d+)?", key)]


# One that is gone keeps its ARN: whoever records a call looks after its answer.
_iam_known = {}


def _iam_arns(params, account):
    """A role's or user's path is part of its ARN."""
    for kind, store in (("Role", iam._roles), ("User", iam._users)):
        name = iam_actions._query_param(params, f"{kind}Name")
        if not name:
            continue
        if iam_actions._query_param(params, "Action") == f"Create{kind}":
            path = iam_actions._query_param(params, "Path") or "/"
            return [f"arn:aws:iam::{account}:{kind.lower()}{path}{name}"]
        there = store.get_scoped(account, None, name)
        if there:
            _iam_known[account, kind, name] = there["Arn"]
        return [arn] if (arn := _iam_known.get((account, kind, name))) else []
    return []


def _know_more_keys():
    known = iam_actions.request_tag_context

    def corrected(service, action, body, params):
        context = known(service, action, body, params)
        asked = lambda name: iam_actions._query_param(params, name)
        if _ON_POLICY.fullmatch(action):
            context["iam:PolicyARN"] = asked("PolicyArn")
        if _UNDER_BOUNDARY.fullmatch(action):
            there = iam._roles.get(asked("RoleName")) or iam._users.get(asked("UserName")) or {}
            boundary = asked("PermissionsBoundary") or there.get("PermissionsBoundary")
            context |= {"iam:PermissionsBoundary": boundary} if boundary else {}
        if service == "ec2":
            types = [asked(key) for key in params if re.fullmatch(r"TagSpecification\.\d+\.ResourceType", key)]
            context |= {_TAGGED: types} if types else {}
        return context

    iam_actions.request_tag_context = corrected


def _tell_resources_apart():
    """A request's tags belong to what it makes, which ec2:CreateTags is checked on too; its other resources have none."""
    enforce = iam_evaluator.enforce

    def corrected(key, action, service, region, resource_arn="*", service_context=None):
        context = dict(service_context or {})
        tagged = context.pop(_TAGGED, None)
        if tagged is None:
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=context)
        kind, _, name = resource_arn.rpartition(":")[2].partition("/")
        if name != "*" or kind not in tagged:
            context = {key: value for key, value in context.items() if not key.lower().startswith(("aws:requesttag/", "aws:tagkeys"))}
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=context)
        tags = {**context, "ec2:CreateAction": action.partition(":")[2]}
        return enforce(key, action, service, region, resource_arn=resource_arn, service_context=context) or enforce(
            key, "ec2:CreateTags", service, region, resource_arn=resource_arn, service_context=tags
        )

    iam_evaluator.enforce = corrected
