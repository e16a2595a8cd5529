"""The order of a chain's exceptions and of the own blocks they went through."""

from indexers.exceptions.chain import ExceptionRecord, Relation
from rca.trace import sections


def error(name: str, relation: Relation, parent: int | None) -> ExceptionRecord:
    return ExceptionRecord(name, None, "java", relation, parent, (1, 1), ())


def test_the_last_cause_of_a_java_chain_comes_first() -> None:
    """What everything was caused by is looked at first, what was suppressed last."""
    chain = [
        error("Outer", "root", None),
        error("Beside", "suppressed", 0),
        error("Middle", "caused_by", 0),
        error("Root", "caused_by", 2),
    ]
    assert [one.type for one in sections(chain)] == ["Root", "Middle", "Outer", "Beside"]


def test_what_failed_while_handling_is_the_newer_fault() -> None:
    """In "during handling ... another exception occurred" the later exception is looked at first."""
    chain = [error("Handled", "context", 1), error("Raised", "root", None)]
    assert [one.type for one in sections(chain)] == ["Raised", "Handled"]


def test_a_direct_cause_is_looked_at_before_what_it_caused() -> None:
    """In "raise ... from" the cause comes first."""
    chain = [error("Cause", "cause", 1), error("Raised", "root", None)]
    assert [one.type for one in sections(chain)] == ["Cause", "Raised"]


def test_a_circle_of_parents_ends() -> None:
    """A circular reference in a printed chain does not hang the ranking."""
    chain = [error("A", "caused_by", 1), error("B", "caused_by", 0)]
    assert len(sections(chain)) == 2
