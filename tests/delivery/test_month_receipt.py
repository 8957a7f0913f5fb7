"""The receipt of a month says what came, what was judged, what is missing or late, and who vouches for it."""

import json
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from tests.store.days import FIRST, scan
from tests.store.versions.unpacked import ARCHIVES, next_night, unpack

from onlooker.api import receipt
from onlooker.cases import CaseDesk, gather
from onlooker.cli import cli
from onlooker.delivery.receipt_cases import cases_opened
from onlooker.delivery.receipt_nights import Month
from onlooker.delivery.smallest_theft import rounded_up
from onlooker.errors import UsageError
from onlooker.store import Commit, Store

SAID = "2026-02-24: nothing from site altura, where 180 events are usual on that weekday."


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)


def verified(document: Path, by: Path) -> tuple[int, str]:
    """Exit status and what is said of a receipt."""
    arguments = ["receipt", "--verify", str(document), "--public-key", str(by)]
    ran = CliRunner().invoke(cli, arguments, standalone_mode=False)
    return ran.return_value, ran.output.partition(": ")[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two weeks: Wednesday and Thursday of the first did not come, of a Tuesday a site is missing."""
    place = tmp_path / "store"
    for week in (0, 7):
        for day in (0, 1, 4) if week == 0 else range(5):
            scan(place, range(FIRST + week + day, FIRST + week + day + 1), f"run-{week + day}")
    with Store.open(place, "write") as store:
        store.start_run("again", "1.0")
        with store.begin("again") as writing:
            writing.commit(Commit(nights={FIRST + 8: {"doubts": [SAID]}}))
        store.finish_run("again", {"settings": {"off": ["glances"]}})
        with store.deciding() as db:
            gather(db, store.alerts(), "2026-02-28T04:00:00+00:00")
    return place


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(ARCHIVES[0], tmp_path_factory.mktemp("real")) / "store"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A private key, its public key, and somebody else's public key: made as the page on receipts says."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("receipt", "other"):
        key = folder / f"{name}.key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True)
        key.chmod(0o600)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", folder / f"{name}.pub"], check=True)
    return folder / "receipt.key", folder / "receipt.pub", folder / "other.pub"


def test_missing_nights_a_night_that_is_not_whole_and_a_late_case_come_first(place: Path) -> None:
    made = receipt(place, "2026-02", who="ana")
    told = made.document["receipt"]
    with Store.open(place) as store:
        (case,) = CaseDesk(store).cases()
    first, last, *nights, late, off = told["attention"]
    assert first == "The first night in this store is 2026-02-16: before it the month is not covered."
    assert last == "The last night judged is 2026-02-27: after it the month is not covered."
    assert nights == [
        "2 nights without a log, not judged: 2026-02-18, 2026-02-19.",
        "The log of 2026-02-24 is not whole: nothing from site altura, where 180 events are usual on that weekday.",
    ]
    assert late.startswith(f"{case.id} of 2026-02-16 has not been taken: ")
    assert off == "glances was switched off on 1 night from 2026-02-24 to 2026-02-24."
    assert all(words in made.page for words in ("2026-02-18, 2026-02-19", "site altura", case.id, "unsigned"))
    assert "<script" not in made.page


def test_a_case_that_was_taken_in_time_is_not_late(place: Path) -> None:
    with Store.open(place, "write") as store, store.deciding() as db:
        db.execute(
            "UPDATE cases SET record = replace(record, '2026-02-28T04:00:00+00:00', '2999-01-01T00:00:00+00:00')"
        )
    with Store.open(place, "decide") as store:
        CaseDesk(store).assign(CaseDesk(store).cases()[0].id, "ana", "ana")
    cases = receipt(place, "2026-02").document["receipt"]["cases"]
    assert (cases["opened"], cases["late"], cases["never_taken"]) == (1, [], 0)
    assert cases["days_to_be_taken"] == {"median": 0.0, "longest": 0.0}


def test_a_lost_file_of_the_store_is_told_and_the_receipt_is_made_all_the_same(place: Path) -> None:
    with Store.open(place) as store:
        lost = store.files("visits")[0]
    lost.unlink()
    told = receipt(place, "2026-02").document["receipt"]
    assert told["attention"][:2] == [
        "The store is not whole: 1 fault, listed below.",
        "Agents and views could not be counted, since a file of the store is gone or damaged.",
    ]
    assert any(lost.name in fault for fault in told["store_faults"])


def test_the_figures_of_a_real_store_are_those_of_its_files(real: Path) -> None:
    told = receipt(real, "2026-01").document["receipt"]
    with Store.open(real) as store:
        why = [w for path in store.files("visits") for w in pq.read_table(path)["explanation"].to_pylist()]
        agents = {a for path in store.files("agent_days") for a in pq.read_table(path)["agent_id"].to_pylist()}
        raised = [alert for alert in store.alerts() if alert.state == "raised"]
    without, early = sum(w in ("mismatch", "unexplained") for w in why), why.count("unknown")
    coverage = told["coverage"]
    assert (coverage["views"], coverage["agents"]) == (len(why), len(agents))
    assert (coverage["views_without_reason"], coverage["views_too_early_to_tell"]) == (without, early)
    assert coverage["share_with_reason"] == round(1 - without / (len(why) - early), 4)
    assert told["alerts"]["raised"] == len(raised) > 0
    assert len(told["logs"]["files"]) == 18 == told["nights"]["judged"]
    assert told["logs"]["side_tables"] == 3
    assert all(one["rejected"] == 0 and len(one["sha256"]) == 64 for one in told["logs"]["files"])
    assert told["store_faults"] == []


@pytest.mark.full
def test_two_nights_that_never_came_and_a_log_cut_short_are_told_after_a_real_scan(tmp_path: Path) -> None:
    folder = unpack(ARCHIVES[0], tmp_path)
    (log,) = folder.glob("access-*.csv")
    header, *lines = log.read_text().splitlines()
    log.unlink()
    kept = [header, *(line.replace("2026-01-26", "2026-01-28") for line in lines[::4])]
    cut = folder / "access-2026-01-28.csv"
    cut.write_text("\n".join(kept) + "\n")
    os.utime(cut, (time.time() - 3600,) * 2)
    next_night(folder, accept_scoring=True)
    told = receipt(folder / "store", "2026-01").document["receipt"]
    assert "2 nights without a log, not judged: 2026-01-26, 2026-01-27." in told["attention"]
    assert any(one.startswith("The log of 2026-01-28 is not whole: the log has 2") for one in told["attention"])
    with Store.open(folder / "store") as store:
        waiting = [case for case in CaseDesk(store).cases() if not case.assignee]
        later = cases_opened(store, Month.named("2026-01"), datetime.now(UTC) + timedelta(days=4000))
    assert len(later["late"]) == len(waiting) > 0


def test_a_receipt_names_no_agent_and_no_customer(real: Path) -> None:
    made = receipt(real, "2026-01", who="ana")
    with Store.open(real) as store:
        files = store.files("visits")
        ids = {v for path in files for c in ("agent_id", "customer_id") for v in pq.read_table(path)[c].to_pylist()}
    assert len(ids) > 100
    assert not [one for one in ids if one in made.page or one in made.text()]


def test_who_looked_is_counted_in_the_month_of_the_look(real: Path) -> None:
    with Store.open(real) as store:
        month = store.history()[0].at[:7]
    looked = {one["who"]: one["what"] for one in receipt(real, month, who="eve").document["receipt"]["who_looked"]}
    assert looked["b.aldous"]["case closed"] == 1
    with Store.open(real) as store:
        entry = store.history()[-1]
    assert (entry.who, entry.what, entry.about["month"]) == ("eve", "receipt", month)


def test_a_signed_receipt_is_genuine_until_a_byte_of_it_changes(
    real: Path, keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    key, public, other = keys
    made = run("receipt", "--month", "2026-01", "--store", real, "--out", tmp_path, "--key", key, "--as", "ana")
    assert made.exit_code == 0 and ", signed\n" in made.output
    page, document = tmp_path / "receipt-2026-01.html", tmp_path / "receipt-2026-01.json"

    assert verified(document, public) == (0, "genuine\n")
    assert verified(document, other) == (1, "the receipt was changed, or another key signed it\n")
    text = document.read_text()
    document.write_text(text.replace('"judged": 18', '"judged": 19'))
    assert verified(document, public)[0] == 1
    document.write_text(text)
    page.write_text(page.read_text().replace("18 nights judged", "19 nights judged"))
    assert verified(document, public) == (1, "the page receipt-2026-01.html beside it is not the one that was signed\n")


def test_without_a_key_a_receipt_says_that_it_is_unsigned(
    real: Path, keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    ran = run("receipt", "--month", "2026-01", "--store", real, "--json")
    document = tmp_path / "receipt.json"
    document.write_text(ran.output)
    assert json.loads(ran.output)["signature"] is None
    assert verified(document, keys[1]) == (1, "the receipt is unsigned\n")
    assert "<strong>unsigned</strong>" in run("receipt", "--month", "2026-01", "--store", real).output


def test_what_is_no_month_and_no_key_is_refused_before_anything_is_on_record(
    real: Path, keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    with Store.open(real) as store:
        before = store.history_head()
    with pytest.raises(UsageError, match="is not a month"):
        receipt(real, "2026-13")
    open_key = tmp_path / "open.key"
    open_key.write_bytes(keys[0].read_bytes())
    open_key.chmod(0o644)
    with pytest.raises(UsageError, match="everybody may read"):
        receipt(real, "2026-01", key=open_key)
    open_key.write_text("no key")
    open_key.chmod(0o600)
    with pytest.raises(UsageError, match="holds no private key"):
        receipt(real, "2026-01", key=open_key)
    assert run("receipt", "--store", real).exit_code == 2
    with Store.open(real) as store:
        assert store.history_head() == before


def test_the_smallest_theft_is_one_number_rounded_up_or_not_measured(place: Path) -> None:
    assert receipt(place, "2026-02").document["receipt"]["smallest_theft"] is None
    half = {"number": 12.3, "low": 8.0, "high": None, "tries": 80, "most": 128.0}
    spots = [
        {"by": "site", "group": "north", "agents": 12, "pattern": "looks", "half": half | {"number": 3.0}},
        {"by": "all", "group": "everybody", "agents": 40, "pattern": "under_tickets", "half": half | {"number": 90.0}},
        {"by": "all", "group": "everybody", "agents": 40, "pattern": "looks", "half": half},
    ]
    kept = {"format": 1, "first_date": "2026-01-05", "last_date": "2026-02-05", "spots": spots}
    (place / "blind_spots.json").write_text(json.dumps(kept))
    made = receipt(place, "2026-02")
    assert made.document["receipt"]["smallest_theft"]["records_a_day"] == 20
    assert "About 20 records a day without a ticket" in made.page and "12.3" not in made.page
    assert [rounded_up(one) for one in (0.2, 1.0, 7.2, 10.0, 10.1, 99.0, 400.0)] == [1, 1, 8, 10, 20, 100, 400]
