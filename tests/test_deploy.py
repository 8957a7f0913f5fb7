"""The files to copy: what can be told of them without a container and without systemd."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from onlooker.cli import COMMANDS, cli
from onlooker.config import load
from onlooker.store import Store

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def test_the_image_is_built_from_files_that_it_copies(tmp_path):
    """`src` has a link to a page of `docs`: a copy without the page can't be built."""
    stage = (DEPLOY / "Dockerfile").read_text().split("FROM ")[1]
    for line in re.findall(r"^COPY (.+)$", stage, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            place = tmp_path / target / (source if target.endswith("/") else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / source, place)
    made = list(tmp_path.rglob("*"))
    assert len(made) > 100
    assert [str(path) for path in made if not path.exists()] == []
    project = (ROOT / "pyproject.toml").read_text()
    assert all((tmp_path / name).is_file() for name in re.findall(r'"(README\.md|LICENSE)"', project))


def test_the_sudo_rules_are_about_commands_that_exist():
    rules = (DEPLOY / "onlooker.sudoers").read_text()
    named = re.findall(r"/bin/onlooker --desk \S+ (\w+) \*", rules)
    assert len(named) == 14 and set(named) <= set(COMMANDS)
    assert "scan" not in named
    # sudo's * stands for at least one argument: a command that needs none is named alone as well.
    assert rules.count("--desk /var/lib/onlooker/store status,") == rules.count("store status *") == 2


def commands() -> list[str]:
    """Every call of the program in the files, without the program."""
    texts = [(DEPLOY / name).read_text() for name in ("onlooker.cron", "onlooker.service", "onlooker-outbox.service")]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("#")]
    calls = [
        call
        for line in lines
        for call in re.findall(r"(?:^|[ =/])onlooker(?:-quietly)? ((?:scan|store|outbox) [^;&]+)", line)
    ]
    image = re.search(r"^CMD \[(.+)\]$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    return [*calls, " ".join(part.strip(' "') for part in image[1].split(","))]


def test_the_calls_in_them_are_found():
    assert [call.split()[0] for call in commands()] == [
        "scan", "outbox", "outbox", "store", "store", "store", "scan", "outbox", "scan"
    ]  # fmt: skip


@pytest.mark.parametrize("call", commands())
def test_every_call_in_them_is_one_that_the_program_knows(call):
    command = shlex.split(call)
    ran = CliRunner().invoke(cli, [*command[: 1 if command[0] == "scan" else 2], "--help"])
    assert ran.exit_code == 0
    known = ran.stdout
    assert all(word in known for word in shlex.split(call) if word.startswith("--"))


def test_the_drop_in_lifts_the_network_and_nothing_else():
    unit = (DEPLOY / "onlooker.service").read_text()
    lines = [line for line in (DEPLOY / "onlooker.service.d/network.conf").read_text().splitlines() if "=" in line]
    settings = {line.partition("=")[0] for line in lines if not line.startswith("#")}
    assert settings == {"PrivateNetwork", "RestrictAddressFamilies", "IPAddressDeny", "IPAddressAllow"}
    assert all(f"\n{name}=" in unit for name in settings - {"IPAddressAllow"})


UNITS = (
    "onlooker.service",
    "onlooker.timer",
    "onlooker-outbox.service",
    "onlooker-outbox.timer",
    "onlooker-failed@.service",
)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    """With programs that are there; systemd says nothing of what it understands."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("onlooker", "onlooker-failed"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/onlooker/bin", str(programs))
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *(tmp_path / name for name in UNITS[:4])],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "onlooker" in line] == []


def test_the_unit_that_delivers_is_hardened_as_the_scan_s_is_but_for_the_network():
    settings = [
        {line for line in (DEPLOY / name).read_text().partition("ProtectSystem=")[2].splitlines() if "=" in line}
        for name in ("onlooker.service", "onlooker-outbox.service")
    ]
    scan, outbox = ({line for line in lines if not line.startswith("#")} for lines in settings)
    assert scan - outbox == {"PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX", "IPAddressDeny=any"}
    assert outbox - scan == {"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"}


def test_unit_cron_and_container_name_one_settings_file_that_can_be_used():
    for name in ("onlooker.service", "onlooker-outbox.service", "onlooker.cron", "Dockerfile"):
        assert "ONLOOKER_CONFIG=/etc/onlooker/onlooker.toml" in (DEPLOY / name).read_text()
    assert load({}, DEPLOY / "onlooker.toml", {}).metrics == "/var/cache/onlooker/onlooker.prom"
    lines = (DEPLOY / "onlooker.toml").read_text().splitlines()
    commented = [line[2:] for line in lines if re.match(r"# (\[|\w+ = )", line)]
    assert load({}, None, {}).model_validate(tomllib.loads("\n".join(commented))).receivers.keys() == {"chat"}


class Cron:
    """The crontab, its paths below a folder, run as cron runs it: with no environment but its own."""

    def __init__(self, folder: Path, logs: Path) -> None:
        text = (DEPLOY / "onlooker.cron").read_text()
        self.home, programs = folder / "var", folder / "bin"
        self.home.mkdir(mode=0o750)
        programs.mkdir()
        (programs / "onlooker").symlink_to(Path(sys.executable).parent / "onlooker")
        (programs / "onlooker-quietly").symlink_to(DEPLOY / "onlooker-quietly")
        (folder / "onlooker.toml").write_text(
            (DEPLOY / "onlooker.toml").read_text().replace("/var/cache/onlooker", str(self.home))
        )
        for there, here in (
            ("/opt/onlooker/bin", programs), ("/etc/onlooker", folder), ("/var/lib/onlooker", self.home),
            ("/var/log/support-access", logs),
        ):  # fmt: skip
            text = text.replace(there, str(here))
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.environment = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
        self.jobs = [line.split(None, 6)[6] for line in lines if not re.match(r"[A-Z_]+=", line)]

    def run(self, number: int) -> tuple[int, str]:
        """Status, and what would be mailed."""
        done = subprocess.run(
            [self.environment["SHELL"], "-c", self.jobs[number]], env=self.environment, cwd=self.environment["HOME"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout


@pytest.mark.full  # eight commands, each with its start
def test_the_lines_of_cron_work_in_an_empty_environment_and_mail_only_what_matters(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    cron = Cron(tmp_path, logs)
    scan, outbox, daily, monthly = range(4)
    assert (cron.run(outbox), cron.run(daily)) == ((0, ""), (0, ""))  # before the first night
    status, mailed = cron.run(scan)
    assert status == 6 and mailed.endswith("ended with status 6: docs/operations.md says what it means\n")
    lines = [f"2026-01-0{day}T09:{k:02}:00Z,kim{day % 2},c{k}" for day in range(1, 4) for k in range(20)]
    (logs / "one.csv").write_text("timestamp,agent_id,customer_id\n" + "\n".join(lines) + "\n")
    os.utime(logs / "one.csv", (1, 1))
    assert cron.run(scan) == (0, "")
    assert (cron.run(outbox), cron.run(daily), cron.run(monthly)) == ((0, ""), (0, ""), (0, ""))
    assert (cron.home / "onlooker.prom").exists() and (cron.home / "report" / "report.html").exists()
    with Store.open(cron.home / "store", "write"):
        assert cron.run(scan) == (5, "")


def test_what_analysts_type_becomes_the_command_at_the_desk(tmp_path):
    (tmp_path / "sudo").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "sudo").chmod(0o755)
    done = subprocess.run(
        [DEPLOY / "onlooker-here", "cases", "list", "--as", "two words"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == (
        "-u onlooker /opt/onlooker/bin/onlooker --desk /var/lib/onlooker/store cases list --as two words\n"
    )
    rules = (DEPLOY / "onlooker.sudoers").read_text()
    assert "/opt/onlooker/bin/onlooker --desk /var/lib/onlooker/store cases *" in rules


def test_a_unit_that_failed_is_mailed_or_told_to_the_journal():
    done = subprocess.run(
        [DEPLOY / "onlooker-failed", "onlooker.service"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    if not Path("/usr/sbin/sendmail").exists():
        assert done.stdout.startswith("<3>onlooker.service failed")
