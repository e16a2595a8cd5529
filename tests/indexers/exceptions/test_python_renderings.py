"""Python's exceptions as loggers, consoles, notebooks and dying interpreters render them."""

import time

import pytest

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import extract_exceptions
from indexers.exceptions.languages import python
from indexers.exceptions.lines import Block, Line


def heads(text: str) -> list[tuple[str, str | None, str, int | None]]:
    return [(r.type, r.message, r.relation, r.parent) for r in extract_exceptions(text)]


def frames(record: ExceptionRecord) -> list[tuple[str, str, int | None]]:
    return [(frame.file, frame.function, frame.line) for frame in record.frames]


CAUSE = "The above exception was the direct cause of the following exception:"


def test_loguru_marks_a_frame_and_shows_values_between_blank_lines() -> None:
    """The catching frame has an arrow, values hang under the source, blank lines stand between frames."""
    text = f"""2026-03-01 09:15:02.113 | ERROR    | __main__:<module>:7 - it failed
Traceback (most recent call last):

  File "/srv/shop/cart.py", line 4, in inner
    return x / divisor
           │   └ 0
           └ 7

ZeroDivisionError: division by zero


{CAUSE}


Traceback (most recent call last):

> File "/srv/shop/run.py", line 6, in <module>
    add()
    └ <function add at 0x7fad302f1c60>

shop.StockError: no stock
for order 12
2026-03-01 09:15:02.200 | INFO     | __main__:<module>:9 - next
"""
    assert heads(text) == [
        ("ZeroDivisionError", "division by zero", "cause", 1),
        ("shop.StockError", "no stock\nfor order 12", "root", None),
    ]
    inner, outer = extract_exceptions(text)
    assert frames(inner) == [("/srv/shop/cart.py", "inner", 4)]
    assert frames(outer) == [("/srv/shop/run.py", "<module>", 6)]
    assert outer.frames[0].source == "add()"


def test_a_box_of_rich_holds_frames_and_the_exception_stands_below() -> None:
    """Source lines and local values in the box are no frames; a long path is folded over rows."""
    text = """╭──────── Traceback (most recent call last) ────────╮
│ /srv/shop/a_rather_long_path/with_more_of_it/run.p │
│ y:7 in <module>                                    │
│                                                    │
│   6 │   pass                                       │
│ ❱ 7 │   add(3)                                     │
│                                                    │
│ ╭─ locals ─╮                                       │
│ │ x = 3    │                                       │
│ ╰──────────╯                                       │
│                                                    │
│ /srv/shop/cart.py:4 in inner                       │
│                                                    │
│ ❱ 4 │   return x / divisor                         │
╰────────────────────────────────────────────────────╯
ZeroDivisionError: division by zero
"""
    (record,) = extract_exceptions(text)
    assert (record.type, record.message) == ("ZeroDivisionError", "division by zero")
    assert frames(record) == [
        ("/srv/shop/a_rather_long_path/with_more_of_it/run.py", "<module>", 7),
        ("/srv/shop/cart.py", "inner", 4),
    ]
    assert record.frames[1].source == "return x / divisor"


def test_members_of_a_group_stand_in_boxes_of_their_own() -> None:
    """rich draws a box for each member under the group's line."""
    text = """╭─ Traceback (most recent call last) ─╮
│ /srv/shop/run.py:7 in main           │
╰──────────────────────────────────────╯
ExceptionGroup: several (2 sub-exceptions)

╭────────── Sub-exception #1 ──────────╮
│ ValueError: one                      │
╰──────────────────────────────────────╯

╭────────── Sub-exception #2 ──────────╮
│ TypeError: two                       │
╰──────────────────────────────────────╯
"""
    assert heads(text) == [
        ("ExceptionGroup", "several (2 sub-exceptions)", "root", None),
        ("ValueError", "one", "group_member", 0),
        ("TypeError", "two", "group_member", 0),
    ]


