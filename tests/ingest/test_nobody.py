"""An agent called null or n/a is nobody: the lines are rejected, and told by the word."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.figures import figures


def test_words_that_stand_for_nobody_are_named_with_their_lines(tmp_path: Path) -> None:
    agents = ["ada"] * 6 + ["null"] * 3 + ["N/A", "bo", ""]
    rows = [f"2026-03-02T08:00:{n:02}Z,{agent},c{n},view" for n, agent in enumerate(agents)]
    text = "\n".join(["timestamp,agent_id,customer_id,action", *rows, ""])
    for name, content in (("whole.csv", text), ("torn.csv", text.replace("c0,view", '"c0,view'))):
        found = figures(tmp_path / name, content)
        assert "Agents called null (3), N/A (1) stand for nobody" in found.notes


def test_a_log_whose_lines_all_have_agents_says_nothing_of_it(tmp_path: Path) -> None:
    rows = [f"2026-03-02T08:00:{n:02}Z,ada,c{n},view" for n in range(6)] + ["soon,ada,c9,view"]
    found = figures(tmp_path / "log.csv", "\n".join(["timestamp,agent_id,customer_id,action", *rows, ""]))
    assert "stand for nobody" not in found.notes
