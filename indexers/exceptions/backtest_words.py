"""Says in words why two fingerprints are one under new rules, or two. Keeps out: finding which (backtest.py)."""

from indexers.exceptions.fingerprint import Fingerprint, Part


def why_one(one: tuple[Fingerprint, Fingerprint], two: tuple[Fingerprint, Fingerprint]) -> str:
    """Why two that were apart are one; each is given as (as stored, under the new rules)."""
    first = _told_apart(*one, two[0])
    second = _told_apart(*two, one[0])
    said = " against ".join(words for words in (first, second) if words)
    if not said:
        return "the same traces under the new rules, or near-identical ones"
    return f"told apart before by {said}"


def _told_apart(stored: Fingerprint, made: Fingerprint, other: Fingerprint) -> str:
    """The first thing that counted here and not there, and what the new rules make of it."""
    theirs = {(part.name, part.value) for part in other.parts if part.contributes}
    for number, part in enumerate(stored.parts):
        if part.contributes and (part.name, part.value) not in theirs and not part.name.endswith(" hash"):
            now = _now(stored, made, number)
            return f"{part.name} {part.value!r}{now}"
    return ""


def _now(stored: Fingerprint, made: Fingerprint, number: int) -> str:
    """What became of the part: parts of one name keep their order, and none is left out of the record."""
    part = stored.parts[number]
    place = sum(1 for earlier in stored.parts[:number] if earlier.name == part.name)
    counterparts = [new for new in made.parts if new.name == part.name]
    if len(counterparts) != sum(1 for old in stored.parts if old.name == part.name):
        return ""
    new: Part = counterparts[place]
    if not new.contributes:
        return f" (now left out: {new.hint})"
    return f" (now {new.value!r})" if new.value != part.value else ""


def why_two(one: Fingerprint, two: Fingerprint) -> str:
    """What tells two fingerprints apart."""
    for name in ("type", "error class", "frame", "message"):
        mine, theirs = one.contributing(name), two.contributing(name)
        only = next((value for value in mine if value not in theirs), None)
        other = next((value for value in theirs if value not in mine), None)
        if only is not None or other is not None:
            sides = " against ".join(repr(value) for value in (only, other) if value is not None)
            return f"told apart by {name} {sides}"
    return "told apart by the order of their calls"
