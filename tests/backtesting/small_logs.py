"""A small log of invented people at work, made without the product's simulator."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HEADER = "timestamp,agent_id,customer_id,action,ticket_id,team"


def write_log(path: Path, agents: int = 20, days: int = 50, seed: int = 3) -> Path:
    """Some eight customers a day and agent on working days, each with a ticket and an edit more often than not."""
    rng = np.random.default_rng(seed)
    first, lines = np.datetime64("2026-01-05"), [HEADER]
    for day in range(days):
        if day % 7 >= 5:
            continue
        for agent in range(agents):
            if rng.random() < 0.1:
                continue
            for _ in range(rng.poisson(8) + 1):
                customer = int(rng.integers(0, 900))
                minute = int(rng.integers(8 * 60, 17 * 60))
                ticket = f"T-{40_000 + customer * 7 + day // 14}" if rng.random() < 0.8 else ""
                for step in range(1 + int(rng.random() < 0.6)):
                    at = (first + day).astype("datetime64[s]") + np.timedelta64(
                        (minute + step) * 60 + int(rng.integers(60)), "s"
                    )
                    action = "edit" if step else "view"
                    lines.append(f"{at}Z,clerk-{agent:02d},c{customer:04d},{action},{ticket},team {agent % 3}")
    path.write_text("\n".join(lines) + "\n")
    return path
