"""Airworthy's recommender beside the library `implicit`: the same purchases, the same later rows, the same users.

Run `python benchmarks/recommending.py --python /path/of/an/environment/with/implicit/bin/python`; without it our
own candidates and baselines alone. The data set is looked for where `AIRWORTHY_SHARED_DATA` says. Everybody sees
the rows before the cut and nothing later; users with a history are asked for k items, measured against what they
took after it. Peers choose their settings on the last part of the rows before the cut, as `aw.recommend` does
(see `recommending_peers.py`). Differences are paired by user, with 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

import airworthy as aw
from airworthy.data.interactions import Interactions, read_interactions
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.topk import ndcg_at_k, recall_at_k
from airworthy.model.recommending.fit import Fitting, Frame
from airworthy.model.recommending.measure import Later, measure
from airworthy.scoring.recommending.recommender import Recommender

DATA = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
Lists = dict[str, np.ndarray]


def sales() -> pl.DataFrame:
    """Purchases of the online shop: returns and fees in the item column's place are left as they are."""
    return pl.read_parquet(DATA / "online_retail" / "online_retail.parquet").filter(pl.col("Quantity") > 0)


def ours(rows: Interactions, frame: pl.DataFrame, later: Later, k: int, repeats: bool, limit: float) -> Lists:
    """The chosen recommender's lists, learned by `aw.recommend` from the rows before the cut alone."""
    began, busy = time.monotonic(), time.process_time()
    model = aw.recommend(
        frame, "CustomerID", "StockCode", time="InvoiceDate", k=k, repeats=repeats, seconds=limit
    )
    spent, work = time.monotonic() - began, time.process_time() - busy
    print(f"  airworthy chose {model.chosen.name}: {spent:.0f} of {limit:.0f} s, {work:.0f} of them at work")
    code = {name: place for place, name in enumerate(rows.item_names)}
    lists = np.full((len(later), k), -1)
    for place, user in enumerate(later.users.tolist()):
        names = model.for_user(rows.user_names[user]).names
        lists[place, : len(names)] = [code[name] for name in names]
    return {f"airworthy ({model.chosen.name})": lists}


def plain(known: Interactions, later: Later, k: int, repeats: bool) -> Lists:
    """The baselines that every recommender must beat."""
    span = (known.time[-1] - known.time[0]) / 12
    fitting = Fitting(known, Frame("user", "item", k, repeats, span))
    names = ("popular", "recent", *(("again",) if repeats else ()))
    return {
        name: measure(Recommender(fitting.stored([name], name, "popular")), later, k).lists for name in names
    }


def peers(python: str, known: Interactions, later: Later, k: int, repeats: bool) -> Lists:
    """The lists of the peers, from their own environment."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shape = (len(known.user_names), len(known.item_names))
        np.savez(
            folder / "rows.npz",
            users=known.users,
            items=known.items,
            ask=later.users,
            shape=shape,
            k=k,
            repeats=repeats,
        )
        script = Path(__file__).with_name("recommending_peers.py")
        subprocess.run(
            [python, "-W", "ignore", str(script), str(folder)], check=True, env=os.environ | ONE_THREAD
        )
        told = json.loads((folder / "lists.json").read_text())
    for name, found in told.items():
        print(f"  {name}: {found['seconds']:.0f} s at work")
    return {name: np.array(found["lists"]) for name, found in told.items()}


ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def report(lists: Lists, later: Later, items: int) -> None:
    """One line a contestant, the best first, each with ours minus its NDCG."""
    taken = np.diff(later.start)
    hits = {
        name: np.array([np.isin(row, later.taken(place)) for place, row in enumerate(found)])
        for name, found in lists.items()
    }
    ndcg = {name: ndcg_at_k(found, taken) for name, found in hits.items()}
    own = next(name for name in lists if name.startswith("airworthy"))
    print(f"  {'':<28}{'NDCG':>7}{'recall':>8}{'coverage':>10}   airworthy minus it (95 % interval)")
    for name in sorted(lists, key=lambda one: -float(ndcg[one].mean())):
        shown = np.unique(lists[name][lists[name] >= 0])
        line = f"  {name:<28}{ndcg[name].mean():7.3f}{recall_at_k(hits[name], taken).mean():8.3f}"
        line += f"{len(shown) / items:10.1%}"
        if name != own:
            (gain,) = Bootstrap.of_each((ndcg[own] - ndcg[name])[:, None], unit="", seed=1)
            low, high = gain.interval(0.95)
            line += f"   {gain.value:+.3f} ({low:+.3f} to {high:+.3f})"
        print(line)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", help="of an environment with implicit")
    parser.add_argument(
        "--cuts", nargs="+", type=float, default=[0.7, 0.85], help="share of rows before the test"
    )
    parser.add_argument("--repeats", choices=("yes", "no", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("-k", type=int, default=10)
    options = parser.parse_args(arguments)
    frame = sales()
    rows = replace(read_interactions(frame, "CustomerID", "StockCode", "InvoiceDate"), about={})
    for share in options.cuts:
        cut = float(rows.time[int(len(rows) * share)])
        upto = pl.col("InvoiceDate") < str(np.datetime64(int(cut), "s")).replace("T", " ")
        window = float(rows.time[min(len(rows) - 1, int(len(rows) * (share + 0.15)))])
        for repeats in (True, False):
            if options.repeats == ("no" if repeats else "yes"):
                continue
            known = rows.before(cut)
            later = Later.of(known, rows.since(cut).before(window + 1), repeats, seed=0)
            kind = "repeats allowed" if repeats else "only what the user never had"
            print(f"online_retail, first {share:.0%} of rows known, {kind}: {len(later):,} users")
            lists = ours(rows, frame.filter(upto), later, options.k, repeats, options.seconds)
            lists |= plain(known, later, options.k, repeats)
            if options.python:
                lists |= peers(options.python, known, later, options.k, repeats)
            report(lists, later, len(rows.item_names))


if __name__ == "__main__":
    main(sys.argv[1:])
