"""What a person may hear of why they work somewhere: all that is their own, and of colleagues
neither name nor shifts.
"""

from dataclasses import replace

from scheduler.domain.sentence import Part, Sentence, ref
from scheduler.services.accounts.in_view import require_in_view, require_roster_in_view
from scheduler.services.explain.replacements import Blocked, Effect
from scheduler.storage.repository import Repository

COLLEAGUE = "a colleague"


def sees_everybody(repository: Repository, roster_id: str, staff_id: str) -> bool:
    """Whether the actor may look at the whole roster, of which they ask about a person. Raises
    NotFound for a roster or a person that is not for them to see: that they reach one of the two is
    not enough.
    """
    everybody = require_roster_in_view(repository, roster_id)
    require_in_view(repository, staff_id)
    return everybody


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
