"""Dependencies and their versions, as each kind of manifest writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.code.dependencies import compare, dependencies

CASES = {
    "requirements.txt": ("requests[socks]==2.28.0  # why\n-r other.txt\nflask>=2,<3; python_version > '3'\nplain\n",
                         {"requests": "==2.28.0", "flask": ">=2,<3", "plain": ""}),
    "api/package.json": ('{"dependencies": {"react": "^18.2.0"}, "engines": {"node": ">=20"}}',
                         {"react": "^18.2.0", "node": ">=20"}),
    "package-lock.json": ('{"packages": {"": {}, "node_modules/@a/b": {"version": "1.2.3"}}}', {"@a/b": "1.2.3"}),
    "yarn.lock": ('# c\n"@a/b@^1.0.0", "@a/b@^1.1.0":\n  version "1.2.3"\n\nleft-pad@1:\n  version "1.0.0"\n',
                  {"@a/b": "1.2.3", "left-pad": "1.0.0"}),
    "pnpm-lock.yaml": (
        "packages:\n\n  /@a/b@1.2.3:\n    x: 1\n  'c@2.0.0(peer@1)':\n", {"@a/b": "1.2.3", "c": "2.0.0"}
    ),
    "poetry.lock": ('[[package]]\nname = "attrs"\nversion = "23.1"\n', {"attrs": "23.1"}),
    "pyproject.toml": ('[project]\ndependencies = ["httpx>=0.28", "rich"]\n', {"httpx": ">=0.28", "rich": ""}),
    "Cargo.toml": ('[dependencies]\nserde = {version = "1.0"}\nrand = "0.8"\n', {"serde": "1.0", "rand": "0.8"}),
    "pom.xml": ("<properties><jackson.version>2.15</jackson.version></properties><dependency>\n<groupId>g</groupId>"
                "<artifactId>jackson</artifactId><version>${jackson.version}</version></dependency>",
                {"jackson": "2.15"}),
    "app/build.gradle.kts": ('implementation("com.squareup:okhttp:4.9.0")', {"okhttp": "4.9.0"}),
    "go.mod": ("module x\n\nrequire (\n\tgithub.com/pkg/errors v0.9.1\n\tgolang.org/x/net v0.1.0 // indirect\n)\n",
               {"github.com/pkg/errors": "v0.9.1", "golang.org/x/net": "v0.1.0"}),
    "Gemfile.lock": ("GEM\n  specs:\n    rails (7.0.4)\n      rack (~> 2)\n", {"rails": "7.0.4"}),
    "composer.lock": ('{"packages": [{"name": "a/b", "version": "v1"}]}', {"a/b": "v1"}),
    "src/App.csproj": ('<PackageReference Include="Serilog" Version="2.1" />', {"Serilog": "2.1"}),
    "Dockerfile": ("FROM --platform=x python:3.11-slim AS base\n", {"python": "3.11-slim"}),
    ".python-version": ("3.11.4\n", {"python-version": "3.11.4"}),
    "gradle/libs.versions.toml": ('[versions]\nkotlin = "1.9.0"\n', {"kotlin": "1.9.0"}),
}  # fmt: skip


@pytest.mark.parametrize("path", CASES)
def test_names_and_versions_are_read(path: str) -> None:
    """As the file's kind writes them, with either line end."""
    text, expected = CASES[path]
    assert dependencies(path, text.encode()) == expected
    assert dependencies(path, text.replace("\n", "\r\n").encode()) == expected


def test_other_files_name_none() -> None:
    """Code and prose are left alone."""
    assert dependencies("app/main.py", b"requests==1.0") == {}


def test_differences_are_sentences() -> None:
    """Changed, new and gone; a new first number is a major change."""
    changes = compare({"a": "1.2", "b": "1.0", "c": "1"}, {"a": "2.0", "b": "1.1", "d": "3"})
    assert [change.sentence for change in changes] == ["a 1.2 -> 2.0", "b 1.0 -> 1.1", "c 1 (removed)", "d 3 (new)"]
    assert [change.name for change in changes if change.is_major] == ["a", "c"]


@given(st.sampled_from(sorted(CASES)), st.binary(max_size=200))
def test_no_content_is_too_odd(path: str, content: bytes) -> None:
    """Whatever a file holds, the answer is names and versions."""
    assert all(name for name in dependencies(path, content))
