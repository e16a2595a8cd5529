"""JVM traces as vendors, frameworks and other threads make of them."""

import time

import pytest

from indexers.exceptions.extract import extract_exceptions
from indexers.exceptions.languages import jvm
from indexers.exceptions.lines import Block, Line


def heads(text: str) -> list[tuple[str, str | None, str, int | None, int]]:
    return [(r.type, r.message, r.relation, r.parent, len(r.frames)) for r in extract_exceptions(text)]


@pytest.mark.parametrize(
    ("frame", "file", "function", "line"),
    [
        ("a.B.c(B.java(Compiled Code))", "B.java", "a.B.c", None),
        ("a.B.c(B.java:3(Compiled Code))", "B.java", "a.B.c", 3),
        (".<init>(<console>:8)", "<console>", ".<init>", 8),
        ("avkz.a(:com.google.gms@21.24.18 (190400-38):5)", ":com.google.gms@21.24.18 (190400-38)", "avkz.a", 5),
        ("net.mine.Foo.run(Foo.java:4) ~[server.jar%23142!/:?] {re:mixin,pl:a:B}", "Foo.java", "net.mine.Foo.run", 4),
        ("TRANSFORMER/forge@43.2.0/net.mine.Foo.run(Foo.java:4) [?:?] {}", "Foo.java", "net.mine.Foo.run", 4),
        ("org.jruby.Kernel.require(org/jruby/Kernel.java:9)", "org/jruby/Kernel.java", "org.jruby.Kernel.require", 9),
        ("cfindex.runPage(C:\\wwwroot\\index.cfm:12)", "C:\\wwwroot\\index.cfm", "cfindex.runPage", 12),
        ("j.LambdaForm$DMH/0x08.invoke(LambdaForm$DMH)", "LambdaForm$DMH", "j.LambdaForm$DMH/0x08.invoke", None),
        ("org.apache.maven.Mojo.execute (Mojo.java:215)", "Mojo.java", "org.apache.maven.Mojo.execute", 215),
        ("a.B$$Lambda/0x00007f12.run(Unknown Source)", "", "a.B$$Lambda/0x00007f12.run", None),
    ],
)  # fmt: skip
def test_a_frame_of_any_vendor_is_read(frame: str, file: str, function: str, line: int | None) -> None:
    """File, function and line are those printed; modules and jars are neither."""
    (record,) = extract_exceptions(f"java.lang.Error: x\n\tat {frame}\n\tat a.Main.main(Main.java:1)\n")
    first = record.frames[0]
    assert (first.file, first.function, first.line) == (file, function, line)


def test_a_message_may_announce_another_exception() -> None:
    """A RemoteException's message ends in the text of its cause, on a line of its own."""
    text = (
        "java.rmi.ConnectException: refused; nested exception is: \n\tjava.net.ConnectException: Connection refused\n"
        "\tat sun.rmi.A.b(A.java:6)\nCaused by: java.net.ConnectException: Connection refused\n\tat a.Y.z(Y.java:3)\n"
    )
    assert heads(text) == [
        ("java.rmi.ConnectException", "refused; nested exception is:\n\tjava.net.ConnectException: Connection refused",
         "root", None, 1),
        ("java.net.ConnectException", "Connection refused", "caused_by", 0, 1),
    ]  # fmt: skip


def test_lines_of_others_between_frames_do_not_end_a_trace() -> None:
    """Records and prints of other threads are passed over when frames without a header go on."""
    text = (
        "java.lang.IllegalStateException: x\n\tat a.Y.z(Y.java:1)\n2026-03-01 09:15:02 INFO another thread\n"
        "\tat a.Y.w(Y.java:2)\nprinted\n\tat a.Y.v(Y.java:3)\nCaused by: java.io.IOException: y\n\tat a.Q.q(Q.java:9)\n"
    )
    assert heads(text) == [
        ("java.lang.IllegalStateException", "x", "root", None, 3),
        ("java.io.IOException", "y", "caused_by", 0, 1),
    ]


def test_frames_quoted_in_a_message_are_not_the_exceptions() -> None:
    """A message that announces frames with a colon goes on to the real ones."""
    text = "a.BException: saw this:\n\tat fake.F.g(F.java:1)\nand so on\n\tat a.Y.z(Y.java:1)\n"
    assert heads(text) == [
        ("a.BException", "saw this:\n\tat fake.F.g(F.java:1)\nand so on", "root", None, 1),
    ]


