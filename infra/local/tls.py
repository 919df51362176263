"""A certificate for this machine's loopback address, so that functions reach the local AWS over TLS as they reach AWS.

Buckets that refuse plain HTTP (aws:SecureTransport) then need no exception for the emulator.
"""

import os

import trustme


def issue(folder):
    """Writes ca.pem (for clients) and server.pem (key and chain) below `folder` and gives both paths; keeps what is there."""
    authority, server = os.path.join(folder, "ca.pem"), os.path.join(folder, "server.pem")
    if not (os.path.exists(authority) and os.path.exists(server)):
        ca = trustme.CA(organization_name="AWS Coworker, local AWS")
        certificate = ca.issue_cert("127.0.0.1", "localhost")
        with open(os.open(server, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(certificate.private_key_and_cert_chain_pem.bytes())
        ca.cert_pem.write_to_path(authority)
    return authority, server
