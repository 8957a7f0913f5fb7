"""`onlooker signal`: what a signal, rule or pattern means, and what to check."""

from __future__ import annotations

import click


@click.command("signal", short_help="Say what a signal means, and what to check.")
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print what docs/signals.md says of the signal, rule or pattern NAME; without a name, list them all."""
    from onlooker.errors import UsageError
    from onlooker.report.glossary import sections
    from onlooker.schema.misspelled import did_you_mean

    known = sections()
    if name is None:
        click.echo("\n".join(known))
        return
    wanted = name.strip().replace(" ", "_").replace("-", "_")
    if wanted not in known:
        near = did_you_mean(wanted, known)
        raise UsageError(
            f"there is no signal {name}" + (f"; {near}" if near else ""), "`onlooker signal` lists their names."
        )
    click.echo(known[wanted])