def test_a_notebook_lists_source_with_an_arrow_at_the_failing_line() -> None:
    """IPython's headings of all versions name file and function; the arrow has the line where the heading has none."""
    new = """---------------------------------------------------------------------------
ZeroDivisionError                         Traceback (most recent call last)
Cell In[1], line 2
      1 import cart
----> 2 cart.add(0)

File /srv/shop/cart.py:4, in inner(x, divisor)
      3 def inner(x, divisor=0):
----> 4     return x / divisor

ZeroDivisionError: division by zero
"""
    old = """ZeroDivisionError                         Traceback (most recent call last)
<ipython-input-2-c19b6d9633cf> in <module>
----> 1 foo()

<ipython-input-1-1595a74c32d5> in foo(x)
      1 def foo(x):
----> 2     return 3 / x

ZeroDivisionError: division by zero
"""
    assert frames(extract_exceptions(new)[0]) == [("Cell In[1]", "", 2), ("/srv/shop/cart.py", "inner", 4)]
    assert frames(extract_exceptions(old)[0]) == [
        ("<ipython-input-2-c19b6d9633cf>", "<module>", 1),
        ("<ipython-input-1-1595a74c32d5>", "foo", 2),
    ]


def test_a_syntax_error_needs_no_header() -> None:
    """The interpreter prints only the place when the main script cannot be compiled."""
    text = '  File "/srv/shop/run.py", line 43\n    print x\n    ^^^^^^^\nSyntaxError: Missing parentheses\n'
    (record,) = extract_exceptions(text)
    assert (record.type, record.message, record.lines) == ("SyntaxError", "Missing parentheses", (1, 4))
    assert frames(record) == [("/srv/shop/run.py", "", 43)]


def test_frames_under_an_exceptions_line_are_its_own() -> None:
    """Sentry's raw view has no header."""
    text = 'ValueError: bad year\n  File "flask/app.py", line 1982, in wsgi_app\n    x()\n  File "y.py", line 3, in y\n'
    (record,) = extract_exceptions(text)
    assert frames(record) == [("flask/app.py", "wsgi_app", 1982), ("y.py", "y", 3)]
    assert (record.message, record.innermost_first) == ("bad year", False)


def test_a_cause_that_was_never_raised_has_only_its_line() -> None:
    """`raise A from B()` prints B without a traceback; its message may have blank lines, for a link closes it."""
    text = f"""ValueError: first

third line

{CAUSE}

Traceback (most recent call last):
  File "a.py", line 3, in f
KeyError: 'x'
"""
    assert heads(text) == [("ValueError", "first\n\nthird line", "cause", 1), ("KeyError", "'x'", "root", None)]


def test_a_group_that_was_never_raised_has_only_its_margin() -> None:
    """Without a traceback nothing but the group's line and its members are printed."""
    text = f"""  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Exception
    +---------------- 2 ----------------
    | KeyError: 'x'
    +------------------------------------

{CAUSE}

Traceback (most recent call last):
  File "a.py", line 3, in test
RuntimeError: late
"""
    assert heads(text) == [
        ("ExceptionGroup", "two (2 sub-exceptions)", "cause", 3),
        ("Exception", None, "group_member", 0),
        ("KeyError", "'x'", "group_member", 0),
        ("RuntimeError", "late", "root", None),
    ]


def test_twisteds_border_between_frames_is_passed_over() -> None:
    """A Failure prints the raising side under a border."""
    text = """Unhandled Error
Traceback (most recent call last):
  File "/srv/a.py", line 1, in f
    x()
--- <exception caught here> ---
  File "/srv/b.py", line 2, in g
    y()
builtins.ValueError: bad
"""
    (record,) = extract_exceptions(text)
    assert [frame.line for frame in record.frames] == [1, 2]
    assert record.type == "builtins.ValueError"


