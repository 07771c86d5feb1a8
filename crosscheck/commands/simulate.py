"""`crosscheck simulate`: the estimate of one route at one size, without a judgement."""

from __future__ import annotations

import argparse
import json
import math
from functools import partial
from typing import TYPE_CHECKING

from crosscheck.commands.claims import one
from crosscheck.commands.computing import check_dask, computing
from crosscheck.commands.options import (
    Subcommands,
    add_at,
    add_device,
    add_json,
    add_seed,
    add_workers,
    assignments,
    command,
    whole,
)
from crosscheck.report.wording import uncertain
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.claim import Claim, Route

SCHEMA = "crosscheck.simulate/1"


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "simulate", handler=_simulate, summary="simulate the observable of a claim")
    parser.add_argument("id", metavar="ID")
    add_at(parser)
    parser.add_argument("--size", metavar="name=value", help="the size variable, N=1000")
    parser.add_argument("--replicas", type=whole, required=True, metavar="R", help="independent replicas")
    parser.add_argument("--route", metavar="R", help="one of the claim's routes (default: the first)")
    add_seed(parser)
    add_workers(parser)
    add_device(parser)
    add_json(parser)


def _simulate(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.executors import in_portions, opened
    from numerics.replicas import simulate

    check_dask(options)
    claim = one(options.id)
    point = claim.point(assignments(options.at))
    route = _route(claim, options.route)
    size = _size(claim, route, options.size)
    with computing(options, claims=1, names=[options.id]) as place, opened(place.pool, place.workers) as pool:
        found = simulate(
            route.source,  # type: ignore[arg-type]
            parameters=claim.arguments(route, point, size),
            replicas=options.replicas,
            seed=options.seed,
            device=place.device,
            key=(claim.id, "simulate"),
            mapped=partial(in_portions, pool),
            progress=lambda done, total: terminal.progress(f"{done} of {total} replicas"),
        )
    if options.json:
        document = {
            "schema": SCHEMA, "id": claim.id, "route": route.name, "mean": found.mean,
            "standard_error": found.standard_error, "samples": found.samples, "bias": found.bias, "seed": options.seed,
            "seconds": found.seconds, "device": found.device,
        }  # fmt: skip
        terminal.document(json.dumps(document))
    else:
        terminal.document(f"{uncertain(found.mean, found.standard_error)}  ({found.samples} replicas, {route.name})")
    return 0


def _route(claim: Claim, name: str | None) -> Route:
    from numerics.simulator import Simulator

    routes = {route.name: route for route in reversed(claim.all_routes) if isinstance(route.source, Simulator)}
    if not routes:
        raise UsageError(f"{claim.id}: it has no simulation, only exact laws; use `crosscheck eval`")
    if name is None:
        return next(route for route in claim.all_routes if isinstance(route.source, Simulator))
    if name not in routes:
        raise UsageError(f"{claim.id}: unknown route {name}; it has {', '.join(reversed(routes))}")
    return routes[name]


def _size(claim: Claim, route: Route, given: str | None) -> float:
    """The value of the size variable, checked against the simulator's own demand."""
    if claim.size is None:
        if given is not None:
            raise UsageError(f"{claim.id}: --size {given}: it has no size variable")
        return float(claim.ladder[0])
    if given is None:
        raise UsageError(f"{claim.id}: give --size {claim.size}={claim.ladder[0]:g}")
    ((name, text),) = assignments([given], "--size").items()
    if name != claim.size:
        raise UsageError(f"--size {given}: the size variable of {claim.id} is {claim.size}")
    try:
        size = float(text)
    except (TypeError, ValueError):
        raise UsageError(f"--size {given}: {text} is not a number") from None
    if not math.isfinite(size) or size <= 0:
        raise UsageError(f"--size {given}: {name} = {text} is outside {name} > 0, finite")
    if name in getattr(route.source, "whole", ()) and not size.is_integer():
        raise UsageError(f"--size {given}: {name} = {text} is no whole number")
    return size
