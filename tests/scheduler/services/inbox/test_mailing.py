"""E-mail: to those alone who want it, of exactly what changed, by a server that really listens;
what fails is tried again, and nothing goes out twice that arrived.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from scheduler.domain.errors import BadRequest
from scheduler.domain.request import LeaveAsked
from scheduler.services.accounts import accounts
from scheduler.services.accounts.mail import my_mail, tell_me
from scheduler.services.inbox import mailing
from scheduler.services.inbox.mailing import MailSettings, Sent, Server, send
from scheduler.services.inbox.notices import acknowledge, notices
from scheduler.services.publish.publish import publish
from scheduler.services.requests.answering import refuse as refuse_request
from scheduler.services.requests.telling import ask
from scheduler.services.sign_off.answer import approve, refuse
from scheduler.services.sign_off.disputes import answer_dispute, decide, insist
from scheduler.services.sign_off.offer import offer
from scheduler.storage import outbox as storage
from scheduler.storage.repository import Repository
from scheduler.storage.tables import table
from tests.faults.cluster import free_port
from tests.scheduler.services.inbox.conftest import account, as_staff, everything_approved

PAGES = "https://rosters.example.org"


class Post:
    """A server that keeps what it takes; `refuses` addresses."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return f"550 no mailbox {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(envelope)
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        found = []
        for envelope in self.taken:
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            assert envelope.rcpt_tos == [message["To"]]
            found.append(message)
        return found


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def settings(post: Post) -> Iterator[MailSettings]:
    port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    found = MailSettings.of(
        {
            "SCHEDULER_SMTP": f"smtp://127.0.0.1:{port}",
            "SCHEDULER_MAIL_FROM": "rosters@example.org",
            "SCHEDULER_PAGES": PAGES,
        }
    )
    assert found is not None
    yield found
    controller.stop()


def published(repository: Repository, roster_id: str) -> None:
    everything_approved(repository, roster_id)
    publish(repository, roster_id)


def test_who_wants_it_is_written_to_once_with_their_own_shifts_alone(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    account(repository, "two", staff="P2", mail=False)
    published(repository, roster_id)
    assert send(repository, settings) == Sent(sent=1)
    assert send(repository, settings) == Sent()
    (message,) = post.messages()
    assert message["To"] == "one@example.org"
    assert message["Subject"] == "Your shifts are published"
    body = message.get_content()
    assert "1 shift published for you, in the roster of Mon 11 to Sun 17 January, version 1" in body
    assert "- Mon 11 Jan 07:00–15:00" in body
    assert f"{PAGES}/today" in body.splitlines()[-3]
    assert "P2" not in body + message.as_string()


def test_who_knows_already_is_not_written_to(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    published(repository, roster_id)
    (notice,) = notices(repository, "P1")
    acknowledge(as_staff(repository, "P1"), "P1", notice.id)
    assert send(repository, settings) == Sent(needless=1)
    assert post.taken == []


def test_who_wants_no_more_is_not_written_to_and_who_left_neither(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    made = account(repository, "one", staff="P1")
    account(repository, "two", staff="P2")
    published(repository, roster_id)
    tell_me(repository.acting(accounts.actor_of(repository, made, "test")), None)
    assert my_mail(repository.acting(accounts.actor_of(repository, made, "test"))) is None
    assert send(repository, settings) == Sent(sent=1, needless=1)
    assert [message["To"] for message in post.messages()] == ["two@example.org"]


def test_several_things_are_one_message(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    made = account(repository, "coo")
    repository.book.give(made.id, "approver", organisation_id="A", from_date=made.created_at.date())
    offer(repository, roster_id)
    approve(repository, roster_id, "A", "bank")
    assert send(repository, settings) == Sent(sent=1)
    (message,) = post.messages()
    body = message.get_content()
    assert "fit to go to the bank" in body
    assert "for publication" in body
    assert message["Subject"].endswith(", and more")


def test_each_turn_of_a_dispute_is_told_to_whoever_waits_for_it(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    op, of_b, chair = (account(repository, each) for each in ("op", "b", "chair"))
    today = op.created_at.date()
    repository.book.give(op.id, "operations", collaborative_id="COL", from_date=today)
    repository.book.give(of_b.id, "approver", organisation_id="B", from_date=today)
    repository.book.give(
        chair.id, "approver", collaborative_id="COL", post_id="CHAIR", from_date=today
    )
    as_op, as_b, as_chair = (
        repository.acting(accounts.actor_of(repository, each, "test")) for each in (op, of_b, chair)
    )

    def to() -> list[str]:
        post.taken.clear()
        send(repository, settings)
        return sorted(message["To"].split("@")[0] for message in post.messages())

    offer(as_op, roster_id)
    assert to() == ["b"], "A has nobody with an address, and the backstop is not asked yet"
    refuse(as_b, roster_id, "B", "approve", "too few at night")
    assert to() == ["op"]
    assert "too few at night" in post.messages()[0].get_content()
    answer_dispute(as_op, 1, "as many as always")
    assert to() == ["b"]
    insist(as_b, 1, "that was too few")
    assert to() == ["chair"]
    decide(as_chair, 1, "it will do", upheld=False)
    assert to() == ["b", "op"]
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    assert to() == ["op"]
    assert "All have approved" in post.messages()[0].get_content()


def later(repository: Repository) -> None:
    """As if the pause were over."""
    with repository._writing() as connection:
        connection.execute(sa.update(table("outbox")).values(next_at=storage.now()))


def test_an_address_that_is_refused_is_tried_again_and_given_up_and_no_other_waits_for_it(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    account(repository, "two", staff="P2")
    post.refuses = {"one@example.org"}
    published(repository, roster_id)
    first = send(repository, settings)
    assert (first.sent, first.failed) == (1, 1)
    assert first.why == ("the server does not take mail to this address (550)",)
    assert send(repository, settings) == Sent(), "not at once again"
    for _ in storage.PAUSES:
        later(repository)
        assert send(repository, settings).failed == 1
    later(repository)
    assert send(repository, settings) == Sent()
    (given_up, sent) = repository.outbox.letters()
    assert given_up.done_at is not None
    assert given_up.outcome is not None
    assert given_up.outcome.startswith("given up: ")
    assert "one@example.org" not in given_up.outcome
    assert sent.outcome == "sent"


def test_without_a_server_everything_waits(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    account(repository, "two", staff="P2")
    published(repository, roster_id)

    @contextmanager
    def nobody(_: MailSettings) -> Iterator[Server]:
        raise ConnectionRefusedError
        yield

    done = send(repository, settings, nobody)
    assert (done.failed, done.why) == (2, ("the server cannot be reached",))
    later(repository)
    assert send(repository, settings) == Sent(sent=2)


def test_who_dies_over_it_is_followed_by_another_with_the_same_message_id(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    published(repository, roster_id)

    class Dies:
        def send_message(self, message: EmailMessage) -> None:
            with smtplib.SMTP(settings.host, settings.port) as real:
                real.send_message(message)
            raise KeyboardInterrupt

    @contextmanager
    def dying(_: MailSettings) -> Iterator[Server]:
        yield Dies()

    with pytest.raises(KeyboardInterrupt):
        send(repository, settings, dying)
    assert send(repository, settings) == Sent(), "it is still the other's"
    later(repository)
    assert send(repository, settings) == Sent(sent=1)
    first, again = post.messages()
    assert first["Message-ID"] == again["Message-ID"]


def test_two_that_send_at_once_send_nothing_twice(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    published(repository, roster_id)

    class AnotherComes:
        def send_message(self, message: EmailMessage) -> None:
            assert send(repository, settings) == Sent()
            with smtplib.SMTP(settings.host, settings.port) as real:
                real.send_message(message)

    @contextmanager
    def meanwhile(_: MailSettings) -> Iterator[Server]:
        yield AnotherComes()

    assert send(repository, settings, meanwhile) == Sent(sent=1)
    assert len(post.taken) == 1


def test_a_server_elsewhere_that_does_not_encrypt_gets_nothing(
    repository: Repository,
    roster_id: str,
    settings: MailSettings,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account(repository, "one", staff="P1")
    published(repository, roster_id)
    monkeypatch.setattr(mailing, "LOOPBACK", ())
    done = send(repository, settings)
    assert (done.failed, done.why) == (1, ("the server offers no encryption (STARTTLS)",))
    assert post.taken == []


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SCHEDULER_SMTP": "http://mail"}, "smtp://host:587"),
        ({"SCHEDULER_SMTP": "smtp://mail:99999"}, "no port"),
        ({"SCHEDULER_SMTP": "smtp://mail", "SCHEDULER_MAIL_FROM": "nobody"}, "MAIL_FROM"),
        (
            {
                "SCHEDULER_SMTP": "smtp://mail",
                "SCHEDULER_MAIL_FROM": "a@b.org",
                "SCHEDULER_PAGES": "rosters",
            },
            "SCHEDULER_PAGES",
        ),
    ],
)
def test_wrong_settings_are_named(environment: dict[str, str], says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        MailSettings.of(environment)


def test_settings_hold_user_and_password_and_say_which_server() -> None:
    found = MailSettings.of(
        {
            "SCHEDULER_SMTP": "smtps://me:p%40ss@mail.example.org",
            "SCHEDULER_MAIL_FROM": "a@example.org",
        }
    )
    assert found is not None
    assert (found.port, found.encrypted, found.user, found.password) == (465, True, "me", "p@ss")
    assert MailSettings.of({}) is None


@pytest.mark.parametrize(
    "address", ["", "me", "me@", "a b@c.org", "a@b.org\nBcc: x@y.org", "ä@b.c"]
)
def test_what_is_no_address_is_refused(repository: Repository, address: str) -> None:
    made = account(repository, "one", mail=False)
    own = repository.acting(accounts.actor_of(repository, made, "test"))
    with pytest.raises(BadRequest, match="no e-mail address"):
        tell_me(own, address)
    assert my_mail(own) is None


def test_the_answer_to_a_request_is_told_to_who_wants_it(
    repository: Repository, roster_id: str, settings: MailSettings, post: Post
) -> None:
    account(repository, "one", staff="P1")
    account(repository, "three", staff="P3", mail=False)
    day = date.today() + timedelta(days=40)
    for staff_id in ("P1", "P3"):
        told = ask(as_staff(repository, staff_id), staff_id, LeaveAsked(day, day, "annual"))
        refuse_request(repository, told.id, "Two are away already")
    assert send(repository, settings) == Sent(sent=1)
    (message,) = post.messages()
    assert message["Subject"] == "About your shifts"
    assert "What you asked for is refused. Two are away already" in message.get_content()
