"""`pullquote`: one line on standard error and status 2 for whatever could not be done."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from bot.cli.context import CommandContext, Config, Event, Home, Stopped, Traceback, Version
from bot.cli.grouped import Grouped
from corpus.errors import PullquoteError

# The commands of each module of this room, in the order of `--help`. Only the module of the command
# that is asked for is imported.
COMMANDS = {
    "ask": ("demo", "ask"),
    "timeline": ("timeline", "compare"),
    "verify": ("verify",),
    "coverage": ("ingest",),
    "source": ("source",),
    "store": ("store",),
    "articles": ("articles", "show", "correct", "remove"),
    "index": ("index", "model"),
    "evaluation": ("evaluate",),
    "replay": ("replay",),
    "service": ("run", "doctor"),
    "play": ("play",),
    "feedback": ("feedback",),
    "dossier": ("dossier",),
    "backup": ("backup",),
}
# Options before the command that have a value.
_WITH_VALUE = ("--home", "--config", "--event")
# Set by a shell that wants completions, with the words typed so far in COMP_WORDS.
_COMPLETES = "_PULLQUOTE_COMPLETE"
_INTERRUPTED = 130


def application(command: str | None = None) -> typer.Typer:
    """The command line, with the commands of the module that has `command`, or with all."""
    app = typer.Typer(
        name="pullquote",
        help="Ask what the news coverage of an event says; get verbatim, attributed quotes.",
        cls=Grouped,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(options)
    owners = [module for module, names in COMMANDS.items() if command in names]
    for module in owners or COMMANDS:
        import_module(f"bot.cli.{module}").register(app)
    return app


def options(
    context: typer.Context,
    home: Home = None,
    config: Config = None,
    event: Event = None,
    traceback: Traceback = False,
    version: Version = False,
) -> None:
    """Ask what the news coverage of an event says; get verbatim, attributed quotes."""
    context.obj = CommandContext(home, config, event)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run(given))


def _run(given: list[str]) -> int:
    if not given and _COMPLETES not in os.environ:
        _run(["--help"])
        return 2
    try:
        command = typer.main.get_command(application(_command(given)))
        status = command.main(args=given, prog_name="pullquote", standalone_mode=False)
        sys.stdout.flush()
        return _stopped() if status == _INTERRUPTED else status if isinstance(status, int) else 0
    except typer.TyperException as error:
        return _fail(_usage(error))
    except PullquoteError as error:
        return _fail(str(error))
    except Stopped as stopped:
        return _stopped(str(stopped))
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    except (BrokenPipeError, SystemExit):
        # the reader went away, as with `| head`: nothing more can be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        if "--traceback" in given:
            raise
        if said := _foreseen(error):
            return _fail(said)
        return _fail(
            f"unexpected {type(error).__name__}: {error};"
            " this is a fault of pullquote: run again with --traceback before the command"
        )


def _command(given: Sequence[str]) -> str | None:
    """What stands where the name of a command does."""
    words = iter(given)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _usage(error: typer.TyperException) -> str:
    """What was wrong with the words given; where one is missing, an example or the usage."""
    said = error.format_message()
    context = getattr(error, "ctx", None)
    if said.startswith("Missing") and context is not None:
        return f"{said} {context.command.epilog or context.get_usage()}"
    return said


def _stopped(kept: str = "") -> int:
    typer.echo(f"pullquote: stopped{kept and ': '}{kept}", err=True)
    return _INTERRUPTED


def _foreseen(error: Exception) -> str | None:
    """What a disk or a database may do to any command."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full: {error}; make room, then run this again"
    # the other kinds of errors of a database are faults of ours
    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return (
            f"a database of the home cannot be read: {error}; see that its disk has room, and where"
            " it is damaged restore a backup"
        )
    return None


def _fail(message: str) -> int:
    line = " ".join(message.split())
    typer.echo(f"pullquote: {line}", err=True)
    return 2
