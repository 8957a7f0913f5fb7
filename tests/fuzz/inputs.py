"""Strategies for inputs that people and machines hand over by mistake or on purpose, each near something sound."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from hypothesis import strategies as st

CSV = b"timestamp,agent_id,customer_id,action,ticket_id\n" + b"".join(
    b"2026-01-%02dT09:%02d:00Z,kim.%d,C%d,view,T%d\n" % (5 + n // 20, n % 20, n % 3, n, n % 7) for n in range(60)
)
ROWS = [dict(zip(CSV.decode().split("\n")[0].split(","), line.split(","), strict=True))
        for line in CSV.decode().splitlines()[1:]]  # fmt: skip
JSONL = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
ARRAY = json.dumps({"results": ROWS}, indent=1).encode()


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.csv.read_csv(io.BytesIO(CSV)), out)
    return out.getvalue()


BASES: dict[str, bytes] = {
    "log.csv": CSV, "log.jsonl": JSONL, "log.json": ARRAY, "log.parquet": _parquet(),
    "log.csv.gz": gzip.compress(CSV, mtime=0), "log.tsv": CSV.replace(b",", b"\t"),
}  # fmt: skip
SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats"
BASES |= {path.name: path.read_bytes() for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"}
SIDE_TABLES: dict[str, bytes] = {
    "agents": b"agent_id,team,site,zone,role\nkim.0,north,altura,Europe/Vienna,agent\nkim.1,south,altura,UTC,lead\n",
    "tickets": b"ticket_id,customer_id,agent_id,opened_at,closed_at\nT1,C1,kim.1,2026-01-05T08:00:00Z,\n",
    "customers": b"customer_id,tier,region\nC1,vip,eu\nC2,,\n",
    "roster": b"agent_id,start,end\nkim.0,2026-01-05T08:00:00Z,2026-01-05T17:00:00Z\n",
    "calendar": b"date,kind,name\n2026-01-06,holiday,Epiphany\n",
    "identities": b"agent_id,person\nkim.0,kim\nkim.1,kim\n",
}
ODD = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b'"', b'""', b",", b";", b"'", b"\\", b"{", b"}",
    b"[",
    b"null", b"NaN", b"-1", b"1e400", b"9" * 40, b"2026-13-45", b"0000-00-00", b"=cmd|' /C'!A0", b"<script>", b"%s",
    b"\xf0\x9f\x92\xa9", b"\xed\xa0\x80", b"\xe2\x80\xae", b"a" * 5000, b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"/*",
    b"--",
)  # fmt: skip
"""What is put into a sound input."""


@st.composite
def mutated(draw: Any, base: bytes) -> bytes:
    """`base` with up to six places cut out, doubled, moved, turned over, or with something odd put in."""
    data = bytearray(base)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.sampled_from([1, 2, 7, 40, 300])))
        how = draw(st.sampled_from(["cut", "double", "odd", "byte", "end", "move"]))
        if how == "cut":
            del data[at:end]
        elif how == "double":
            data[at:at] = data[at:end] * draw(st.sampled_from([1, 3]))
        elif how == "odd":
            data[at:at] = draw(st.sampled_from(ODD))
        elif how == "byte" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif how == "end":
            del data[end:]
        else:
            part = data[at:end]
            del data[at:end]
            data += part
    return bytes(data)


@st.composite
def mutated_file(draw: Any) -> tuple[str, bytes]:
    """A name and the bytes of a log that is nearly one."""
    name = draw(st.sampled_from([*BASES]))
    return name, draw(mutated(BASES[name]))


@st.composite
def mutated_side_table(draw: Any) -> tuple[str, bytes]:
    """Which side table, and its bytes."""
    name = draw(st.sampled_from([*SIDE_TABLES]))
    return name, draw(mutated(SIDE_TABLES[name]))


victims = st.one_of(
    st.binary(max_size=400), mutated(b"C1\nC2\nC3\n"), mutated(b"customer_id;name\nC1;A\nC2;B\n"), mutated(JSONL[:300])
)
config = st.one_of(
    mutated(b'budget = 5\nq_limit = 0.5\ntz = "Europe/Vienna"\n[map]\nagent_id = "user"\n'), st.binary(max_size=200)
)
words = st.one_of(
    st.text(max_size=40), st.sampled_from(["-1", "0", "1e9", "nan", "2026-02-30", "a=b", "=", "--", "/dev/null", "."])
).filter(lambda text: "\0" not in text and not text.startswith(("/", "~")))
"""Arguments; those that begin with / could name a file of this machine."""
