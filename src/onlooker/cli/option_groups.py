"""Help that shows many options under headings."""

from __future__ import annotations

from collections.abc import Mapping

import click

OTHERS = "Others"


class GroupedCommand(click.Command):
    """A command whose options stand under headings in its help; those that no heading names come last."""

    groups: Mapping[str, tuple[str, ...]] = {}
    """Heading -> names of parameters."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section for each heading."""
        heading = {name: title for title, names in self.groups.items() for name in names}
        sections: dict[str, list[tuple[str, str]]] = {title: [] for title in (*self.groups, OTHERS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections[heading.get(str(parameter.name), OTHERS)].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class ScanCommand(GroupedCommand):
    """`onlooker scan`."""

    groups: Mapping[str, tuple[str, ...]] = {
        "Where results go": ("out", "store", "also_write", "fail_on", "privacy", "as_json", "log_json", "quiet",
                              "verbose"),
        "What raises alerts": (
            "budget", "q_limit", "quiet_days", "combinations", "daily_cap", "may_export", "rescore_days", "rules_only",
            "what_if", "accept_scoring",
        ),
        "How logs are read": ("map", "where", "query", "formats", "tz", "dates", "join_ids", "closed"),
        "Side tables": (
            "agents", "identities", "tickets", "roster", "leave", "customers", "calendar", "contacts",
        ),
        "Spark": ("engine", "tables", "master", "remote", "spark_conf", "spark_folder", "tables_to"),
    }  # fmt: skip
