#!/usr/bin/env python3
"""layers.py TARGETS [--stamp FILE]: whether the folders' #include lines keep to the targets' link lines.

TARGETS is made by layers.cmake; its first line is the source tree, each other one a target: its name, the folders of
its sources and the targets it links, separated by tabs. A file may include what stands in a folder of its own target
or of one that this target links, directly or not; and no folders may include each other in a circle. Prints the
folders, lowest first. Exit status: 0 they do, 1 they do not (the files are named), 2 wrong usage.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

INCLUDE = re.compile(r'^#include "([^"]+/[^"/]+)"', re.MULTILINE)


class Include(NamedTuple):
    file: str
    header: str

    def __str__(self):
        return f"{self.file} includes {self.header}"


class Layers:
    """Which folders belong together as one layer, and what each layer links."""

    def __init__(self, lines):
        self.layer = {}  # folder -> its layer's number; targets that share a folder are one layer
        self.targets = defaultdict(list)
        rows = [(name, folders.split(), links.split()) for name, folders, links in (line.split("\t") for line in lines)]
        number = self._number(rows)
        self.links = defaultdict(set)
        for name, folders, linked in rows:
            self.targets[number[name]].append(name)
            self.links[number[name]] |= {number[other] for other in linked if other in number} - {number[name]}

    def _number(self, rows):
        number = {}
        for fresh, (name, folders, _) in enumerate(rows):
            joined = {self.layer[folder] for folder in folders if folder in self.layer}
            for table in (self.layer, number):
                table.update({key: fresh for key, layer in table.items() if layer in joined})
            number[name] = fresh
            self.layer.update({folder: fresh for folder in folders})
        return number

    def below(self, layer):
        found, todo = set(), [layer]
        while todo:
            fresh = self.links[todo.pop()] - found
            found |= fresh
            todo += fresh
        return found


def shortest_circle(start, edges):
    """The nodes of the shortest way from `start` back to it, `start` first; none: []."""
    came_from, todo = {}, [start]
    for node in todo:
        for following in sorted(edges[node]):
            if following == start:
                way = [node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if following not in came_from:
                came_from[following] = node
                todo.append(following)
    return []


def circles(edges):
    """One circle for each set of nodes that lie on one."""
    found, seen = [], set()
    for node in sorted(edges):
        if node not in seen and (circle := shortest_circle(node, edges)):
            seen |= set(circle)
            found.append(circle)
    return found


def levels(edges, nodes):
    """Each node's level: one above the highest it needs. `edges` has no circle."""
    level = {}

    def of(node):
        if node not in level:
            level[node] = 1 + max((of(other) for other in edges[node]), default=-1)
        return level[node]

    for node in nodes:
        of(node)
    return level


def source_files(root, folders):
    """The files at and below the uppermost of the folders, relative to `root`."""
    for top in sorted({folder.split("/")[0] for folder in folders}):
        yield from sorted(path.relative_to(root).as_posix() for path in (root / top).rglob("*.[ch]pp"))


def read_includes(root, files):
    includes = defaultdict(list)  # (folder, folder) -> the includes from one to the other
    for file in files:
        for header in INCLUDE.findall((root / file).read_text(encoding="utf-8")):
            includes[folder_of(file), folder_of(header)].append(Include(file, header))
    return includes


def folder_of(file):
    return file.rpartition("/")[0]


def of_no_target(layers, files):
    yield from (f"{file}: its folder belongs to no target" for file in files if folder_of(file) not in layers.layer)


def against_links(layers, includes):
    for (folder, other), found in sorted(includes.items()):
        if folder not in layers.layer or other not in layers.layer or layers.layer[other] == layers.layer[folder]:
            continue  # without a target, a library's header, or of the same layer
        if layers.layer[other] not in layers.below(layers.layer[folder]):
            targets = ", ".join(layers.targets[layers.layer[folder]])
            yield from (f"{include}, which {targets} does not link" for include in found)


def in_circles(layers, includes):
    for circle in circles(layers.links):
        yield "link each other in a circle: " + ", ".join(name for layer in circle for name in layers.targets[layer])
    edges = defaultdict(set)
    for folder, other in includes:
        if folder != other:
            edges[folder].add(other)
    for circle in circles(edges):
        steps = zip(circle, circle[1:] + circle[:1])
        yield "folders include each other in a circle:" + "".join(f"\n    {includes[step][0]}" for step in steps)


def order(layers, includes):
    edges = defaultdict(set)
    for folder, other in includes:
        if folder != other and other in layers.layer:
            edges[folder].add(other)
    level = levels(edges, layers.layer)
    for number in range(max(level.values()) + 1):
        yield f"  {number}: " + "  ".join(sorted(folder for folder in level if level[folder] == number))


def main(arguments):
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--stamp"):
        print(__doc__, file=sys.stderr)
        return 2
    root, *lines = Path(arguments[0]).read_text(encoding="utf-8").splitlines()
    layers = Layers(lines)
    files = list(source_files(Path(root), layers.layer))
    includes = read_includes(Path(root), files)
    errors = [*of_no_target(layers, files), *against_links(layers, includes), *in_circles(layers, includes)]
    for error in errors:
        print(f"layers: {error}", file=sys.stderr)
    if errors:
        return 1
    print("Layers, lowest first:", *order(layers, includes), sep="\n")
    if len(arguments) == 3:
        Path(arguments[2]).touch()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