def test_the_current_thread_is_the_one_that_died() -> None:
    """faulthandler prints other threads too, some before it."""
    text = """Fatal Python error: Segmentation fault

Thread 0x00007f02 [worker] (most recent call first):
  File "/srv/w.py", line 9 in wait
  File "/srv/w.py", line 1 in <module>

Current thread 0x00007f01 (most recent call first):
  File "/srv/a.py", line 3 in crash
  File "/srv/a.py", line 8 in <module>

Extension modules: numpy (total: 1)
"""
    (record,) = extract_exceptions(text)
    assert frames(record) == [("/srv/a.py", "crash", 3), ("/srv/a.py", "<module>", 8)]
    assert (record.type, record.message) == ("Fatal Python error", "Segmentation fault")


def test_a_traceback_in_a_java_message_is_text_of_that_message() -> None:
    """PySpark's workers quote their traceback in the exception of the JVM; the driver's own one is Python's."""
    text = """org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/app/job.py", line 12, in f
    return 1/0
ZeroDivisionError: division by zero

\tat org.apache.spark.api.python.BasePythonRunner.read(PythonRunner.scala:561)
Traceback (most recent call last):
  File "/app/job.py", line 20, in <module>
py4j.protocol.Py4JJavaError: An error occurred while calling o1.collect.
: org.apache.spark.SparkException: Job aborted
\tat org.apache.spark.scheduler.DAGScheduler.abort(DAGScheduler.scala:2844)
"""
    assert [(kind, (message or "").split("\n")[0]) for kind, message, _, _ in heads(text)] == [
        ("org.apache.spark.api.python.PythonException", "Traceback (most recent call last):"),
        ("py4j.protocol.Py4JJavaError", "An error occurred while calling o1.collect."),
        ("org.apache.spark.SparkException", "Job aborted"),
    ]


def test_messages_of_libraries_go_on_as_far_as_they_go() -> None:
    """SQLAlchemy's has blank lines; the stack that logging prints after a traceback is not part of it."""
    text = """Traceback (most recent call last):
  File "a.py", line 3, in f
sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key
DETAIL:  Key (id)=(1) already exists.

[SQL: INSERT INTO t VALUES (%s)]
(Background on this error at: https://sqlalche.me/e/20/gkpj)
Stack (most recent call last):
  File "b.py", line 1, in <module>
"""
    (record,) = extract_exceptions(text)
    assert (record.message or "").count("\n") == 4
    assert record.lines == (1, 7)


def test_documentation_and_printed_stacks_are_no_exceptions() -> None:
    """Doctests, prose, a stack without an exception, threads that somebody dumped."""
    for text in (
        ">>> f(1)\nTraceback (most recent call last):\nValueError: bad\n",
        ">>> f(1)\nTraceback (most recent call last):\n  ...\nValueError: bad\n",
        "see Traceback (most recent call last) for what it was\n",
        'Stack (most recent call last):\n  File "a.py", line 1, in f\n    x()\n',
        '  File "a.py", line 1, in f\n    x()\n  File "b.py", line 2, in g\n',
        'Timeout (0:00:10)!\nThread 0x01 (most recent call first):\n  File "a.py", line 3 in f\n',
        "we saw Fatal Python error: Aborted again\n",
        f"nothing here\n\n{CAUSE}\n\nnothing there\n",
    ):
        assert extract_exceptions(text) == []


@pytest.mark.parametrize(
    "seed",
    ["  + Exception Group Traceback (most recent call last):\n", "╭─ Traceback (most recent call last) ─╮\n",
     f"{CAUSE}\n", "ValueError: x\n", "│ /srv/x.py │\n", "Fatal Python error: x\n\n", '  File "x", line 1\n',
     "+-+---------------- 1 ----------------\n",
     'Traceback (most recent call last):\n  File "a", line 1, in f\nKeyError\nx\n'],
)  # fmt: skip
def test_repeated_beginnings_are_read_in_linear_time(seed: str) -> None:
    """300,000 characters of lines that each could begin a trace take a small part of what a square would."""
    text = "╭─ Traceback (most recent call last) ─╮\n" + seed * (300_000 // len(seed))
    block = Block([Line(line, number, number) for number, line in enumerate(text.split("\n"), 1)])
    start = time.perf_counter()
    python.parse(block)
    assert time.perf_counter() - start < 5
