"""Which pronoun takes the place of `her` and `his`, which have two counterparts each."""

from __future__ import annotations

from airworthy.assurance.swaps.tokens import Word
from airworthy.assurance.swaps.words import (
    AFTER_HERS,
    AFTER_OBJECT,
    BARE_VERBS,
    GIVE,
    GIVEN,
    HE,
    MAKE,
    MOVE,
    SHE,
)


def other_pronoun(word: Word) -> str | None:
    """The pronoun of the other gender, in small letters; None where `word` is none.

    >>> from airworthy.assurance.swaps.tokens import words
    >>> said = words("She told her that her dog, not his, bit her.")
    >>> [other for other in map(other_pronoun, said) if other]
    ['he', 'him', 'his', 'hers', 'him']
    """
    key = word.key
    if key == "her":
        return "him" if _is_object(word) else "his"
    if key == "his":
        return "hers" if _stands_alone(word) else "her"
    return SHE.get(key) or HE.get(key)


def is_hers(key: str) -> bool:
    """Whether a pronoun is a woman's."""
    return key == "her" or key in SHE


def _is_object(her: Word) -> bool:
    following, verb = her.next.lower(), her.previous.lower()
    if following == "very" and her.later.lower() in ("best", "own", "first", "last", "latest", "favorite"):
        return False
    if her.ends_phrase or (following in AFTER_OBJECT and not _is_amount(her)):
        return True
    if following == "home" and verb in MOVE:
        return True
    if verb in MAKE and following in BARE_VERBS:
        return True
    if verb in GIVE and (following in GIVEN or _is_amount(her)):
        return True
    return verb == "told" and following in ("things", "lies", "stories")


def _is_amount(word: Word) -> bool:
    """Whether a number or a quotation comes next."""
    return any(character.isdigit() or character in '$£€"“' for character in word.after)


def _stands_alone(his: Word) -> bool:
    if his.next.lower() in ("and", "or") and his.later.lower() in ("her", "hers"):
        return False
    return his.ends_phrase or (his.next.lower() in AFTER_HERS and not _is_amount(his))
