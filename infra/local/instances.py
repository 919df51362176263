"""Instances where MiniStack 1.5.33 drops what they are launched with (metadata options, network interfaces), and knows no change of it."""

import threading

from ministack.services import ec2

_OPTIONS = "MetadataOptions."
_INTERFACE = "NetworkInterface.1."
# Of ModifyInstanceMetadataOptions: what is not named stays as it is.
_MODIFIABLE = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "HttpProtocolIpv6", "InstanceMetadataTags")
_launching = threading.local()


def apply():
    run, launch, shown = ec2._run_instances, ec2._launch_instances_internal, ec2._instance_xml

    def corrected_run(params):
        if ec2._p(params, f"{_INTERFACE}DeviceIndex") and ec2._p(params, "SubnetId"):
            message = "Network interfaces and an instance-level subnet ID may not be specified on the same request"
            return ec2._error("InvalidParameterCombination", message, 400)
        _launching.params = params
        try:
            return run(_with_interface(params))
        finally:
            _launching.params = {}

    def corrected_launch(*args, **kwargs):
        made, params = launch(*args, **kwargs), getattr(_launching, "params", {})
        for instance in made:
            instance["MetadataOptions"] = {key.removeprefix(_OPTIONS): ec2._p(params, key) for key in params if key.startswith(_OPTIONS)}
            if ec2._p(params, f"{_INTERFACE}AssociatePublicIpAddress") == "false":
                instance["PublicIpAddress"] = instance["PublicDnsName"] = ""
        return made

    def corrected_shown(instance):
        before, end, after = shown(instance).replace("<ipAddress></ipAddress>", "").rpartition("</item>")
        return f"{before}{_options_xml('metadataOptions', instance)}{end}{after}"

    ec2._run_instances, ec2._launch_instances_internal, ec2._instance_xml = corrected_run, corrected_launch, corrected_shown
    ec2._ACTION_MAP["RunInstances"] = corrected_run
    ec2._ACTION_MAP["ModifyInstanceMetadataOptions"] = _modify_metadata_options


def _with_interface(params):
    """The one interface's subnet and groups, where the launch looks for them."""
    moved = {key.removeprefix(_INTERFACE): value for key, value in params.items() if key.startswith((f"{_INTERFACE}SubnetId", f"{_INTERFACE}SecurityGroupId."))}
    return {**params, **moved}


def _modify_metadata_options(params):
    name = ec2._p(params, "InstanceId")
    instance = ec2._instances.get(name)
    if not instance:
        return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{name}' does not exist", 400)
    named = {option: ec2._p(params, option) for option in _MODIFIABLE if ec2._p(params, option)}
    instance["MetadataOptions"] = {**instance.get("MetadataOptions", {}), **named}
    inner = f"<instanceId>{name}</instanceId>{_options_xml('instanceMetadataOptions', instance)}"
    return ec2._xml(200, "ModifyInstanceMetadataOptionsResponse", inner)


def _options_xml(tag, instance):
    options = {f"{name[:1].lower()}{name[1:]}": value for name, value in instance.get("MetadataOptions", {}).items()}
    inner = "".join(f"<{name}>{ec2._esc(value)}</{name}>" for name, value in {"state": "applied", **options}.items())
    return f"<{tag}>{inner}</{tag}>" if options else ""
