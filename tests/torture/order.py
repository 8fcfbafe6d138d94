"""The end does not depend on the order: the same uploads under any interleaving, with any faults.

No model is asked here: the lakes that come of it are compared with one another, byte for byte but
for the ETags at a catalog's end.
"""

from datetime import timedelta
from random import Random
from typing import Final

from tests.torture.checker import finish
from tests.torture.history import PARTITIONS, STEMS, UNRECOGNISED, History
from tests.torture.model import differences, said
from tests.torture.scans import SCANS, WITHDRAWALS
from tests.torture.stage import on_stage
from tests.torture.uploads import WITHDRAWAL, Upload
from tests.torture.world import START

ORDERS: Final = 3


def play_orders(seed: int) -> list[str]:
    """Let the same uploads come to several lakes, in each of them with other luck.

    Returns:
        What is wrong: how the lakes differ, or what the checker found in one of them.
    """
    script = _script(Random(seed))
    lakes = []
    for order in range(ORDERS):
        history = History(Random(f"{seed} {order}"), script)
        with on_stage(history.world):
            history.play()
            problems = history.world.problems or finish(history.world)
        history.world.abandon()
        if problems:
            return [f"order {order}: {problem}" for problem in problems]
        lakes.append(said(history.world.store.contents()))
    return [
        f"order {order}: {problem}"
        for order, lake in enumerate(lakes[1:], 1)
        for problem in differences(lakes[0], lake)
    ]


def _script(random: Random) -> list[Upload]:
    """Uploads in order of their moments, none of which replaces another."""
    uploads: dict[str, Upload] = {}
    moment = START
    partitions = random.sample(PARTITIONS, random.randint(1, 2))
    for number in range(random.randint(4, 14)):
        scan = random.choice(SCANS)
        partition = random.choice(partitions)
        folder = f"inbox/source=rok_players/kingdom={partition[0]}/dt={partition[1]}"
        key = f"{folder}/{random.choice(STEMS)}{number % 5}{scan.extension}"
        recognised = random.random() > 0.1
        if not recognised:
            key = random.choice(UNRECOGNISED)
        elif random.random() < 0.2:
            key, scan = f"{folder}/{WITHDRAWAL}", random.choice(WITHDRAWALS)
        uploads.setdefault(key, Upload(key, scan, moment, partition if recognised else None))
        moment += timedelta(seconds=random.choice((0, 0, 1, 60)))
    return list(uploads.values())