def test_a_cause_may_print_its_own_text() -> None:
    """Throwable.toString is often overridden; "... n more" tells such a section from text in a message."""
    text = (
        "java.lang.AssertionError: outer\n\tat a.T.t(T.java:4)\n"
        "Caused by: arrays first differed at element [16]; expected:<0>\n\tat org.junit.C.arrayEquals(C.java:55)\n"
        "\t... 1 more\nCaused by: java.lang.AssertionError: expected:<0>\n\t... 3 more\n"
    )
    assert heads(text) == [
        ("java.lang.AssertionError", "outer", "root", None, 1),
        ("java.lang.Throwable", "arrays first differed at element [16]; expected:<0>", "caused_by", 0, 1),
        ("java.lang.AssertionError", "expected:<0>", "caused_by", 1, 0),
    ]


def test_reactor_describes_where_a_pipeline_was_assembled() -> None:
    """The description is the message of a suppressed exception, whose class Reactor does not print."""
    text = (
        "a.BException: x\n\tat a.Y.z(Y.java:1)\n"
        "\tSuppressed: The stacktrace has been enhanced by Reactor, refer to additional information below: \n"
        "Assembly trace from producer [reactor.core.publisher.MonoSingle] :\n\treactor.core.Flux.single(Flux.java:7)\n"
        "Error has been observed at the following site(s):\n\t*__Flux.single ⇢ at a.G.scatter(G.java:1)\n"
        "Original Stack Trace:\n\t\tat a.Y.z(Y.java:1)\n\t\tat a.Y.y(Y.java:2)\n"
    )
    kinds = [(kind, relation, count) for kind, _, relation, _, count in heads(text)]
    assert kinds == [
        ("a.BException", "root", 1),
        ("reactor.core.publisher.FluxOnAssembly$OnAssemblyException", "suppressed", 2),
    ]


def test_sparks_driver_quotes_the_worker() -> None:
    """Frames before "Driver stacktrace:" are the worker's, in the message."""
    text = (
        "org.apache.spark.SparkException: Job aborted: java.io.IOException: y\n\tat w.W.x(W.scala:1)\n\n"
        "Driver stacktrace:\n\tat d.D.y(D.scala:1)\n\tat d.D.z(D.scala:2)\n"
        "Caused by: java.io.IOException: y\n\tat w.W.x(W.scala:1)\n"
    )
    (outer, inner) = heads(text)
    assert (outer[0], outer[4]) == ("org.apache.spark.SparkException", 2)
    assert (outer[1] or "").endswith("\n\tat w.W.x(W.scala:1)\n\nDriver stacktrace:")
    assert inner == ("java.io.IOException", "y", "caused_by", 0, 1)


def test_jenkins_prints_what_was_suppressed_and_the_cause_first() -> None:
    """`Also:` comes before the exception that suppressed it, `Caused:` names the one that was caused."""
    text = (
        "Also:   hudson.remoting.Channel$CallSiteStackTrace: Remote call to agent\n\t\tat hudson.C.d(C.java:1)\n"
        "java.nio.channels.ClosedChannelException\n\tat j.A.b(A.java:2)\n"
        "Caused: java.io.IOException: x\n\tat h.R.c(R.java:3)\n"
    )
    assert [(kind, relation, parent) for kind, _, relation, parent, _ in heads(text)] == [
        ("hudson.remoting.Channel$CallSiteStackTrace", "suppressed", 1),
        ("java.nio.channels.ClosedChannelException", "caused_by", 2),
        ("java.io.IOException", "root", None),
    ]


