"""Whether recorded traces are read as they are: types, messages, relations, places and frames of every exception."""

from collections.abc import Sequence

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import extract_exceptions
from rca.evaluation.cases import EvaluationCase, TrueException, data_set_of
from rca.evaluation.metrics import Metric


def trace_metric(cases: Sequence[EvaluationCase]) -> Metric:
    """The share of traces of which every exception is read exactly."""
    judged = [case for case in cases if case.truth.exceptions is not None]
    wrong = [case.id for case in judged if read(case.trace) != list(case.truth.exceptions or ())]
    value = 1 - len(wrong) / len(judged) if judged else None
    return Metric("traces.exact", value, len(judged), data_set_of(case.digest for case in judged), wrong)


def read(text: str) -> list[TrueException]:
    """What extraction finds in `text`, in the shape of a truth."""
    return [_shape(record) for record in extract_exceptions(text)]


def _shape(record: ExceptionRecord) -> TrueException:
    ends = [record.frames[0], record.frames[-1]] if record.frames else []
    return TrueException(
        type=record.type,
        message=record.message,
        relation=record.relation,
        parent=record.parent,
        lines=record.lines,
        frames=len(record.frames),
        ends=tuple((frame.file, frame.function, frame.line, frame.in_app) for frame in ends),
    )
