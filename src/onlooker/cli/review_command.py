"""`onlooker review`: one case a screen, decided by keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import in_store, names_of, seen_in, shown_case
from onlooker.cli.review_screen import screen
from onlooker.cli.store_command import author_option, person, store_option
from onlooker.cli.under_sudo import CallersFile, desk_store
from onlooker.errors import OnlookerError, UsageError
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.cases import Case, CaseDesk
    from onlooker.schema.verdict_kinds import VerdictKind
    from onlooker.store import Store

KEYS: dict[str, tuple[str, str]] = {
    "a": ("assign", "assign to me"), "n": ("note", "note"), "c": ("confirm", "confirm"), "b": ("benign", "benign"),
    "f": ("false_alarm", "false alarm"),
    "u": ("unsure", "unsure"), "s": ("skip", "skip"), "e": ("explain", "explanation"), "x": ("exposure", "exposure"),
    "p": ("page", "page"), "z": ("undo", "undo"), "q": ("quit", "quit"),
}  # fmt: skip
"""Key -> method of Review, and what the screen says of it."""


@click.command("review", short_help="Go through cases one by one, and decide by keys.")
@click.argument("cases", nargs=-1, metavar="[CASES]...")
@click.option("--all", "everything", is_flag=True, help="All open cases, those of others too.")
@click.option(
    "--out", type=CallersFile(path_type=Path), metavar="FOLDER",
    help="Folder of the last scan's report, for the key p (default out).",
)  # fmt: skip
@store_option
@author_option
@click.pass_context
def command(
    context: click.Context, cases: tuple[str, ...], everything: bool, out: Path | None, store: Path, author: str | None
) -> None:
    """Go through cases one by one, on a terminal: new ones, those raised again, yours, those that nobody has.

    CASES are ids, beginnings of ids or agents. Each key that decides writes to the case and to the history at once,
    as `onlooker cases` does; z takes the last decision back.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "review asks for keys, and this is no terminal",
            "Use `onlooker today`, and `onlooker cases show` and `onlooker cases close` with the id of the case.",
        )
    me = person(author)
    found = wanted(store, me, cases, everything)
    from onlooker.config import load

    review = Review(store, me, found, None if desk_store(context) else out or Path(load({}).out))
    review.run()
    click.echo(review.summary())


def wanted(store: Path, me: str, names: Iterable[str], everything: bool) -> list[str]:
    """Ids of the cases to go through, in the order of `onlooker today`."""
    from onlooker.cases import CaseDesk

    if names:
        with in_store(store) as opened:
            desk = CaseDesk(opened, viewer=me, seen=seen_in(opened))
            real = names_of(opened).real
            return list(dict.fromkeys(desk.named(real(name)).id for name in names))
    import onlooker

    today = onlooker.today(store, who=me)
    found = [one.case_id for part in (today.new, today.raised_again, today.mine, today.unassigned) for one in part]
    with in_store(store) as opened:
        unowned = [
            case.id
            for case in CaseDesk(opened, viewer=me, seen=seen_in(opened)).cases()
            if everything or not case.assignee
        ]
    return [one for one in dict.fromkeys([*found, *unowned]) if one]


