"""`crosscheck explore`: closed forms whose parameters a reader moves, beside what was simulated."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from crosscheck.commands.keeping import add_store, place
from crosscheck.commands.options import Subcommands, command, whole
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

PORT = 8787


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "explore", handler=_explore, summary="closed forms to move and to look at, as a page")
    parser.add_argument("directory", nargs="?", metavar="DIR", help="write the page there instead of serving it")
    parser.add_argument("-o", "--output", metavar="DIR", help="the same")
    parser.add_argument("--run", metavar="RUN", help="simulated points: a saved run (default: the newest in the store)")
    parser.add_argument("--port", type=whole, metavar="P", help=f"on this machine alone (default {PORT}, 0: any free)")
    parser.add_argument("--force", action="store_true", help="replace a page that crosscheck wrote")
    add_store(parser, optional=False)


def _explore(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.explorer.serving import server

    directory = _directory(options)
    if directory is not None:
        from crosscheck.explorer.folder import check_place

        check_place(directory, force=options.force)
        return _written(directory, _data(options, terminal), terminal)
    port = PORT if options.port is None else options.port
    server({"index.html": ""}, port).server_close()  # a port in use is told at once, not after all formulas are read
    return _served(_data(options, terminal), port, terminal)


def _directory(options: argparse.Namespace) -> Path | None:
    given = [name for name in (options.directory, options.output) if name is not None]
    if len(given) > 1:
        raise UsageError(f"two directories, {given[0]} and {given[1]}; give one")
    if given and options.port is not None:
        raise UsageError(f"--port serves the page, {given[0]} writes it; give one of them")
    return Path(given[0]) if given else None


def _data(options: argparse.Namespace, terminal: Terminal) -> dict[str, Any]:
    from crosscheck.explorer.document import document
    from crosscheck.registry import find, identifiers

    run = _run(options)
    claims = []
    for identifier in identifiers():
        terminal.progress(f"explore: {identifier}")
        claims.append(find(identifier))
    found = document(claims, run, progress=terminal.progress)
    terminal.clear()
    return found


def _run(options: argparse.Namespace) -> dict[str, Any] | None:
    """The run that is asked for; else the newest finished one in the store, else that in the default directory."""
    from crosscheck.history import newest, saved
    from crosscheck.report.files import DEFAULT, is_run
    from crosscheck.report.json import load_run

    store = place(options)
    if options.run is not None:
        return saved(options.run, store)
    if options.store or store.exists():
        found = newest(store)
        if found is not None:
            return found
    return load_run(DEFAULT) if is_run(DEFAULT) else None


def _written(directory: Path, data: dict[str, Any], terminal: Terminal) -> int:
    from crosscheck.explorer.folder import write_folder

    terminal.write(str(write_folder(directory, data)))
    return 0


def _served(data: dict[str, Any], port: int, terminal: Terminal) -> int:
    from crosscheck.explorer.folder import texts
    from crosscheck.explorer.serving import server

    with server(texts(data), port) as serving:
        host, chosen = serving.server_address[:2]
        terminal.document(f"http://{host}:{chosen}/  (this machine alone; Ctrl-C ends it)")
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            terminal.write()
    return 0
