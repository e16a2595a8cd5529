"""Nothing is reported where there is no exception, whatever words, places and indents a text has.

The corpus is tests/fixtures/no_exceptions, written for this: a file a kind of text, with the reason why it is quiet
though parts of it look like a trace.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.exceptions.wrapping import ONCE

QUIET = Path(__file__).parents[2] / "fixtures" / "no_exceptions"
REASONS = {
    "access_log": "requests for paths named after exceptions",
    "alert_mail": "exceptions are counted, none is printed",
    "ansible_output": "the task's summary of an error, which stands on the other machine",
    "api_errors.json": "an answer to a client, with a place in the client's own text",
    "apt_output": "packages and their failures; `Err:` is a download",
    "call_tree_perf": "stacks of samples, indented with addresses",
    "cargo_output": "a compiler points at code with line numbers and carets",
    "changelog.md": "`ValueError: ...` in a list of what was fixed",
    "chat_export": "people mention exceptions, causes and panics",
    "config_dump.yaml": "exceptions and patterns of traces as settings",
    "console_trace": "console.trace and process warnings print frames, nothing was thrown",
    "coverage_table": "files and line numbers in columns",
    "csv_of_errors.csv": "type, message, file and line in columns: a table of errors without a stack",
    "diff_patch": "code that raises, in a patch",
    "dmesg_boot": "a kernel's own errors and a killed process, without a call trace",
    "docs_markdown_java.md": "code and a table of exceptions in documentation",
    "docs_rst_python.rst": "a drawn hierarchy of exceptions and their descriptions",
    "english_at": "the word `at`, indented, before brackets and numbers",
    "faulthandler_timer": "threads as a watchdog prints them; nothing was raised",
    "fluentd_multiline.conf": "patterns of traces",
    "gcc_notes": "a compiler's and a linker's places",
    "gdb_healthy": "the stack of a process that was looked at and let go",
    "git_log": "subjects of commits that name exceptions",
    "go_test_summary": "assertions that failed, with their places; a recovered panic's words",
    "gradle_build": "'failed with an exception' and no exception",
    "hex_dump": "a trace's bytes",
    "javadoc_throws": "documented exceptions and code that throws",
    "jest_summary": "names of tests",
    "json_null_errors": "fields for errors that are null, empty or plain words",
    "jstack_deadlock": "stacks of threads that wait for each other",
    "jstack_dump": "stacks of threads that run and wait",
    "klog_errors": "errors with the place of the logger's call",
    "kubectl_describe": "states and reasons of containers",
    "kubernetes_events": "failures in a table",
    "levels_and_words": "errors of one line that name an exception but print no stack",
    "lint_report": "places, carets and names of exceptions in advice",
    "lock_file": "packages named after errors",
    "logback_patterns.xml": "how exceptions are to be printed",
    "logfmt_errors": "errors as values, without a stack",
    "markdown_quotes": "quoted prose, a table, and the words of a Python frame in a sentence",
    "maven_build": "a build's errors, with places in brackets",
    "metrics.prom": "exceptions as labels",
    "mypy_report": "a type checker's places",
    "nginx_error": "errors of a server of one line each",
    "npm_output": "a package manager's errors",
    "numbered_list": "numbers and `at` in the places where frames have them",
    "openssl_asn1": "offsets with colons, an error of one line",
    "perl_warnings": "warnings with `at FILE line N.`",
    "php_warnings": "warnings and notices end nothing",
    "phpunit_tap": "test results, with a place",
    "pip_output": "a package manager's errors in a box",
    "postgres_log": "a server's errors about statements",
    "profile_pstats": "functions with files and lines, by time",
    "properties_dump": "exceptions as settings",
    "prose_on_exceptions": "prose that quotes every header",
    "pstack_healthy": "stacks of a healthy process",
    "py_spy_dump": "stacks of a healthy process",
    "pytest_summary": "failures without their tracebacks",
    "python_print_stack": "traceback.print_stack(): where we are, nothing was raised",
    "python_warnings": "warnings with their source line",
    "rails_log": "a query's place, a deprecation, a status",
    "react_warning": "a component stack of a warning",
    "rspec_documentation": "names of examples and places to run them again",
    "ruby_warnings": "warnings with places",
    "source_cpp.cpp": "code that throws",
    "source_csharp.cs": "code that throws",
    "source_dart.dart": "code that throws",
    "source_go.go": "code that panics",
    "source_javascript.js": "code that throws",
    "source_perl.pl": "code that dies",
    "source_php.php": "code that throws",
    "source_ruby.rb": "code that raises",
    "source_rust.rs": "code that panics",
    "sql_dump.sql": "exceptions as rows, and raised in a function's text",
    "stack_usage.su": "sizes of stacks by function",
    "strace_output": "a trace's bytes as an argument, a signal",
    "surefire_summary": "errors without their stacks",
    "systemd_journal": "failures of services",
    "terraform_error": "an error with a place, in a box",
    "tracemalloc_top": "places by memory",
    "tsc_report": "a compiler's places",
    "valgrind_summary": "a run without errors",
}
# Words that no format begins with, so that what is made of them can be no trace.
WORDS = ("order", "Failed", "error", "user", "stack", "trace", "cart", "of", "is", "the", "a.b", "x", "12", "(y)", "=3")
MARKS = ("at ", "at", "in", "line", ":", "|", "#", "->", "  ", "\t", "^", "...", "-", "+", "[", "]", "{", "}", '"', "'")


def text_of(name: str) -> str:
    return (QUIET / f"{name}.txt").read_text(encoding="utf-8")


def test_every_file_has_its_reason() -> None:
    """The corpus and the table of reasons are the same set."""
    assert {path.name.removesuffix(".txt") for path in QUIET.glob("*.txt")} == set(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_a_quiet_text_gives_nothing(name: str) -> None:
    """As it stands."""
    assert extract_exceptions(text_of(name)) == []


@pytest.mark.parametrize("envelope", ONCE)
def test_an_envelope_makes_no_exception(envelope: str) -> None:
    """Behind a logger's prefix or in a JSON record the same texts are as quiet."""
    loud = {name: extract_exceptions(ONCE[envelope](text_of(name).rstrip("\n").split("\n"))) for name in REASONS}
    assert {name: found for name, found in loud.items() if found} == {}


def test_texts_one_after_another_give_nothing() -> None:
    """What stands in one text makes no exception of the next, and the words of one wake no parser for another."""
    dice, names = random.Random(3), list(REASONS)
    for _ in range(6):
        dice.shuffle(names)
        assert extract_exceptions("".join(text_of(name) for name in names)) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS + MARKS), max_size=8).map(" ".join), max_size=30))
def test_words_and_marks_alone_give_nothing(lines: list[str]) -> None:
    """Lines of ordinary words, with the brackets, indents and prepositions that frames have too."""
    assert extract_exceptions("\n".join(lines)) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters=":@#("), max_size=60), max_size=20))
def test_text_without_places_gives_nothing(lines: list[str]) -> None:
    """Any characters but those that every header or frame needs one of."""
    assert extract_exceptions("\n".join(lines)) == []
