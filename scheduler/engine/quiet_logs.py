"""What lets somebody in is kept out of every log: codes, states, tokens, cookies; and so is who
somebody is.
"""

import logging
import os
import re
from typing import Any

from scheduler.engine.faults_told import DEBUG, told

GONE = "[kept out of the log]"
ACCESS = "uvicorn.access"
_NAMED = re.compile(
    r"""(?P<name>\b(?:code|state|nonce|id_token|id_token_hint|access_token|refresh_token|provider"""
    r"""|client_secret|code_verifier|cookie_secret|_streamlit_user(?:_tokens)?(?:_\d+)?"""
    r"""|_streamlit_session)['"]?\s*[=:]\s*['"]?)(?P<value>[^\s&'",;)}\]]{8,})"""
)
_PERSON = re.compile(r"(?P<name>\b(?:as_)?(?:person|staff|staff_id)=)(?P<value>[^\s&'\"]+)")
_PERSON_IN_PARTS = re.compile(
    r"""(?P<name>\b(?:as_person|staff_id)['"]?\s*[=:]\s*['"])(?P<value>[^'"]+)"""
)
# where a path or an address begins, and no folder of files on the way to some code
_CALENDAR = re.compile(
    r"(?P<name>(?:(?<![\w.:/-])|\w+://[^\s/?'\"]+)/+(?i:calendar)/)(?P<value>[^\s?'\"]+)"
)
_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}")
_SECRET = re.compile(r"\bwds_[A-Za-z0-9_-]{8,}")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")


def without_secrets(text: str) -> str:
    """A text without what would let somebody in, and without who somebody is."""
    for named in (_NAMED, _PERSON, _PERSON_IN_PARTS, _CALENDAR):
        text = named.sub(lambda found: found["name"] + GONE, text)
    text = _SECRET.sub(GONE, _TOKEN.sub(GONE, text))
    return _BEARER.sub(lambda found: f"{found[1]} {GONE}", text)


def keep_secrets_out() -> None:
    """Of every record that anything logs in this process from here on."""
    make = logging.getLogRecordFactory()
    if getattr(make, "keeps_secrets_out", False):
        return

    def record(*arguments: Any, **named: Any) -> logging.LogRecord:
        made = make(*arguments, **named)
        if made.name == ACCESS and isinstance(made.args, tuple):
            made.args = tuple(map(_argument, made.args))  # its formatter wants each of them
        else:
            _clean(made)
        if made.exc_info and made.exc_info[1] is not None:
            made.exc_text = without_secrets(told(made.exc_info[1]))
            made.exc_info = None  # else another handler would tell it anew
        return made

    record.__dict__["keeps_secrets_out"] = True
    logging.setLogRecordFactory(record)


def _clean(made: logging.LogRecord) -> None:
    made.msg = _by_kind(made.msg)
    if isinstance(made.args, tuple):
        made.args = tuple(map(_by_kind, made.args))
    try:
        told = made.getMessage()
    except (TypeError, ValueError, KeyError):  # whoever logs it will hear of it
        return
    cleaned = without_secrets(told)
    if cleaned != told:
        made.msg, made.args = cleaned, ()


def _by_kind(value: object) -> Any:
    """An error that is logged as a text may say whom it is about, as in `told`; what the system
    says of files and addresses does not.
    """
    if not isinstance(value, Exception) or isinstance(value, OSError) or os.environ.get(DEBUG):
        return value
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _argument(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    cleaned = without_secrets(text)
    return value if cleaned == text else cleaned
