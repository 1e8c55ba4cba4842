"""Decides which addresses a model may live at: no link-local or metadata address, plain http only close by."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from copilot.errors import ModelUnavailable, UsageProblem

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA: Final = frozenset({ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("100.100.100.200")})
_ADVICE: Final = "Set OPENAI_BASE_URL to an address such as http://localhost:11434/v1 or https://api.openai.com/v1."


def check_base_url(url: str) -> str:
    """Give back `url` without a closing slash if it can be the address of a model.

    Raises UsageProblem for anything but http or https with a host, and for an address that carries a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageProblem("The address of the model is not a web address.", _ADVICE, code="model_address")
    if parts.username or parts.password:
        raise UsageProblem(
            "The address of the model carries a user name or password.", "Give the key in OPENAI_API_KEY instead."
        )
    return url.rstrip("/")


def allowed_addresses(scheme: str, host: str, port: int) -> list[str]:
    """Numeric addresses of `host` in the order to try; the caller connects to these and not to the name again.

    Raises ModelUnavailable when one of them is link-local, a metadata service, multicast or unspecified, or when
    plain http would leave the local network.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ModelUnavailable(
            "The address of the model cannot be found.", "Check OPENAI_BASE_URL and the network."
        ) from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in infos))
    for text in addresses:
        address = _plain(ipaddress.ip_address(text.partition("%")[0]))
        if (
            address.is_link_local
            or address in _METADATA
            or address.is_multicast
            or address.is_unspecified
            or (address.is_reserved and not address.is_loopback)
        ):
            raise ModelUnavailable("The address of the model points where no model can be.", _ADVICE, code="blocked")
        if scheme == "http" and not (address.is_loopback or address.is_private):
            raise ModelUnavailable(
                "The model's address uses plain http on the open network, where others could read along.",
                "Use https in OPENAI_BASE_URL.",
                code="blocked",
            )
    return addresses


def _plain(address: IPAddress) -> IPAddress:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
