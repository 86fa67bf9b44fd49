"""Changed versions of a module by cosmic-ray's operators, a sample of all its statements.

    python referee.py SOURCE COUNT

Runs in the referee's environment: a notion of a mutant that no generator here shares. Prints a list of sources.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

NEEDS_ARGUMENTS = {name for name in operator_names() if "Variable" in name}


def mutants(source: bytes, count: int) -> list[str]:
    """One change for each of `count` places, the same for the same source."""
    text = source.decode("utf-8")
    by_place: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    tree = get_ast(text)
    for name in sorted(set(operator_names()) - NEEDS_ARGUMENTS):
        operator = get_operator(name)()
        places = (position for node in ast_nodes(tree) for position in operator.mutation_positions(node))
        for occurrence, (start, _end) in enumerate(places):
            by_place[tuple(start)].append((name, occurrence))
    chance = random.Random(hashlib.sha256(source).digest())
    found: list[str] = []
    for place in chance.sample(sorted(by_place), len(by_place)):
        name, occurrence = chance.choice(by_place[place])
        changed = mutate_code(text, get_operator(name)(), occurrence)
        if changed and changed != text:
            found.append(changed)
        if len(found) == count:
            break
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(mutants(Path(sys.argv[1]).read_bytes(), int(sys.argv[2]))))
