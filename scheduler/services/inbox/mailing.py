"""Sends what waits in the outbox, by SMTP: one message an account, whatever it is about.

A message that was given to the server, of which that could not be written down, is sent again with
the same Message-ID: at least once, and told apart by whoever receives it.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from scheduler.domain.errors import BadRequest
from scheduler.domain.notice import Notice
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.mail import checked
from scheduler.services.inbox.words import Wording, title
from scheduler.storage.outbox import Letter as Letter
from scheduler.storage.repository import Repository

SERVER, SENDER, PAGES = "SCHEDULER_SMTP", "SCHEDULER_MAIL_FROM", "SCHEDULER_PAGES"
"""Environment: smtp://user:password@host:587 or smtps://…; who writes; where the pages are."""
PATIENCE = 20.0
"""Seconds for each answer of the server."""
AT_ONCE = 50
"""Accounts that are taken from the outbox together: sent within the time for which they are."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailSettings:
    """How e-mail is sent. `encrypted`: from the beginning, else after STARTTLS, which a server on
    this machine alone need not have. `pages`: where people open the pages; empty: it is not said.
    """

    host: str
    port: int
    encrypted: bool
    sender: str
    user: str = ""
    password: str = ""
    pages: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "MailSettings | None":
        """None where nothing is set: then nothing is sent. Raises BadRequest with all that is
        wrong.
        """
        url, sender = environment.get(SERVER, ""), environment.get(SENDER, "")
        if not url and not sender:
            return None
        faults = []
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = None
            faults.append(f"{SERVER} names no port that there can be.")
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            faults.append(f"{SERVER} should be smtp://host:587 or smtps://host:465.")
        try:
            checked(sender)
        except BadRequest:
            faults.append(f"{SENDER} should be the e-mail address that messages come from.")
        pages = environment.get(PAGES, "").rstrip("/")
        if pages and urlsplit(pages).scheme not in ("http", "https"):
            faults.append(f"{PAGES} should be where people open the pages: https://…")
        if faults:
            raise BadRequest("\n".join(faults))
        encrypted = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=port or (465 if encrypted else 587),
            encrypted=encrypted,
            sender=sender.strip(),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            pages=pages,
        )


class Server(Protocol):
    """What takes messages; `smtplib.SMTP` is one."""

    def send_message(self, message: EmailMessage) -> object:
        """Raises OSError, of which SMTPException is one."""


Connecting = Callable[[MailSettings], AbstractContextManager[Server]]


@dataclass(frozen=True)
class Sent:
    """What became of what waited, in messages. `needless`: they knew already, or want none any
    more; `why`: of what failed, each reason once.
    """

    sent: int = 0
    needless: int = 0
    failed: int = 0
    why: tuple[str, ...] = ()


@contextmanager
def connected(settings: MailSettings) -> Iterator[Server]:
    """A server that takes messages. Raises OSError."""
    context = ssl.create_default_context()
    opened = (
        smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=context)
        if settings.encrypted
        else smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    )
    with opened as server:
        server.ehlo()
        if not settings.encrypted and (
            server.has_extn("starttls") or settings.host not in LOOPBACK
        ):
            server.starttls(context=context)
            server.ehlo()
        if settings.user:
            server.login(settings.user, settings.password)
        yield server


@asks("run_program", everything=True)
def outbox(repository: Repository, *, waiting: bool = False) -> list[Letter]:
    """What waits, or everything that was ever to be sent; the earliest first."""
    return repository.outbox.letters(waiting=waiting)


@asks("run_program", everything=True)
def send(
    repository: Repository, settings: MailSettings | None, connect: Connecting = connected
) -> Sent:
    """Send all that is due now. What fails waits for longer each time, and is given up in the end;
    two that send at once send nothing twice. Raises BadRequest without settings.
    """
    if settings is None:
        raise BadRequest(f"No mail server is named: set {SERVER} and {SENDER}.")
    total = Sent()
    while letters := repository.outbox.take(AT_ONCE):
        total = _added(total, _sent(repository, settings, connect, letters))
    return total


def _sent(
    repository: Repository, settings: MailSettings, connect: Connecting, letters: Sequence[Letter]
) -> Sent:
    wording = Wording.of(repository)
    known = {
        notice.id: notice
        for notice in repository.notices.notices(
            letter.notice_id for letter in letters if letter.notice_id is not None
        )
    }
    done = Sent()
    useful = []
    for letter in letters:
        notice = None if letter.notice_id is None else known.get(letter.notice_id)
        told = letter.words is not None or (notice is not None and notice.seen_at is None)
        if letter.to is None or not told:
            repository.outbox.done([letter.id], "needless")
            done = _added(done, Sent(needless=1))
        else:
            useful.append(letter)
    try:
        if useful:
            with connect(settings) as server:
                for account_id in dict.fromkeys(letter.account_id for letter in useful):
                    own = [letter for letter in useful if letter.account_id == account_id]
                    message = _message(settings, own, known, wording)
                    done = _added(done, _tried(repository, server, message, own))
                    useful = [letter for letter in useful if letter.account_id != account_id]
    except OSError as error:  # nobody answers, or lets us in: all that is left waits
        why = _reason(error)
        repository.outbox.failed(useful, why)
        accounts = len({letter.account_id for letter in useful})
        done = _added(done, Sent(failed=accounts, why=(why,)))
    return done


def _tried(
    repository: Repository, server: Server, message: EmailMessage, letters: Sequence[Letter]
) -> Sent:
    try:
        server.send_message(message)
    except (smtplib.SMTPServerDisconnected, ConnectionError):
        raise
    except OSError as error:
        why = _reason(error)
        repository.outbox.failed(letters, why)
        return Sent(failed=1, why=(why,))
    repository.outbox.done([letter.id for letter in letters], "sent")
    return Sent(sent=1)


def _reason(error: OSError) -> str:
    """In words without an address, which servers like to repeat."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the server does not accept user and password"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"the server does not take mail to this address ({', '.join(codes)})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server offers no encryption (STARTTLS)"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server refused the message ({error.smtp_code})"
    if isinstance(error, ssl.SSLError):
        return "the server's certificate is not trusted"
    return "the server cannot be reached"