@dataclass
class Review:
    """A walk through cases. Each step opens the store anew: nobody waits for who thinks."""

    store: Path
    me: str
    cases: list[str]
    out: Path | None
    """Folder of the report; None where no file may be opened for the caller."""
    at: int = 0
    message: str = ""
    looked_at: set[str] = field(default_factory=set)
    decisions: list[tuple[Case, Case]] = field(default_factory=list)
    """What the case was before and after each decision, oldest first."""

    def run(self) -> None:
        """Show case after case until all are done or somebody quits."""
        while self.at < len(self.cases):
            case_id = self.cases[self.at]
            self.show(case_id)
            try:
                key = click.getchar()
            except EOFError:
                return
            if key not in KEYS:  # a paste is several keys at once, and decides nothing
                self.message = "" if key.isspace() else "no such key"
                continue
            if key == "q":
                return
            try:
                self.message = getattr(self, KEYS[key][0])(case_id)
            except OnlookerError as error:
                self.message = f"{error.message}. {error.hint}"
            except click.Abort:
                self.message = "nothing was written"

    def summary(self) -> str:
        """What was done, at the end."""
        from onlooker.alerts.numbers import plural

        decided = len({after.id for _, after in self.decisions if after.state == "closed"})
        left = max(0, len(self.cases) - self.at)
        return f"{plural(decided, 'case')} closed, {left:,} not gone through."

    def show(self, case_id: str) -> None:
        """The screen of a case; that it was looked at is on record."""
        from onlooker.store.recorded_look_ups import record_look

        with in_store(self.store) as opened:
            case, alerts, names = self.desk(opened).show(case_id), opened.alerts(case=case_id), names_of(opened)
            shown, alerts = shown_case(names, case), names.shown(alerts, revealed=case.revealed is not None)
        if case_id not in self.looked_at:
            about = {"case": case_id, "agent": case.agent_id}
            noted = record_look(self.store, "case shown", about, "review", self.me)
            self.message += "" if noted else " (you may only read this store: this look is not in its history)"
            self.looked_at.add(case_id)
        click.clear()
        echo(f"Case {self.at + 1} of {len(self.cases)}", "", *screen(shown, alerts), "")
        if self.message:
            echo(f"=> {self.message}", "")
        echo("  ".join(f"[{key}] {what}" for key, (_, what) in KEYS.items()))

    # What keys do: each returns what to say of it on the next screen.

    def skip(self, _case_id: str) -> str:
        """Go on without a decision."""
        self.at += 1
        return ""

    def assign(self, case_id: str) -> str:
        """Take the case."""
        self.decided(case_id, lambda desk: desk.assign(case_id, self.me, self.me))
        return f"assigned to {self.me}"

    def note(self, case_id: str) -> str:
        """Add a remark."""
        text = ask("Note")
        self.decided(case_id, lambda desk: desk.note(case_id, text, self.me), to_undo=False)
        return "noted"

    def confirm(self, case_id: str) -> str:
        """Close as confirmed."""
        reason = ask("Confirmed because (may be empty; Ctrl-C: back)")
        with in_store(self.store) as opened:
            two = self.desk(opened).takes_two
        return self.close(case_id, "confirmed", reason, ask("Who agrees, as the second person") if two else "")

    def false_alarm(self, case_id: str) -> str:
        """Close as a false alarm."""
        return self.close(case_id, "false alarm", ask("A false alarm because (Ctrl-C: back)"))

    def benign(self, case_id: str) -> str:
        """Close as benign, with the reason that becomes an explanation."""
        return self.close(case_id, "benign", ask("Benign because (Ctrl-C: back)"))

    def unsure(self, case_id: str) -> str:
        """Close as unsure."""
        return self.close(case_id, "unsure", ask("Unsure because (may be empty; Ctrl-C: back)"))

    def close(self, case_id: str, verdict: VerdictKind, reason: str, second: str = "") -> str:
        """Close a case and go on to the next."""
        from onlooker.cases.consequences import consequences

        after = self.decided(case_id, lambda desk: desk.close(case_id, verdict, self.me, reason, second=second or None))
        self.at += 1
        with in_store(self.store) as opened:
            names = names_of(opened)
            effect = next(consequences(self.desk(opened), after, names), "")
        return f"{shown_case(names, after).agent_id}: closed as {verdict} (z takes it back). {effect}"

    def undo(self, _case_id: str) -> str:
        """Take the last decision back, and return to its case."""
        from onlooker.cases.taking_back import take_back

        if not self.decisions:
            return "nothing was decided yet"
        before, after = self.decisions[-1]
        with in_store(self.store, "decide") as opened:
            take_back(self.desk(opened), before, after, self.me)
        self.decisions.pop()
        self.at = self.cases.index(before.id)
        return f"taken back: {after.notes[-1].what}; the case is as it was before"

    def explain(self, case_id: str) -> str:
        """Show one night of the agent."""
        import onlooker
        from onlooker.cli.explain_command import told

        agent = self.agent(case_id)
        wait(told(onlooker.explain(agent, self.store, reason=f"review of {case_id}", who=self.me)))
        return ""

    def exposure(self, case_id: str) -> str:
        """Show whom the agent saw."""
        import onlooker
        from onlooker.cli.exposure_command import told

        agent = self.agent(case_id)
        wait(told(onlooker.exposure(agent, self.store, reason=f"review of {case_id}", who=self.me)))
        return ""

    def page(self, case_id: str) -> str:
        """Say where the report is, and open it where there is a desktop."""
        if self.out is None:
            return "no file is opened for you here: ask for the report where the scan runs"
        pages = [*self.out.rglob(f"{case_id}*.html"), self.out / "report.html"]
        there = next((page.resolve() for page in pages if page.is_file()), None)
        if there is None:
            return f"there is no report in {self.out}: name its folder with --out"
        if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin":
            click.launch(str(there))
        return f"the page is {there}"

    def desk(self, opened: Store) -> CaseDesk:
        """The cases of a store, as whoever reviews sees them."""
        from onlooker.cases import CaseDesk

        return CaseDesk(opened, viewer=self.me, seen=seen_in(opened))

    def agent(self, case_id: str) -> str:
        """Whom a case is about."""
        with in_store(self.store) as opened:
            return self.desk(opened).show(case_id).agent_id

    def decided(self, case_id: str, decide: Callable[[CaseDesk], Case], to_undo: bool = True) -> Case:
        """The case after a decision; it can be taken back unless it is a mere remark."""
        with in_store(self.store, "decide") as opened:
            desk = self.desk(opened)
            before, after = desk.show(case_id), decide(desk)
        self.decisions += [(before, after)] * to_undo
        return after


def ask(what: str) -> str:
    """One line from whoever sits there."""
    return str(click.prompt(what, default="", show_default=False)).strip()


def echo(*lines: str) -> None:
    """Lines of a log's and people's words, harmless."""
    for line in lines:
        click.echo(for_terminal(line))


def wait(lines: Iterable[str]) -> None:
    """Show lines until a key is pressed. Not in a pager: some run commands, and under sudo as somebody else."""
    click.clear()
    echo(*lines, "", "any key: back to the case")
    click.getchar()
