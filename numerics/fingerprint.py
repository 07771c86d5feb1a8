"""Fingerprint of a simulator: a hash of its source and of all project source that it can reach, and of nothing else.

Definitions are followed by name: the function, what it names at the top level of its file, what those import from
`numerics` or from files beside it, and so on.  Comments, docstrings and layout do not count; nor does another
definition of the same file, or a file that is not reached.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parent
MACHINERY = (PROJECT / "replicas.py", "block")
"""What turns any simulator into numbers: every fingerprint reaches it."""

Place = tuple[Path, str]
"""A file and a name at its top level; the name "" is the whole file."""


def fingerprint(file: Path, name: str) -> str:
    """Hash of the definition `name` at the top level of `file`, with everything that it reaches.

    LookupError where the file has no such definition.
    """
    if name not in _read(file.resolve()).definitions:
        raise LookupError(f"{file} defines no {name} at its top level")
    reached: dict[Place, str] = {}
    waiting: list[Place] = [(file.resolve(), name), MACHINERY]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached[place], named = _read(place[0]).followed(place[1])
            waiting += [onward for found in named for onward in _through(*found)]
    texts = sorted(f"{file.name}:{name}\n{text}" for (file, name), text in reached.items())
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=16).hexdigest()


@dataclass
class _Source:
    """The top level of one file: what it defines, what it imports from the project, and what it does besides."""

    file: Path
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, Place] = field(default_factory=dict)  # the name "" when a module was imported
    effects: list[ast.stmt] = field(default_factory=list)
    _followed: dict[str, tuple[str, list[Place]]] = field(default_factory=dict)

    def followed(self, name: str) -> tuple[str, list[Place]]:
        """The text of a definition, and the places that it names."""
        if name not in self._followed:
            nodes = self.nodes(name)
            named = [place for node in nodes for place in self.named_in(node)]
            self._followed[name] = "\n".join(map(ast.dump, nodes)), list(dict.fromkeys(named))
        return self._followed[name]

    def nodes(self, name: str) -> list[ast.stmt]:
        """A definition with the file's effects; all definitions for the name "", or for one that cannot be found."""
        found = self.definitions.get(name)
        every = [node for nodes in self.definitions.values() for node in nodes]
        return [*(every if found is None else found), *self.effects]

    def named_in(self, node: ast.stmt) -> Iterator[Place]:
        """Places that a statement names.  Text counts as a name too: it may be an annotation in quotes."""
        parts = list(ast.walk(node))
        held = {id(part.value): part.attr for part in parts if isinstance(part, ast.Attribute)}
        for part in parts:
            name = part.id if isinstance(part, ast.Name) else part.value if isinstance(part, ast.Constant) else None
            if not isinstance(name, str):
                continue
            if name in self.definitions:
                yield self.file, name
            elif name in self.imports:
                file, member = self.imports[name]
                yield file, member or held.get(id(part), "")


def _through(file: Path, name: str) -> Iterator[Place]:
    """The definition, also where the file has imported it from another; the files between count as wholes."""
    source = _read(file)
    yield file, name
    if name not in source.definitions and name in source.imports:
        yield from _through(*source.imports[name])


def _read(file: Path) -> _Source:
    state = file.stat()
    return _parsed(file, state.st_mtime_ns, state.st_size)


@cache
def _parsed(file: Path, _changed: int, _size: int) -> _Source:
    source = _Source(file)
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            source.imports |= dict(_imported(node, file.parent))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            source.definitions.setdefault(node.name, []).append(_bare(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}:
                source.definitions.setdefault(name, []).append(node)
        elif not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
            source.effects.append(node)
    return source


def _imported(node: ast.Import | ast.ImportFrom, folder: Path) -> Iterator[tuple[str, Place]]:
    if isinstance(node, ast.Import):
        for item in node.names:
            if file := _file(item.name, folder, 0):
                yield item.asname or item.name.partition(".")[0], (file, "")
        return
    module = node.module or ""
    for item in node.names:
        inner = _file(f"{module}.{item.name}".lstrip("."), folder, node.level)
        file = inner or (_file(module, folder, node.level) if module else None)
        if file:
            yield item.asname or item.name, (file, "" if inner else item.name)


def _file(module: str, folder: Path, level: int) -> Path | None:
    """The file of a module of `numerics`, or of one beside the importer; None for any other."""
    parts = module.split(".")
    inside = not level and parts[0] == PROJECT.name
    start = PROJECT.parent if inside else folder.joinpath(*[".."] * (level - 1))
    place = start.joinpath(*parts)
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return next((file.resolve() for file in candidates if file.is_file()), None)


def _bare(node: ast.stmt) -> ast.stmt:
    """The definition without docstrings."""
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            part.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return node
