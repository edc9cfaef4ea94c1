"""Lists as a caller gets them: how long one takes, and whether it is the one that was tested."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice

import msgspec
import numpy as np

from airworthy.assurance.given import LatencySamples, SkewCount
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.recommending.recommender import Recommended, Recommender
from airworthy.scoring.recommending.request import answer_request, decode_request

MOST = 1000
WARM = 20
WHERE = "this machine, in process"


def served(
    recommender: Recommender, seed: int, clock: Callable[[], float]
) -> tuple[LatencySamples, SkewCount]:
    """Ask 1,000 times for a list as JSON, and hold each user's against the list of all users at once.

    Of fewer users each is asked several times: the slowest of a hundred is told from some 500 requests on.
    """
    every = np.arange(len(recommender.users))
    drawn = np.random.default_rng(derive_seed(seed, "lists", "served users"))
    users = np.sort(drawn.choice(every, MOST, replace=False)) if len(every) > MOST else every
    bodies = [msgspec.json.encode({"user": recommender.users[user]}) for user in users]
    for body in bodies[:WARM]:
        answer_request(recommender, decode_request(body))
    seconds, answers = [], []
    for body in islice(cycle(bodies), MOST):
        began = clock()
        answers.append(answer_request(recommender, decode_request(body)))
        msgspec.json.encode(answers[-1])
        seconds.append(clock() - began)
    lists = recommender.every_list(users.tolist(), recommender.spec.k)
    differing = tuple(
        place
        for place, (answer, (_, found, scores)) in enumerate(
            zip(answers, lists, strict=False)
        )  # users asked again come last
        if not _same(answer, [recommender.items[code] for code in found.tolist()], scores.tolist())
    )
    return LatencySamples(tuple(seconds), WHERE), SkewCount(len(users), differing)


def _same(answer: Recommended, names: list[str], scores: list[float]) -> bool:
    """Whether an answer holds these items with these scores, to the bit; a filled place has the score 0."""
    told = [0.0 if score != score else score for score in scores]
    return list(answer.names) == names and [item.score for item in answer.items] == told
