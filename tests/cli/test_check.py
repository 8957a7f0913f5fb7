"""`onlooker check`: how a log was understood."""

from __future__ import annotations

from pathlib import Path

from .command import DEMO, onlooker

DEMO_SAYS = """\

columns
  timestamp    = timestamp
  agent_id     = agent_id
  customer_id  = customer_id
  action       = action
  ticket_id    = ticket_id
  team         = team
  queue        = queue
  site         = site
  role         = role
  actor_type   = actor_type
days: the offset in each timestamp
lines: 151,548, of them 151,542 events, 0 rejected, 6 repeated
span: 2026-01-05 to 2026-04-05, 91 days with events
agents: 42; customers: 26,565
note: 6 lines repeat another line and were counted once.
would sharpen the result:
  fields       Fields shown tell a look at a name from a look at a card number.
  contacts     A side table of calls, chats and mails (--contacts) tells whom the agent was serving at that time.
  event_id     Event ids make lines that were delivered twice count once, however they were written.
"""


def test_the_whole_output_on_the_demonstration_log(tmp_path: Path) -> None:
    ran = onlooker("check", *sorted(DEMO.glob("*.csv.gz")), cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    files, rest = ran.out.split("\n\n", 1)
    names = [line.rsplit("/", 1)[-1] for line in files.splitlines()]
    assert names == [
        "access-2026-01.csv.gz: csv.gz, 43,071 rows, 0 rejected",
        "access-2026-02.csv.gz: csv.gz, 47,125 rows, 0 rejected",
        "access-2026-03.csv.gz: csv.gz, 53,824 rows, 0 rejected",
        "access-2026-04.csv.gz: csv.gz, 7,528 rows, 0 rejected",
    ]
    assert "\n" + rest == DEMO_SAYS


def test_json_holds_the_mapping_and_the_counts(small_log: Path, tmp_path: Path) -> None:
    ran = onlooker("check", small_log, "--json", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    found = ran.document
    assert found["mapping"]["customer_id"] == "customer_id"
    assert found["counts"]["events"] == found["rows"] > 1000
    assert (found["mapping"], found["counts"]) == (found["reading"]["mapping"], found["reading"]["counts"])
    assert found["agents"] == 16
    assert not any((tmp_path).iterdir())  # check writes nothing


def test_gaps_and_thin_days_are_told(tmp_path: Path) -> None:
    lines = ["timestamp,agent,customer"]
    for day in range(1, 29):
        if day in (11, 12):
            continue
        lines += [f"2026-02-{day:02d}T10:{k:02d}:00Z,a{k % 3},c{k}" for k in range(3 if day == 27 else 40)]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    ran = onlooker("check", "log.csv", cwd=tmp_path)
    assert ran.status == 0
    assert "gap: nothing from 2026-02-11 to 2026-02-12 (2 days)\n" in ran.out
    assert "thin: 3 events on 2026-02-27; 40 usual on that weekday\n" in ran.out