@pytest.mark.parametrize(
    "margin", ["! ", "     [java] ", "E/AndroidRuntime(  914): ", "08-31 06:11:16.400: E/App(914): "]
)
def test_marks_before_every_line_are_taken_off(margin: str) -> None:
    """Dropwizard's, Ant's and logcat's."""
    lines = ["java.io.IOException: low", "\tat a.A.b(A.java:1)", "Caused by: a.BException", "\tat a.A.c(A.java:2)"]
    text = "".join(f"{margin}{line}\n" for line in lines)
    assert heads(text) == [("java.io.IOException", "low", "root", None, 1), ("a.BException", None, "caused_by", 0, 1)]


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("== Java Exception: a.api.FuzzerIssue: a.b.CException: x", "a.api.FuzzerIssue", "a.b.CException: x"),
        (": org.apache.spark.SparkException: Job aborted", "org.apache.spark.SparkException", "Job aborted"),
        ('Exception in thread "main" MyProblem: foo', "MyProblem", "foo"),
        ("09:15:02 ERROR c.e.MyErrorHandler: failed a.b.CException", "a.b.CException", None),
        ("MSC1: o.j.StartException in service jboss.x.POST: Failed", "o.j.StartException", "Failed"),
        ("####<Mar 1> <Error> <failed. java.lang.NullPointerException", "java.lang.NullPointerException", None),
    ],
)  # fmt: skip
def test_words_before_a_header_are_not_its_class(line: str, kind: str, message: str | None) -> None:
    """Of what stands before a class name on the same line nothing is taken."""
    assert [head[:2] for head in heads(f"{line}\n\tat a.Y.z(Y.java:1)\n")] == [(kind, message)]


def test_a_chain_without_frames_and_a_machine_without_memory_are_exceptions() -> None:
    """Loggers may leave the frames out; a JVM out of memory has none."""
    text = (
        "a.b.CException: x\nCaused by: a.b.DException: y\n\njava.lang.OutOfMemoryError: Java heap space\nDumping heap\n"
    )
    assert heads(text) == [
        ("a.b.CException", "x", "root", None, 0),
        ("a.b.DException", "y", "caused_by", 0, 0),
        ("java.lang.OutOfMemoryError", "Java heap space", "root", None, 0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"main" #1 prio=5 tid=0x1 nid=0x1\n   java.lang.Thread.State: WAITING\n\tat a.B.c(B.java:1)\n\n'
        '"x" #2 daemon prio=5 tid=0x2\n   java.lang.Thread.State: RUNNABLE\n\tat a.B.c(B.java:1)\n',
        'Found one Java-level deadlock:\n"Thread-1":\n\tat a.B.c(B.java:1)\n\t- waiting to lock <0x1> (a b.C)\n',
        '"main" prio=5 tid=1 Native\n  | group="main" sCount=1\n  | held mutexes=\n  at a.B.c(Native method)\n',
        'Coroutines dump\n\nCoroutine "c#2":StandaloneCoroutine{Active}@1, state: SUSPENDED\n\tat a.B.c(B.kt:1)\n',
        " * java.io.IOException: foo\n *     at a.B.c(B.java:1)\n",
        "java.lang.NullPointerException: null\nnothing more was said\n",
        "We saw java.lang.NullPointerException: foo at a.b.C(Bar.java:3) yesterday.\n  at the office (building:3)\n",
        "Caused by: rain\nSuppressed: laughter\n",
        "    at f(x.js:1:2)\n    at the station(platform:3)\n",
    ],
)
def test_dumps_source_and_prose_are_no_exceptions(text: str) -> None:
    """Frames without an exception, exceptions without frames and words about either."""
    assert extract_exceptions(text) == []


@pytest.mark.parametrize(
    "seed",
    ["\tat a.B.c(B.java:1)\nx\n", "Caused by: a.BException: x\n", "Caused by: x y\n\tat a.B.c(B.java:1)\n",
     'Exception in thread "x" a.B: c\n', "a.BException: x:\n\tat a.B.c(B.java:1)\ny\n", "\tat a(a) {",
     "\tat a.b(C.java:1) [x",
     "a.BException: x\n\tat a.B.c(B.java:1)\nDriver stacktrace:\n", "\tat a.B.c(B.java:1)\n\n"],
)  # fmt: skip
def test_repeated_beginnings_are_read_in_linear_time(seed: str) -> None:
    """300,000 characters of lines that each could begin a trace take a small part of what a square would."""
    text = "a.BException: x\n" + seed * (300_000 // len(seed))
    block = Block([Line(line, number, number) for number, line in enumerate(text.split("\n"), 1)])
    start = time.perf_counter()
    jvm.parse(block)
    assert time.perf_counter() - start < 5