def _added(one: Sent, other: Sent) -> Sent:
    return Sent(
        one.sent + other.sent,
        one.needless + other.needless,
        one.failed + other.failed,
        tuple(dict.fromkeys((*one.why, *other.why))),
    )


# --- what is written


def _message(
    settings: MailSettings,
    letters: Sequence[Letter],
    known: Mapping[int, Notice],
    wording: Wording,
) -> EmailMessage:
    first = letters[0]
    told = [
        _of_notice(known[letter.notice_id], wording)
        if letter.notice_id is not None
        else _of_words(letter, wording)
        for letter in letters
    ]
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = first.to or ""
    message["Subject"] = told[0][0] if len(told) == 1 else f"{told[0][0]}, and more"
    message["Date"] = format_datetime(letters[-1].at)
    message["Message-ID"] = f"<{first.message_id}@{settings.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    ends = (
        f"Look at it, and say that you know: {settings.pages}/today"
        if settings.pages
        else "Look at it in the rostering pages, and say there that you know."
    )
    texts = ["\n".join(lines) for _, lines in told]
    message.set_content(
        "\n\n".join(
            [
                *texts,
                ends,
                "You get this because you asked to be told by e-mail; the pages end that too.",
            ]
        )
    )
    return message


def _of_notice(notice: Notice, wording: Wording) -> tuple[str, list[str]]:
    """(subject, lines)"""
    subject = "Your shifts are published" if notice.only_new else "Your published shifts changed"
    lines = [f"{title(notice)}, in {wording.roster(notice.roster_id)}:"]
    lines += [f"- no longer: {wording.shift(shift)}" for shift in notice.lost]
    lines += [f"- {'' if notice.only_new else 'new: '}{wording.shift(s)}" for s in notice.got]
    return subject, lines


def _of_words(letter: Letter, wording: Wording) -> tuple[str, list[str]]:
    assert letter.words is not None
    about = "your shifts" if letter.roster_id is None else wording.roster(letter.roster_id)
    return f"About {about}", [wording.said(letter.words)]
