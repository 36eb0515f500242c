"""What an entry of the record says, in words for people."""

from collections.abc import Callable, Mapping
from typing import Any, assert_never, cast

from scheduler.domain.access import IN_WORDS, Action
from scheduler.domain.wording import counted
from scheduler.storage.roster_versions import GivenReasons
from scheduler.storage.stored_audit import PERSON, AuditEntry

Called = Callable[[str], str]
"""What an account is called, by its id."""
VERSIONED = ("policy", "scenario")
"""What is kept under a name, in versions."""


def in_words(
    entry: AuditEntry,
    people: Mapping[str, str],
    called: Called,
    given: Mapping[str, GivenReasons],
) -> str:
    """One entry. `people`: whom the marks mean; who is not among them was forgotten. `given`:
    roster id -> why it was published and withdrawn, which the record itself does not hold.
    """
    thing = entry.contents()
    if PERSON in thing:
        thing[PERSON] = people.get(thing[PERSON], "who was forgotten")
    action = cast(Action, entry.action)
    if entry.outcome == "refused":
        named = _named(thing)
        return f"was refused to {IN_WORDS[action]}{f': {named}' if named else ''}"
    match action:
        case "see_people" if "signed" in thing:
            signed = counted(thing["signed"], "credential")
            return (
                f"signed {signed} of person {thing[PERSON]}"
                f" for organisation {thing['organisation']}"
            )
        case "see_rosters" | "see_people":
            return f"looked at {_named(thing) or 'everything'}"
        case "see_reasons":
            return f"asked why, of {_named(thing)}"
        case "build_rosters" | "test_scenarios" | "ask_who_gains":
            return _made(thing)
        case "publish_rosters":
            return _published(thing, given.get(thing["roster"], GivenReasons()))
        case "sign_off":
            verb = {"approved": "approved", "refused": "refused"}.get(thing["change"], "took back")
            of = f"roster {thing['roster']} for organisation {thing['organisation']}"
            return f"{verb} {of}, step {thing['step']}"
        case "settle_disputes":
            return f"{thing['change']} dispute {thing['dispute']} on roster {thing['roster']}"
        case "override_rules":
            broken = counted(thing.get("overridden", 0), "rule")
            return f"changed roster {thing['roster']} by hand, against {broken}"
        case "trade_shifts":
            return f"{thing['change']} trade {thing['trade']} of a shift of person {thing[PERSON]}"
        case "acknowledge_changes":
            told = {"request": "the answer to a request", "endings": "what of theirs ends"}
            of = next((told[one] for one in told if one in thing), "their changed shifts")
            return f"noted that person {thing[PERSON]} knows of {of}"
        case "change_facts" | "change_people":
            return _changed(thing)
        case "keep_calendar":
            done = "ended" if thing["change"] == "withdrawn" else "made"
            return f"{done} the address of the calendar of {_named(thing)}"
        case "tell_own":
            return _told(thing)
        case "manage_accounts":
            return _account(thing, called)
        case "keep_personal_data":
            done = "handed out what is kept" if "handed_out" in thing else "deleted what was due"
            return f"{done} of {_named(thing)}"
        case "read_audit":
            return f"took away {thing['exported']:,} entries of the record"
        case "run_program" if "backed_up" in thing:
            return f"backed the database up ({thing['backed_up']})"
        case "run_program" if "restored" in thing:
            at = str(thing["taken_at"])[:16].replace("T", " ")
            return f"put back the backup {thing['restored']}, of {at} UTC"
        case "run_program" | "publish_signed_rosters":  # never on record by themselves
            return IN_WORDS[action]
        case _:
            assert_never(action)


def _published(thing: Mapping[str, Any], given: GivenReasons) -> str:
    if thing.get("withdrawn"):
        said = f"withdrew the publication of roster {thing['roster']}"
        return said + (f": {given.withdrawn}" if given.withdrawn else "")
    short = thing.get("anyway")
    said = f"published roster {thing['roster']}" + (
        f", although {short} {'thing' if short == 1 else 'things'} of it did not hold"
        if short
        else ""
    )
    if "with_reason" not in thing:
        return said
    return f"{said}, over what was published before" + (
        f": {given.published}" if given.published else ""
    )


def _named(thing: Mapping[str, Any]) -> str:
    """The things that an entry names: `roster R, person S1`; of what was not there, its kind."""
    kinds = ("roster", "comparison", "job", "collaborative", "organisation", "facts")
    found = [f"{kind} {thing[kind]}" for kind in kinds if kind in thing]
    found += [f"{kind} “{thing[kind]}”" for kind in VERSIONED if kind in thing]
    found += [f"person {thing[PERSON]}"] if PERSON in thing else []
    found += [f"a {kind} that is not there" for kind in thing.get("unknown", ())]
    return ", ".join(found)


