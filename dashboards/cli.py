"""The command line: `firstcause`.

Owns: global options, and how an error leaves the process: one sentence on standard error; exit code 2 when a person
must change something, 1 when it may pass or must be looked at; a trace only with --debug. Keeps out: what commands do
(commands/, imported when called, so that --help is quick) and what they take (cli_*.py).
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboards import cli_asking, cli_evaluating, cli_grouping, cli_looking, cli_tools, cli_working

CONFIG_VARIABLE = "FIRSTCAUSE_CONFIG"
DEBUG_VARIABLE = "FIRSTCAUSE_TRACEBACKS"

app = typer.Typer(
    name="firstcause",
    help="Reads production logs, finds the exceptions that matter, and says which code caused them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"firstcause {version('firstcause')}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", envvar=CONFIG_VARIABLE, help="Settings file; default ./firstcause.toml if there."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback for errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Reads production logs, finds the exceptions that matter, and says which code caused them."""
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config)
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"


cli_looking.declare(app)
cli_asking.declare(app)
cli_working.declare(app)
cli_grouping.declare(app)
cli_evaluating.declare(app)
cli_tools.declare(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line (the process's own arguments by default) and leave with its exit code."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        _say(f"{error.format_message().rstrip('.')}. See `firstcause --help`.")
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed at exit
        code = 141
    except Exception as error:
        code = _failed(error)
    sys.exit(code if isinstance(code, int) else 0)


def _failed(error: Exception) -> int:
    from connectors.errors import ConfigurationError, FirstcauseError

    if os.environ.get(DEBUG_VARIABLE) or not isinstance(error, FirstcauseError):
        raise error
    _say(str(error))
    return 2 if isinstance(error, ConfigurationError) else 1


def _say(sentence: str) -> None:
    sys.stderr.write(f"firstcause: {sentence}\n")


if __name__ == "__main__":
    main()
