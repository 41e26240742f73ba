"""What every command shares: ``--json``, one object on standard output, and the exit codes.

Exit codes: 0 done, 1 failed, 2 wrong call. With ``--json`` standard output holds exactly one
object; everything said on the way goes to standard error.
"""

import contextlib
import functools
import importlib
import json
import pkgutil
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import click

from db.session import Database
from services.errors import BusinessError
from services.logs import log_failure, set_up_logs
from services.settings import BadSetting, Settings, process
from terms.people import Locale


class Failed(Exception):
    """The command could not do its work; the message says why in a sentence.

    Args:
        message: what the person who called reads.
        figures: what is known all the same; goes into the JSON object.
    """

    def __init__(self, message: str, **figures: object) -> None:
        self.figures = figures
        super().__init__(message)


class Job:
    """One run of a command: the settings, the database, and a way to speak."""

    @property
    def settings(self) -> Settings:
        return process().settings

    @property
    def database(self) -> Database:
        return process().database

    def say(self, text: str) -> None:
        """Tell the person at the terminal something on the way; standard error."""
        click.echo(text, err=True)

    def progress(self, what: str, done: int, total: int | None = None) -> None:
        """Say how far it is: one line that is rewritten on a terminal, silence elsewhere."""
        if sys.stderr.isatty():
            of = f" / {total:,}" if total else ""
            end = "\n" if total is not None and done >= total else ""
            click.echo(f"\r{what} {done:,}{of}   {end}", err=True, nl=False)


def job(function: Callable[..., Mapping[str, Any] | None]) -> Callable[..., None]:
    """Make a command's body: it takes ``job: Job`` first and returns its figures.

    Put it under ``@click.command`` and the options. Figures are printed as lines, or with
    ``--json`` as one object with ``ok`` and ``seconds`` beside them. A ``Failed``, a
    ``BusinessError`` or a ``BadSetting`` ends with exit code 1 and its sentence.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
    @functools.wraps(function)
    def body(*, as_json: bool, **given: Any) -> None:
        set_up_logs()
        began = time.monotonic()
        figures: dict[str, Any] = {}
        sentence = None
        quiet = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
        try:
            with quiet:
                figures = dict(function(Job(), **given) or {})
        except Failed as failure:
            figures, sentence = dict(failure.figures), str(failure)
        except BusinessError as error:
            figures = {"code": error.code, **error.data}
            sentence = sentence_of(error)
        except BadSetting as error:
            sentence = str(error)
        except click.ClickException:
            raise
        except Exception as error:  # noqa: BLE001 - the last stop before the shell
            reference = log_failure("jobs", error)
            figures, sentence = {"reference": reference}, f"failed, see the log: {reference}"
        seconds = round(time.monotonic() - began, 3)
        _tell(figures, sentence, seconds=seconds, as_json=as_json)
        if sentence is not None:
            raise click.exceptions.Exit(1)

    return body


def _tell(
    figures: Mapping[str, Any], sentence: str | None, *, seconds: float, as_json: bool
) -> None:
    if as_json:
        found = {"ok": sentence is None, **figures, "seconds": seconds}
        if sentence is not None:
            found["error"] = sentence
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for name, value in figures.items():
        if not isinstance(value, (list, dict)):
            click.echo(f"{name.replace('_', ' ')}: {value}")
    if sentence is not None:
        click.echo(f"Error: {sentence}", err=True)


def sentence_of(error: BusinessError) -> str:
    """What the business refuses, in English: the language of the command line."""
    import words
    from words.errors import sentence

    for module in pkgutil.iter_modules(words.__path__):
        importlib.import_module(f"words.{module.name}")
    with words.in_locale(Locale.EN):
        return sentence(error)
