"""Planted screeners and clean ones: are the stand-ins found, is the gap shown, and what does each remedy do?

    python benchmarks/fairness/planted.py [--seeds 30] [--trained 30] [--rows 3000] [--from 0] [--kept kept.jsonl]

Stand-ins are sought in `--seeds` worlds of either kind; remedies are trained in the first `--trained` of either (three
processes each). Beside the outcomes on record, errors are counted against who was qualified, which no model knows.
`--kept` keeps each world's figures, so that a later call goes on; the tables are those of the docs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from airworthy.assurance.mitigation.proxies import find_proxies, stand_ins
from airworthy.assurance.mitigation.report import Action, Mitigation
from airworthy.data.bare import scope_of_plain
from airworthy.data.declared import declared
from airworthy.measures.proportion import Wilson
from fairness.screener import PROTECTED, PROXIES, TARGET, World, screener

STRENGTH = 0.7
FRESH = 4000
"""People of the same kind of world whom no model has seen."""
GAP = 0.05


def look(seed: int, rows: int, planted: bool) -> dict[str, Any]:
    """What is said of the inputs of one world."""
    world = screener(seed, rows, planted=planted)
    scope, table = scope_of_plain(world.rows, TARGET, None, declared(protected=PROTECTED))
    found = find_proxies(table, scope)
    return {
        "kind": "look",
        "seed": seed,
        "planted": planted,
        "shown": [proxy.column for proxy in found if proxy.shown],
        "stand_ins": list(stand_ins(found, STRENGTH)),
    }


def train(seed: int, rows: int, planted: bool) -> dict[str, Any]:
    """What each remedy does in one world."""
    import airworthy as aw

    world = screener(seed, rows, planted=planted)
    with tempfile.TemporaryDirectory() as folder:
        found: Mitigation = aw.mitigate(
            world.rows,
            TARGET,
            protected=PROTECTED,
            learner="linear",
            max_gap=GAP,
            seconds=600,
            seed=seed,
            folder=folder,
        )
        truth = against_truth(Path(folder), screener(seed + 1000, FRESH, planted=planted))
    effects = {}
    for effect in found.effects:
        gap = effect.gaps[0].selection
        change = gap.change
        effects[str(effect.action)] = {
            "gap": gap.now.value,
            "shown": gap.now.low is not None and gap.now.low > 0,
            "change": None if change is None else change.value,
            "narrows": change is not None and change.high is not None and change.high < 0,
            "widens": change is not None and change.low is not None and change.low > 0,
            "wrong": effect.wrong.now.value,
            "truly_wrong": truth.get((str(effect.action), effect.model)),
        }
    return {"kind": "train", "seed": seed, "planted": planted, "effects": effects}


def against_truth(folder: Path, fresh: World) -> dict[tuple[str, str], float]:
    """Decisions per 1,000 that differ from who is qualified, by remedy and model."""
    from airworthy.data.canonical import to_canonical
    from airworthy.data.columns import columns_for_scoring
    from airworthy.scoring import Scorer

    found = {}
    whole = {
        "": Action.PRESENT,
        "-reweighed": Action.REWEIGHING,
        "-even": Action.REDUCTIONS,
        "-by-group": Action.THRESHOLDS,
    }
    bare = {"": Action.DROPPING, "-reweighed": Action.DROPPING_REWEIGHING}
    places = {"whole": whole, "without-stand-ins": bare}
    for place, endings in places.items():
        for ending, action in endings.items():
            artefact = folder / place / "candidates" / f"linear{ending}" / "artefact"
            if not artefact.is_dir():
                continue
            scorer = Scorer.load(artefact)
            types = {
                column.name: column.type for column in scorer.contract.columns if column.name in scorer.reads
            }
            table, _ = to_canonical(fresh.rows.select(list(types)), types, "The table")
            columns = columns_for_scoring(table, scorer.contract, names=scorer.reads)
            decided = np.array([one == scorer.classes[1] for one in scorer.score_columns(columns).decision])
            found[str(action), f"linear{ending}"] = 1000 * float((decided != fresh.qualified).mean())
    return found


def share(hits: int, n: int) -> str:
    low, high = Wilson(hits, n).interval(0.95)
    return f"{hits} of {n} ({100 * low:.0f}–{100 * high:.0f} %)"


def print_looks(looks: Sequence[Mapping[str, Any]]) -> None:
    print("| world | a stand-in named | both planted ones, and no other | an input wrongly shown |")
    print("|---|---|---|---|")
    for planted, name in ((True, "planted"), (False, "clean")):
        own = [one for one in looks if one["planted"] is planted]
        if not own:
            continue
        named = sum(bool(one["stand_ins"]) for one in own)
        both = sum(set(one["stand_ins"]) == set(PROXIES) for one in own)
        right = set(PROXIES) if planted else set()
        wrongly = sum(bool(set(one["shown"]) - right) for one in own)
        cells = [share(named, len(own)), share(both, len(own)) if planted else "–", share(wrongly, len(own))]
        print(f"| {name} | {' | '.join(cells)} |")
    wrong = Counter(name for one in looks if not one["planted"] for name in one["shown"])
    print(f"\nShown in clean worlds: {dict(wrong) or 'none'}.")


def print_trained(trained: Sequence[Mapping[str, Any]]) -> None:
    for planted, name in ((True, "planted"), (False, "clean")):
        own = [one["effects"] for one in trained if one["planted"] is planted]
        if not own:
            continue
        shown = sum(one["present"]["shown"] for one in own)
        print(f"\n{name}: the present model's gap is shown in {share(shown, len(own))} worlds.\n")
        print(
            "| remedy | worlds | gap, points | called narrower | called wider | wrong per 1,000 | truly wrong |"
        )
        print("|---|---|---|---|---|---|---|")
        by_action: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for one in own:
            for action, effect in one.items():
                by_action[action].append(effect)
        for action, effects in by_action.items():
            means = {key: np.mean([one[key] for one in effects]) for key in ("gap", "wrong")}
            truly = [one["truly_wrong"] for one in effects if one["truly_wrong"] is not None]
            told = "–" if action == "present" else f"{sum(one['narrows'] for one in effects)}"
            wider = "–" if action == "present" else f"{sum(one['widens'] for one in effects)}"
            figures = f"{100 * means['gap']:.1f} | {told} | {wider} | {means['wrong']:.0f}"
            print(f"| {action} | {len(effects)} | {figures} | {np.mean(truly):.0f} |" if truly else figures)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--trained", type=int, default=30)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--kept", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no further world after so many")
    asked, began = parser.parse_args(), time.monotonic()
    known = (
        [json.loads(line) for line in asked.kept.read_text().splitlines()]
        if asked.kept and asked.kept.exists()
        else []
    )
    done = {(one["kind"], one["seed"], one["planted"]) for one in known}
    for work, most in ((look, asked.seeds), (train, asked.trained)):
        for seed in range(asked.first, most):
            for planted in (True, False):
                if (work.__name__, seed, planted) in done or time.monotonic() - began > asked.seconds:
                    continue
                known.append(work(seed, asked.rows, planted))
                if asked.kept:
                    with asked.kept.open("a") as file:
                        file.write(json.dumps(known[-1]) + "\n")
    print_looks([one for one in known if one["kind"] == "look"])
    print_trained([one for one in known if one["kind"] == "train"])


if __name__ == "__main__":
    main()