def _kept_version(kind: str, thing: Mapping[str, Any]) -> str:
    """A version of what is kept under a name."""
    of = f"of collaborative {thing['collaborative']}" if "collaborative" in thing else "for all"
    done = "withdrew" if thing.get("withdrawn") else "saved"
    return f"{done} {kind} “{thing[kind]}” {of}, as its version {thing['version']}"


def _changed(thing: Mapping[str, Any]) -> str:
    """A change set by its number; entries of before there were any name what was withdrawn. A
    mapping and a policy by their names.
    """
    if "attested" in thing:
        return f"kept {counted(thing['attested'], 'verified credential')} of person {thing[PERSON]}"
    if "mapping" in thing:
        done = "removed" if "removed_mapping" in thing else "saved"
        return f"{done} the column mapping {thing['mapping']!r}"
    if "policy" in thing:
        return _kept_version("policy", thing)
    if "removed" in thing:
        return f"withdrew facts: {_counts({'withdrawn': thing['removed']})}"
    rows = _by_file(thing.get("rows", {}))
    if "request" in thing:
        of = f"request {thing['request']}, of person {thing[PERSON]}"
        if "change" in thing:
            return f"granted {of}, as change {thing['change']}: {rows}"
        return f"{'refused' if thing.get('refused') else 'granted'} {of}"
    if "reverts" in thing:
        return f"took change {thing['reverts']} back, as change {thing['change']}: {rows}"
    if "change" in thing:
        return f"changed facts, as change {thing['change']}: {rows}"
    return f"brought in facts: {rows or 'all were known'}"


def _told(thing: Mapping[str, Any]) -> str:
    """What somebody tells of themselves: never what it is."""
    of = f"request {thing['request']}, of person {thing[PERSON]}"
    if "change" in thing:
        return f"told {of}, which became change {thing['change']} at once"
    return f"{'took back' if thing.get('taken_back') else 'asked'} {of}"


def _made(thing: Mapping[str, Any]) -> str:
    if "scenario" in thing:
        return _kept_version("scenario", thing)
    if "edit" in thing:
        return f"changed roster {thing['roster']} by hand (change {thing['edit']})"
    if "pinned" in thing:
        return f"pinned person {thing[PERSON]} to {thing['pinned']}"
    if "unpinned" in thing:
        return f"took the pin of person {thing[PERSON]} from {thing['unpinned']}"
    if "offered" in thing:
        done = "offered {} for approval" if thing["offered"] else "took {} back from approval"
        return done.format(_named(thing))
    if "renamed" in thing or "deleted" in thing:
        return f"{'renamed' if 'renamed' in thing else 'deleted'} {_named(thing)}"
    if "change" not in thing:
        return f"made {_named(thing)}"
    if thing["change"] != "done":
        return f"{thing['change']} {_named(thing)}"
    came = [f"roster {one}" for one in thing.get("rosters", ())]
    came += [f"comparison {thing['comparison']}"] if "comparison" in thing else []
    return f"ended job {thing['job']}, of which came {', '.join(came) or 'nothing'}"


def _account(thing: Mapping[str, Any], called: Called) -> str:
    who = called(thing["account"]) if "account" in thing else ""
    match thing["change"]:
        case "made":
            return f"made an account for {who}"
        case "granted":
            within = (
                f"within {thing.get('organisation') or thing.get('collaborative')}"
                if "organisation" in thing or "collaborative" in thing
                else "of what is their own"
                if thing["role"] == "staff"
                else "everywhere"
            )
            until = f" to {thing['to_date']}" if "to_date" in thing else ""
            return f"gave {who} the role {thing['role']} {within} from {thing['from_date']}{until}"
        case "withdrawn":
            return f"took the role {thing['role']} from {who}"
        case "person":
            return (
                f"said that {who} is person {thing[PERSON]}"
                if PERSON in thing
                else f"said that {who} is no member of staff"
            )
        case "e-mail":
            return f"asked that {who} is told by e-mail"
        case "no e-mail":
            return f"asked that {who} is told nothing by e-mail"
        case "token made":
            return f"made token {thing['token']} for {who}"
        case "token withdrawn":
            return f"ended token {thing['token']} of {who}"
        case other:  # of one's own visit
            return str(other)


def _by_file(rows: Mapping[str, Mapping[str, int]]) -> str:
    return "; ".join(f"{file.replace('_', ' ')} {_counts(one)}" for file, one in rows.items())


def _counts(counts: Mapping[str, Any]) -> str:
    return ", ".join(
        _counts(one) if isinstance(one, Mapping) else f"{one:,} {what.replace('_', ' ')}"
        for what, one in counts.items()
    )
