"""Invented logins. None of them is meant to be anybody."""

from __future__ import annotations

import numpy as np

INITIALS = "abcdefghijklmnoprstvwyz"
_TEXT = (
    "okafor lindqvist marchetti dumalagan reinholt svoboda ambrosi kestrel tamayo osei brandauer villareal nakano "
    "petrosyan halloran macaraeg windisch duarte engstrom calloway baluyot steinwender moreau farouk jankovic ilagan "
    "thackeray roszak pangilin obermeier castellan haddad wexler lacson grunfeld tolentino vasquez aldridge moravec "
    "bautsen quiambao fennimore hartl serrano dimaano kowalke espiritu lindner abara magsino zellinger ferrante "
    "mabini-roe cortland hofstett sumulong varga balogun pichler arceneau delmonte nystrom cabrillo rautner esguerra "
    "whitlock soriano-lee baumgart yilmaz trondheim"
)
SURNAMES = tuple(_TEXT.split())


def logins(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` distinct logins such as `m.okafor`."""
    order = rng.permutation(len(SURNAMES))
    turn = rng.integers(0, len(INITIALS), len(SURNAMES))
    found = []
    for i in range(count):
        lap, place = divmod(i, len(SURNAMES))
        again, lap = divmod(lap, len(INITIALS))
        initial = INITIALS[(lap + int(turn[place])) % len(INITIALS)]
        found.append(f"{initial}.{SURNAMES[int(order[place])]}{again + 1 if again else ''}")
    return found
