"""Every format that alerts can be exported in: a tuple to add one to."""

from __future__ import annotations

from onlooker.outputs import alerts_cef, alerts_csv, alerts_ecs, alerts_markdown, alerts_ocsf
from onlooker.outputs.alert_format import AlertFormat
from onlooker.outputs.output import Output

MODULES = (alerts_ocsf, alerts_ecs, alerts_cef, alerts_markdown, alerts_csv)
FORMATS: dict[str, AlertFormat] = {module.FORMAT.name: module.FORMAT for module in MODULES}
FILES: dict[str, Output] = {module.FORMAT.name: module.OUTPUT for module in MODULES}
"""Format -> how its files are known again."""
