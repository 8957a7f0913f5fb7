"""The command `onlooker`. Commands are thin: they read options, call the package, print, and choose the exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from onlooker.cli.screen import Screen, say_error
from onlooker.cli.standard_streams import make_lasting, status_of
from onlooker.cli.under_sudo import desk_option, see_only, sit_down, whose_options
from onlooker.errors import OnlookerError, UsageError
from onlooker.schema.version import __version__

COMMANDS = {
    "scan": "onlooker.cli.scan_command",
    "check": "onlooker.cli.check_command",
    "today": "onlooker.cli.today_command",
    "review": "onlooker.cli.review_command",
    "cases": "onlooker.cli.cases_command",
    "explain": "onlooker.cli.explain_command",
    "exposure": "onlooker.cli.exposure_command",
    "trace": "onlooker.cli.trace_command",
    "access": "onlooker.cli.access_command",
    "signal": "onlooker.cli.signal_command",
    "what-if": "onlooker.cli.what_if_command",
    "backtest": "onlooker.cli.backtest_command",
    "export": "onlooker.cli.export_command",
    "outbox": "onlooker.cli.outbox_command",
    "status": "onlooker.cli.status_command",
    "metrics": "onlooker.cli.metrics_command",
    "receipt": "onlooker.cli.receipt_command",
    "store": "onlooker.cli.store_command",
    "history": "onlooker.cli.history_command",
    "simulate": "onlooker.cli.simulate_command",
    "formats": "onlooker.cli.formats_command",
    "config": "onlooker.cli.config_command",
}


BROKEN = 70
"""Exit status after an error that nobody expected (EX_SOFTWARE of sysexits.h)."""


class LazyGroup(click.Group):
    """Loads a command's module when it is run, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that holds the command."""
        from importlib import import_module

        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onlooker")
@desk_option
@whose_options
def cli(desk: Path | None, vendors: tuple[str, ...], sites: tuple[str, ...]) -> None:
    """Find the support agents who look at customer records they have no business with.

    Reads nightly record-access logs and hands over a short, explained list.

    \b
    onlooker check LOGS            how the log is understood, and what is wrong with it
    onlooker scan LOGS --out DIR   the list, the report and the scores
    onlooker explain AGENT         one night of an agent, for and against
    onlooker today                 what is new, what is yours, and what to do about it

    Commands about what a scan found ask its store: --store DIR/store, or ONLOOKER_STORE.
    """
    if desk:
        sit_down(desk)
    see_only(vendors, sites)


def main() -> None:
    """Entry point: errors for people, exit statuses as documented."""
    streams = make_lasting()
    sys.exit(status_of(run(sys.argv[1:]), *streams))


def run(arguments: list[str]) -> int:
    """Run one command; its exit status. Errors are told on standard error."""
    status = 2
    try:
        check_encoding(arguments)
        ended = cli(arguments, prog_name="onlooker", standalone_mode=False)
        status = ended if isinstance(ended, int) else 0
        say_unread(arguments)
    except click.ClickException as error:
        error.show()
    except (click.Abort, KeyboardInterrupt):
        say_error("stopped", "")
        status = 130
    except OnlookerError as error:
        say_error(error.message, error.hint)
        status = error.exit_status
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        say_error(f"{place}{error.strerror or error}", "")
    except Exception as error:  # noqa: BLE001 - Python would end with 1, and 1 means that there is an alert
        say_error(trace_of(error), "This is a defect of Onlooker. The lines above tell its developers where.")
        status = BROKEN
    return status


def trace_of(error: Exception) -> str:
    """Where an error that nobody expected came from; without what it says where names are hidden."""
    import traceback

    if "onlooker.privacy.shown_names" in sys.modules and sys.modules["onlooker.privacy.shown_names"].any_private():
        places = "".join(traceback.format_tb(error.__traceback__))
        return f"{places}{type(error).__name__} (what it says is not shown: names are hidden)"
    return "".join(traceback.format_exception(error))


def say_unread(arguments: list[str]) -> None:
    """Say which variables begin as settings do and are none, if the command has read settings and may speak."""
    if "onlooker.config" not in sys.modules or {"-q", "--quiet", "--log-json"} & set(arguments):
        return
    from onlooker.config import unknown_variables

    for name in unknown_variables():
        Screen().say(f"note: {name} is no setting, and was not read; `onlooker config show` lists them.")


def check_encoding(arguments: list[str]) -> None:
    """Raise UsageError for an argument that is not UTF-8, unless it names a file: no id of a log is spelled so."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            if not os.path.lexists(argument):
                raise UsageError(
                    f"an argument is not UTF-8: {argument}", "Logs and stores hold UTF-8: write ids and reasons in it."
                ) from None


__all__ = ["Screen", "cli", "main"]
