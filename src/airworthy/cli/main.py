"""`airworthy`: the list of commands. Nothing numeric is imported until a command runs."""

from __future__ import annotations

import sys

try:
    import typer

    from airworthy.cli import (
        attack,
        author,
        choose,
        counterfactual,
        data,
        deliver,
        feasibility,
        features,
        foresee,
        guard,
        harden,
        keys,
        link,
        live,
        mitigate,
        plan,
        poison,
        privacy,
        privacy_budget,
        release,
        repair,
        review,
        scope,
        sinks,
        sources,
        spend,
        stress,
        surrogate,
        trust,
        why,
    )
    from airworthy.cli.edge import heed_signals, run_at_edge
except KeyboardInterrupt:  # Ctrl-C in the first tenths of a second, before the edge can put it into words
    sys.stderr.write("Stopped before anything began.\n")
    sys.exit(130)

app = typer.Typer(
    name="airworthy",
    help="Takes a machine-learning model from pilot to production and keeps it there, with the evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for module in (
    author,
    choose,
    attack,
    counterfactual,
    harden,
    mitigate,
    poison,
    privacy,
    privacy_budget,
    repair,
    link,
    keys,
    release,
    deliver,
    live,
    feasibility,
    foresee,
    guard,
    spend,
    stress,
    surrogate,
    trust,
    why,
):
    for command in module.COMMANDS:
        app.command(name=command.__name__.rstrip("_").replace("_", "-"))(command)
for module in (data, features, plan, review, sinks, sources, scope):  # commands of two words
    app.add_typer(module.GROUP)


def main() -> None:
    """Entry point of the console script."""
    heed_signals()  # `serve` sets handlers of its own
    run_at_edge(typer.main.get_command(app), sys.argv[1:])


if __name__ == "__main__":
    main()
