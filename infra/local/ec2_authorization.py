"""What AWS checks the EC2 calls of this product on (Service Authorization Reference; "Grant permission to tag resources during creation")."""

from ministack.core import iam_actions
from ministack.services import iam

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
    "RunInstances": ("ImageId", "SubnetId", "SecurityGroupId", "NetworkInterface.1.SubnetId", "NetworkInterface.1.SecurityGroupId"),
    "ModifyInstanceMetadataOptions": ("InstanceId",),
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
# Calls that name the attribute they set: ec2:Attribute/NAME is its value.
_ATTRIBUTES = {"ModifyInstanceMetadataOptions": ("HttpTokens", "HttpEndpoint", "HttpPutResponseHopLimit")}
# Their ARNs name no account.
_UNOWNED = ("image", "snapshot")


def checks(name, params, region, account, context):
    """A request's tags belong to what it makes; its other resources have none, but for the calls that tag."""
    def arn(kind, resource):
        return f"arn:aws:ec2:{region}:{'' if kind in _UNOWNED else account}:{kind}/{resource}"

    action, specified = f"ec2:{name}", dict(_tag_specifications(params))
    made = [(action, arn(kind, "*"), {**_tag_keys(specified.get(kind, {})), **_made_keys(kind, params)}) for kind in _MAKES.get(name, ())]
    keys = context if name in ("CreateTags", "DeleteTags") else _attribute_keys(name, params)
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


def _made_keys(kind, params):
    address = asked(params, "NetworkInterface.1.AssociatePublicIpAddress")
    return {"ec2:AssociatePublicIpAddress": address} if kind == "network-interface" and address else {}


def _attribute_keys(name, params):
    return {f"ec2:Attribute/{one}": value for one in _ATTRIBUTES.get(name, ()) if (value := asked(params, one))}


def _profile_roles(params, account):
    """ARNs of the roles in the instance profile; of a profile that is not there one that nobody may pass."""
    name = asked(params, "IamInstanceProfile.Name") or asked(params, "IamInstanceProfile.Arn").rpartition("/")[2]
    if not name:
        return []
    roles = (iam._instance_profiles.get(name) or {}).get("Roles", [])
    return [iam._roles[role]["Arn"] for role in roles if role in iam._roles] or [f"arn:aws:iam::{account}:instance-profile/{name}"]
