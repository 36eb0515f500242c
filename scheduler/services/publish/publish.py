"""Make a roster the one that counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from scheduler.domain.errors import BadRequest, OtherEdition, SchedulerError
from scheduler.domain.publication import stretches_text
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks, require, thing_of
from scheduler.services.publish.preview import Preview, changes
from scheduler.services.publish.publishable import Unkept, replaced_origin, unkept
from scheduler.services.sign_off.standing import (
    SignOffState,
    scheme_of,
    state_of,
    waiting_words,
)
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import OtherStateOfThings, PublishedAnyway, RosterHeader

ATTEMPTS = 5
SHOWN = 10


class DoesNotStand(SchedulerError):
    """A roster that cannot be published as it is: every finding, and the ways out."""

    exit_code = 3

    def __init__(self, roster_id: str, findings: tuple[Unkept, ...]) -> None:
        self.roster_id, self.findings = roster_id, findings
        lines = [f"  {finding}" for finding in findings[:SHOWN]]
        if len(findings) > SHOWN:
            lines.append(f"  … and {len(findings) - SHOWN} more.")
        things = counted(len(findings), "thing does", "things do")
        super().__init__(
            "\n".join(
                [
                    (
                        f"{roster_id} is not published: {things} not hold under the facts of now"
                        " and beside what is published."
                    ),
                    *lines,
                ]
            )
            + f"\nRepair it (scheduler repair {roster_id}), build the period anew, or publish it"
            " all the same: --anyway --reason TEXT."
        )

    def __reduce__(self) -> tuple[type["DoesNotStand"], tuple[str, tuple[Unkept, ...]]]:
        return type(self), (self.roster_id, self.findings)


class NeedsReason(BadRequest):
    """Publishing changes shifts of dates for which a roster is in force, and nobody said why."""

    def __init__(self, found: Preview) -> None:
        self.preview = found
        super().__init__(
            f"Publishing this changes what is published already: {found.what}. Say why: --reason"
            " TEXT; --preview shows what changes for whom."
        )

    def __reduce__(self) -> tuple[type["NeedsReason"], tuple[Preview]]:
        return type(self), (self.preview,)


class NotSignedOff(SchedulerError):
    """A roster for which the scheme asks for approvals that are not given: by whom, of what."""

    exit_code = 3

    def __init__(self, state: SignOffState) -> None:
        self.state = state
        lines = [f"  {waiting_words(step)}" for step in state.waiting]
        super().__init__(
            "\n".join([f"{state.header.id} is not published: not all have approved it.", *lines])
            + f"\nscheduler sign-off show {state.header.id} says how it stands."
        )

    def __reduce__(self) -> tuple[type["NotSignedOff"], tuple[SignOffState]]:
        return type(self), (self.state,)


@dataclass(frozen=True)
class Published:
    """The roster as it stands now, and the earlier ones of which it took the place."""

    header: RosterHeader
    superseded: list[str]
    """Ids of those that count on no date any more."""
    shortened: list[RosterHeader]
    """Those that lost some dates and still count on others."""


@asks("publish_rosters", roster="roster_id")
def publish(
    repository: Repository,
    roster_id: str,
    *,
    anyway: str | None = None,
    reason: str | None = None,
    edition: int | None = None,
) -> Published:
    """Publish a draft, or again what was withdrawn, that stands under the facts of now and beside
    everything published meanwhile; what an approver has accepted by hand does not stand against it.

    `anyway`: the reason to publish it although it does not; it is stored with what did not hold.
    `reason`: why it changes shifts that are published; without one, `anyway` says that too.
    `edition`: the one that was looked at; None: whatever it is. Raises NotFound; OtherEdition;
    BadRequest for a scenario, for what is published or superseded, and for what was made from a
    roster that is no longer in force; DoesNotStand; NeedsReason; NotSignedOff where the
    collaborative's scheme asks for approvals that are not given.
    """
    return _published(repository, roster_id, anyway, reason, edition)


@asks("publish_signed_rosters", roster="roster_id")
def publish_signed(
    repository: Repository,
    roster_id: str,
    *,
    reason: str | None = None,
    edition: int | None = None,
) -> Published:
    """As `publish`, for whoever builds or approves rosters, once all whom the scheme asks have
    approved. Raises what `publish` raises, and NotPermitted where the collaborative has no scheme,
    and they could not publish by themselves.
    """
    if scheme_of(repository, repository.roster_header(roster_id).collaborative_id) is None:
        require(repository, "publish_rosters", thing_of(repository, "roster", roster_id))
    return _published(repository, roster_id, None, reason, edition)


@asks("publish_rosters", roster="roster_id")
def publish_trade(
    repository: Repository,
    roster_id: str,
    *,
    reason: str,
    anyway: str | None = None,
    untouched: Collection[str] = (),
) -> Published:
    """As `publish`, for a draft in which two people change shifts. `untouched`: organisations all
    of whose shifts are done by the same people as in what they have approved; what these cost by
    the facts of now, they are not asked again. Raises what `publish` raises.
    """
    return _published(repository, roster_id, anyway, reason, None, untouched)


def _published(
    repository: Repository,
    roster_id: str,
    anyway: str | None,
    reason: str | None,
    edition: int | None,
    untouched: Collection[str] = (),
) -> Published:
    if anyway is not None and not anyway.strip():
        raise BadRequest(
            "To publish what does not stand needs a reason in words: --anyway --reason TEXT."
        )
    said = (reason or "").strip() or None
    collaborative_id = repository.roster(roster_id).header.collaborative_id
    for _ in range(ATTEMPTS):
        # judged outside the transaction, which then sees to it that nothing has changed since:
        # writers need not wait for the check
        seen = repository.state_of_things()
        before = {
            header.id: header.in_force
            for header in repository.rosters(collaborative_id)
            if header.status == "published"
        }
        repository.require_publishable(roster_id)
        stored = repository.roster(roster_id)
        if edition not in (None, stored.header.edition):
            raise OtherEdition(
                f"{roster_id} was changed since it was looked at. Look at it again, and publish"
                " that."
            )
        if replaced := replaced_origin(repository, stored):
            raise BadRequest(replaced)
        findings = unkept(repository, roster_id)
        against = tuple(finding for finding in findings if not finding.accepted)
        if against and anyway is None:
            raise DoesNotStand(roster_id, against)
        note = _note(findings, anyway if against else None)
        state = state_of(repository, roster_id)
        if any(one.organisation_id not in untouched for one in state.waiting):
            raise NotSignedOff(state)
        found = changes(repository, stored, date.today())
        why = said or (anyway.strip() if anyway is not None and found.needs_reason else None)
        if found.needs_reason and why is None:
            raise NeedsReason(found)
        try:
            header = repository.publish(
                roster_id,
                as_of=seen,
                edition=stored.header.edition,
                answered=state.answered,
                anyway=note,
                reason=why,
            )
        except OtherStateOfThings:
            continue
        after = {
            other.id: other
            for other in repository.rosters(collaborative_id)
            if other.status == "published"
        }
        shortened = [
            after[earlier]
            for earlier, dates in sorted(before.items())
            if earlier in after and after[earlier].in_force != dates
        ]
        return Published(header, sorted(before.keys() - after.keys()), shortened)
    raise BadRequest(
        "Facts or publications changed each time while this roster was checked. Try again in a"
        " moment."
    )


def _note(findings: tuple[Unkept, ...], anyway: str | None) -> PublishedAnyway | None:
    """What stands with a roster that does not keep everything, and why it counts all the same."""
    if not findings:
        return None
    # whoever accepted it stands in the edits, where they can be forgotten
    accepted = dict.fromkeys(finding.accepted.reason for finding in findings if finding.accepted)
    reasons = [*([anyway.strip()] if anyway is not None else []), *accepted]
    return PublishedAnyway(" ".join(reasons), tuple(finding.whole for finding in findings))


def standing(header: RosterHeader) -> str:
    """A roster's status; of a published one into which a later publication has cut, also on which
    dates it counts.
    """
    status = f"published for {stretches_text(header.in_force)}" if header.in_part else header.status
    return (
        f"{status}, although not all of it stood" if header.published_anyway is not None else status
    )
