"""What a person may hear of why they work somewhere: all that is their own, and of colleagues
neither name nor shifts.
"""

from dataclasses import replace

from scheduler.domain.errors import NotFound
from scheduler.domain.sentence import Part, Sentence, ref
from scheduler.services.accounts.gate import thing_of
from scheduler.services.explain.replacements import Blocked, Effect
from scheduler.storage.repository import Repository

COLLEAGUE = "a colleague"


def sees_everybody(repository: Repository, roster_id: str) -> bool:
    """Whether the actor may look at the whole roster. Raises NotFound where it is not published and
    they may not: drafts are nobody's yet.
    """
    if repository.actor.program:
        return True
    if repository.actor.may("see_rosters", thing_of(repository, "roster", roster_id)):
        return True
    if repository.roster(roster_id).header.status == "draft":
        raise NotFound("That roster is not published.")
    return False


def without_colleagues(sentence: Sentence, staff_id: str) -> Sentence:
    """The sentence with everybody but this person without a name."""

    def hide(part: Part) -> Part:
        if part.kind != "person" or part.id == staff_id:
            return part
        return ref("person", "", COLLEAGUE)

    return sentence.with_words(hide)


def own_effect(effect: Effect, staff_id: str) -> Effect:
    """What a change costs, with rules that name colleagues without their names."""
    blocked = tuple(
        Blocked(one.rule, without_colleagues(one.sentence, staff_id)) for one in effect.blocked
    )
    return replace(effect, blocked=blocked)
