"""By whom people sign in: what `[auth]` in secrets.toml says, what is wrong with it, and whether an
address is this machine's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

CALLBACK = "/oauth2callback"
NEEDED = ("client_id", "client_secret", "server_metadata_url")
LEAST_SECRET = 32
"""Characters of the secret that signs cookies."""
ITSELF = ""
"""The name of the provider whose settings stand in [auth] itself."""


@dataclass(frozen=True)
class Provider:
    """`name`: what it is called in the settings; `label`: what people call it."""

    name: str
    label: str


@dataclass(frozen=True)
class SignInSettings:
    """`public`: scheme and host under which people open the pages. With `faults` nobody gets in."""

    providers: tuple[Provider, ...] = ()
    public: str = ""
    faults: tuple[str, ...] = ()

    @property
    def demo(self) -> bool:
        """Nobody signs in: for looking around on one's own machine."""
        return not self.providers and not self.faults

    def start_faults(self, address: str | None, options: Mapping[str, Any]) -> list[str]:
        """What keeps the pages from being served at this address (None: at all of the machine's);
        `options`: Streamlit's own, by name.
        """
        faults = list(self.faults)
        if self.demo and not is_loopback(address):
            where = f"--address {address}" if address else "an address that is not named"
            faults.append(
                f"Without sign-in the pages are open to this machine alone, and {where} may be"
                " reached from others. Name a provider in [auth] of .streamlit/secrets.toml, with"
                " redirect_uri, cookie_secret, client_id, client_secret and server_metadata_url"
                " (.streamlit/secrets.example.toml shows how), or serve them at --address"
                " localhost."
            )
        if options.get("server.trustedUserHeaders"):
            faults.append(
                "server.trustedUserHeaders is set: whoever sends such a header would be whom it"
                " names. Take the setting out; people sign in by [auth]."
            )
        if options.get("server.enableAgentApi"):
            faults.append(
                "server.enableAgentApi is on: programs would use the pages without signing in."
                " Take the setting out."
            )
        return faults


def configured() -> SignInSettings:
    """What the secrets of these pages say now."""
    try:
        secrets = dict(st.secrets)
    except StreamlitSecretNotFoundError:
        there = [file for file in st.get_option("secrets.files") if Path(file).exists()]
        if not there:
            return SignInSettings()
        return SignInSettings(
            faults=(f"{', '.join(there)}: this is no TOML file that can be read. Mend it.",)
        )
    except OSError as error:
        return SignInSettings(faults=(f"The settings of sign-in cannot be read: {error}.",))
    return read(secrets["auth"]) if "auth" in secrets else SignInSettings()


def read(auth: object) -> SignInSettings:
    """What `[auth]` says."""
    if not isinstance(auth, Mapping):
        return SignInSettings(faults=("[auth] is not a table of settings.",))
    sections = {name: value for name, value in auth.items() if isinstance(value, Mapping)}
    sections.pop("client_kwargs", None)
    if "client_id" in auth:
        sections[ITSELF] = {name: auth[name] for name in (*NEEDED, "label") if name in auth}
    faults = [fault for name, section in sections.items() for fault in _faulted(name, section)]
    if not sections:
        faults.append("[auth] names no provider: add [auth.name] with its settings.")
    public, fault = _public(str(auth.get("redirect_uri") or ""))
    faults += [fault] if fault else []
    if len(str(auth.get("cookie_secret") or "")) < LEAST_SECRET:
        faults.append(
            f"[auth] cookie_secret wants at least {LEAST_SECRET} characters at random, as"
            ' python -c "import secrets; print(secrets.token_urlsafe(48))" makes them.'
        )
    found = tuple(
        Provider(name, str(section.get("label") or _in_words(name)))
        for name, section in sections.items()
    )
    return SignInSettings(found, public, tuple(faults))


def _in_words(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split("-") if word)


def _faulted(name: str, section: Mapping[str, Any]) -> list[str]:
    where = f"[auth.{name}]" if name else "[auth]"
    faults = [f"{where} has no {key}." for key in NEEDED if not section.get(key)]
    if "_" in name:
        faults.append(f"{where}: a provider's name may have no _ in it; write a - instead.")
    metadata = str(section.get("server_metadata_url") or "")
    if metadata and not _safe(metadata):
        faults.append(f"{where} server_metadata_url must begin with https://.")
    return faults


def _public(redirect: str) -> tuple[str, str]:
    """The origin of a redirect_uri, and what is wrong with it."""
    if not redirect:
        return "", (
            "[auth] has no redirect_uri: the pages' own address with /oauth2callback at its end."
        )
    parts = urlsplit(redirect.replace("{port}", str(st.get_option("server.port"))))
    if not redirect.endswith(CALLBACK) or not parts.netloc:
        return "", f"[auth] redirect_uri must be the pages' own address with {CALLBACK} at its end."
    if not _safe(redirect.replace("{port}", "1")):
        return "", "[auth] redirect_uri must begin with https://, except on localhost."
    return f"{parts.scheme}://{parts.netloc}", ""


def _safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.netloc))


def is_loopback(host: str | None) -> bool:
    """Whether a host, with or without a port, can be nothing but this machine."""
    try:
        name = urlsplit(f"//{host or ''}").hostname or ""
        if host and host.count(":") > 1 and not host.startswith("["):  # an IPv6 address, bare
            name = host
    except ValueError:
        return False
    if name.rstrip(".") == "localhost":
        return True
    try:
        found = ip_address(name)
    except ValueError:
        return False
    return found.is_loopback or bool(getattr(found, "ipv4_mapped", None) and _mapped(found))


def _mapped(found: Any) -> bool:
    return bool(found.ipv4_mapped.is_loopback)


FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"})
"""Headers that a proxy adds: whoever asks is behind it, not on this machine."""


def from_this_machine(host: str | None, peer: str | None, headers: set[str]) -> bool:
    """Whether a request was made here: by the name that it asks for, by who connects (None: where
    that is not known) and by the names of its headers, in small letters.
    """
    return is_loopback(host) and (peer is None or is_loopback(peer)) and not headers & FORWARDED
