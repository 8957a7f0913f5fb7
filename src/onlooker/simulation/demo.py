"""Makes the demonstration log: `python -m onlooker.simulation.demo FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from onlooker.simulation.campaigns import Campaign, Taste
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.simulate_organisation import Simulated, simulate
from onlooker.simulation.write_logs import COLUMNS, write_logs

# A log as most have it: what it lacks, `onlooker check` names.
LEFT_OUT = ("record_type", "session_id", "event_id")
CAMPAIGNS = (
    Campaign("loud", ("f.arceneau",), start=0.57, taste=Taste(0.6, 0.2, 0.2, glance=0.7, borrowed=0.12)),
    Campaign("slow", ("n.castellan",), start=0.53, taste=Taste(0.5, 0.2, 0.3, glance=0.8, borrowed=0.15)),
    Campaign("off_hours", ("z.hartl",), start=0.61, taste=Taste(0.5, 0.3, 0.2, glance=0.6)),
)
NUISANCES = (
    Nuisance("ai_agent", start=0.0, strength=0.9),
    Nuisance("qa_reviewer", start=0.0),
    Nuisance("team_lead", 3, start=0.0),
    Nuisance("new_hire", start=0.45),
    Nuisance("leave", 2, start=0.6, days=12),
    Nuisance("leave", 1, start=0.3, days=9),
    Nuisance("surge", start=0.4, days=3, where="billing"),
    Nuisance("outage", start=0.79, strength=0.7),
)


def demo() -> Simulated:
    """Simulate 42 agents at two sites over 90 days, three of whom look at records without a reason."""
    return simulate(agents=42, days=90, seed=7, pace=29, depth=0.75, campaigns=CAMPAIGNS, nuisances=NUISANCES)


def main() -> None:
    """Write the demonstration log to the folder given as the only argument."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m onlooker.simulation.demo FOLDER")
    columns = [name for name in COLUMNS if name not in LEFT_OUT]
    write_logs(demo(), Path(sys.argv[1]), columns=columns)


if __name__ == "__main__":
    main()
