"""``python -m jobs``: every command of Evergreen, loaded only when it is called."""

import importlib
import json
import sys
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "migrate": ("jobs.migrate:migrate_command", "Bring the database to the newest version."),
    "run": ("jobs.run:run_command", "Migrate, then start the server and the worker."),
    "worker": ("jobs.worker:worker_command", "Work on what is scheduled and what waits."),
    "demo": ("jobs.demo:demo_command", "Fill an empty database with the demo company."),
    "import": ("jobs.intake:import_command", "Bring in staff, clients, policies or a book."),
    "undo-import": ("jobs.undo:undo_import_command", "Take an import back, as if it never was."),
    "find-duplicates": (
        "jobs.duplicates:find_duplicates_command",
        "Compare new and changed clients with all others.",
    ),
    "extract-renewals": ("jobs.renewals:extract_command", "Open the renewals due on a day."),
    "follow-instalments": (
        "jobs.renewals:follow_command",
        "Bring unpaid instalments to a day.",
    ),
    "count-renewals": ("jobs.renewals:count_command", "Count rates and persistency anew."),
    "allocate-renewals": ("jobs.renewals:allocate_command", "Give open renewals to the teams."),
    "train-renewal-model": (
        "jobs.renewal_model:train_command",
        "Train the renewal probability and score the open cases.",
    ),
    "recalculate-tiers": (
        "jobs.tiering:recalculate_tiers_command",
        "Bring the tiers of all clients to a day.",
    ),
    "create-user": ("jobs.people:create_user_command", "Make a member of staff who can sign in."),
    "backup": ("jobs.backups:backup_command", "Write the whole company into an encrypted file."),
    "restore": ("jobs.backups:restore_command", "Put a backup into an empty database."),
    "rotate-keys": ("jobs.keys:rotate_keys_command", "Bring all under the newest field key."),
    "verify-audit": ("jobs.audit:verify_audit_command", "Prove that the audit trail is whole."),
    "check": ("jobs.check:check_command", "Look for what is broken, in settings and data."),
}
"""Name → where the command stands, and what it does in one line."""


class Commands(click.Group):
    """A group whose commands are imported when they are called, never to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and answer a wrong call with one JSON object too when ``--json`` was asked."""
        given = list(extra.pop("args", None) or (args[0] if args else None) or sys.argv[1:])
        extra.setdefault("prog_name", "python -m jobs")
        if "--json" not in given or not extra.pop("standalone_mode", True):
            return super().main(given, **extra)
        try:
            code = super().main(given, standalone_mode=False, **extra)
        except click.ClickException as error:
            error.show()
            click.echo(json.dumps({"ok": False, "error": error.format_message()}))
            sys.exit(2 if isinstance(error, click.UsageError) else 1)
        except click.Abort:
            click.echo(json.dumps({"ok": False, "error": "interrupted"}))
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Commands)
def cli() -> None:
    """Evergreen's commands. Each has --help and --json.

    Exit codes: 0 done, 1 failed, 2 wrong call.
    """


if __name__ == "__main__":
    cli()
