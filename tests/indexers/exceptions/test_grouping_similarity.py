"""Near-identical traces join, near misses never do, and related ones are only told."""

import numpy as np
import pytest
from numpy.typing import NDArray

from indexers.exceptions.similarity import CappedEmbeds, Signature, nearest, related


def trace(
    below: tuple[str, ...], own: tuple[str, ...], *, language: str = "python", cut: bool = False, message: str = "bad"
) -> Signature:
    return Signature("-".join((*below, *own)), "E", ("E",), (*below, *own), own, message, language, cut)


class Alike:
    """An embedder for which all texts mean the same; it counts them."""

    asked = 0

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        return np.ones((len(texts), 1), dtype=np.float32)


class Unlike(Alike):
    """An embedder for which any two neighbouring texts mean the opposite."""

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        return np.array([[1.0 if at % 2 else -1.0] for at in range(len(texts))], dtype=np.float32)


OWN = ("cart:add", "order:place", "web:post")
OLD = trace(("net:send", "net:connect", "db:run", "db:query"), OWN)
REBUILT = trace(("net:send", "pool:open", "pool:get", "net:dial", "db:run", "db:query"), OWN)


def test_a_rebuilt_library_is_believed_only_with_an_embedder() -> None:
    """Same entry, same failing call, same message, calls in between that mean the same."""
    assert nearest(REBUILT, [OLD]) is None
    near = nearest(REBUILT, [OLD], Alike())
    assert near is not None
    assert "those of another version" in near.why
    assert nearest(REBUILT, [OLD], Unlike()) is None


@pytest.mark.parametrize(
    "other",
    [
        trace(("net:send", "net:other", "db:run", "db:query"), OWN),
        trace(("net:send", "net:dial", "pool:get", "db:run", "db:insert"), OWN),
        trace(("net:read", "net:dial", "pool:get", "db:run", "db:query"), OWN),
        trace(("net:send", "pool:open", "pool:get", "net:dial", "db:run", "db:query"), OWN, message="other"),
        trace(("net:send", "a", "b", "c", "d", "e", "db:query"), ("cart:add", "order:cancel", "web:post")),
    ],
    ids=["one call for one", "entry", "failing call", "message", "own path"],
)
def test_another_path_through_a_library_is_never_merged(other: Signature) -> None:
    """Even where an embedder finds everything alike."""
    assert nearest(other, [OLD], Alike()) is None


def test_a_cut_trace_joins_the_whole_one() -> None:
    """Only where it has as many frames as runtimes stop at."""
    whole = trace((), (*OWN, "web:route", "web:serve"))
    assert nearest(trace((), OWN), [whole]) is None
    near = nearest(trace((), OWN, cut=True), [whole])
    assert near is not None
    assert "cut after 3 calls" in near.why


def test_inlined_calls_may_be_missing_in_compiled_languages() -> None:
    """Between the same ends; elsewhere a call more is another path."""
    for language, joins in (("rust", True), ("python", False)):
        less = trace((), ("cart:add", "web:post"), language=language)
        assert (nearest(less, [trace((), OWN, language=language)]) is not None) is joins


def test_embeddings_are_capped() -> None:
    """When the cap is reached, nothing is merged for its meaning any more."""
    counted = Alike()
    capped = CappedEmbeds(counted, most=3)
    assert nearest(REBUILT, [OLD], capped) is not None
    assert nearest(REBUILT, [OLD], capped) is None
    assert counted.asked == 2


def test_related_traces_say_how_each_was_reached() -> None:
    """One helper that fails for two endpoints: told, the most alike first, never merged."""
    pool = ("pool:get",)
    refund = trace(pool, ("db:run", "refund:do", "web:post"))
    others = [
        trace(pool, ("db:run", "report:make", "cron:go")),
        trace(pool, ("db:run", "order:do", "web:post")),
        trace(pool, ("mail:run", "order:do", "web:post")),
        trace(("pool:put",), ("db:run", "order:do", "web:post")),
        refund,
    ]
    assert nearest(refund, others[:4], Alike()) is None
    found = related(refund, others)
    assert [near.index for near in found] == [1, 0]
    assert "through 'refund:do' and the other through 'order:do'" in found[0].why
