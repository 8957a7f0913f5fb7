"""Syslog to real collectors over TCP and TLS."""

from __future__ import annotations

import json
import re

import pytest
from pydantic import ValidationError

from onlooker.delivery.send_waiting import Delivered, Pace, send_waiting

from .servers import Collector, syslog_server
from .stores import receiver, store_with

QUICK = Pace(first_wait=0.001, patience=20.0)
RFC5424 = re.compile(
    rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48})"
    rb" ([!-~]{1,128}) ([!-~]{1,32}) (\[origin [^\]]+\]) (.*)",
    re.DOTALL,
)


@pytest.mark.parametrize("tls", [True, False])
def test_each_alert_arrives_as_one_message(tls, place, certified):
    with syslog_server(Collector(), certified.server if tls else None) as collector:
        to = {
            "siem": receiver(kind="syslog", host="localhost", port=collector.port, tls=tls, ca_file=certified.ca_file)
        }
        store_with(place, to, 4)
        assert send_waiting(place, to, "", QUICK) == (Delivered("siem", 4, 0),)
    assert len(collector.got) == 4
    ids = []
    for line in collector.got:
        found = RFC5424.fullmatch(line)
        assert found and int(found[1]) == 13 * 8 + 3 and found[4] == b"onlooker"
        facts = json.loads(found[8])
        assert facts["severity"] == "high" and "kim" not in str(facts)
        ids.append(facts["id"])
    assert len(set(ids)) == 4


def test_what_a_collector_broke_off_is_sent_again(place):
    with syslog_server(Collector(breaks=2)) as collector:
        to = {"siem": receiver(kind="syslog", host="127.0.0.1", port=collector.port, tls=False)}
        store_with(place, to, 3)
        assert send_waiting(place, to, "", QUICK) == (Delivered("siem", 3, 0),)
    assert len(collector.got) == 3


def test_a_collector_that_is_not_trusted_gets_nothing(place, certified):
    with syslog_server(Collector(), certified.server) as collector:
        to = {"siem": receiver(kind="syslog", host="localhost", port=collector.port)}
        store_with(place, to, 1)
        (done,) = send_waiting(place, to, "", Pace(first_wait=0.001, patience=0.0))
    assert done.waiting == 1 and "certificate" in done.error and not collector.got


def test_an_unencrypted_connection_to_another_machine_takes_a_word():
    other = {"kind": "syslog", "host": "siem.example.org", "tls": False}
    with pytest.raises(ValidationError, match="plaintext = true"):
        receiver(**other)
    assert receiver(**other, plaintext=True)


@pytest.mark.parametrize("names", [False, True])
def test_events_of_cef_name_nobody_unless_asked(names, place):
    with syslog_server(Collector()) as collector:
        to = {
            "siem": receiver(kind="syslog", host="127.0.0.1", port=collector.port, tls=False, body="cef", names=names)
        }
        store_with(place, to, 2)
        assert send_waiting(place, to, "", QUICK)[0].sent == 2
    messages = [RFC5424.fullmatch(line)[8].decode() for line in collector.got]
    assert all(
        one.startswith("CEF:0|Onlooker|Onlooker|") and "|Onlooker: new alert|8|externalId=" in one for one in messages
    )
    assert ["kim.0000" in messages[0], "kim.0001" in messages[1]] == [names, names]
    assert "C-77001" not in str(messages)
