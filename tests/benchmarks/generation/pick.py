"""Prints an entry of a list of subjects for packages, by the rule that the lists name.

    python tests/benchmarks/generation/pick.py --cache FOLDER [--most N] PACKAGE ...

The newest versions are installed in an environment below the cache folder.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

LEAST_STATEMENTS = 25
LEAST_FUNCTIONS = 2
MOST_LINES = 900
LISTED = """
import json, sys
from importlib.metadata import distribution
found = distribution(sys.argv[1])
print(json.dumps([found.version, [path.as_posix() for path in found.files or ()]]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--most", type=int, default=3, help="most modules a package")
    parser.add_argument("packages", nargs="+")
    arguments = parser.parse_args()
    place = arguments.cache.resolve() / "picking"
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *arguments.packages], check=True)
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = Path(subprocess.check_output([python, "-c", asked], text=True).strip())
    for name in sorted(arguments.packages, key=str.lower):
        version, files = json.loads(subprocess.check_output([python, "-c", LISTED, name], text=True))
        modules = list(picked(folder, files, python, arguments.most))
        rows = "".join(f'    "{module}",\n' for module in modules)
        sys.stdout.write(f'[[package]]\nname = "{name}"\nversion = "{version}"\nmodules = [\n{rows}]\n\n')


def picked(folder: Path, files: Sequence[str], python: Path, most: int) -> Iterator[str]:
    """The modules with the smallest digests of their paths among those that there is enough to call in."""
    for path in sorted(files, key=lambda path: hashlib.sha256(path.encode()).hexdigest()):
        if most and path.endswith(".py") and is_subject(folder / path, path) and is_importable(python, folder, path):
            most -= 1
            yield path


def is_subject(place: Path, path: str) -> bool:
    is_test = any(part.lstrip("_").startswith("test") for part in path.split("/"))
    if is_test or not path[0].isalpha() or not place.is_file():
        return False
    text = place.read_text("utf-8", "replace")
    nodes = list(ast.walk(ast.parse(text)))
    statements = sum(isinstance(node, ast.stmt) for node in nodes)
    functions = sum(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in nodes)
    is_short = len(text.splitlines()) <= MOST_LINES
    return statements >= LEAST_STATEMENTS and functions >= LEAST_FUNCTIONS and is_short


def is_importable(python: Path, folder: Path, path: str) -> bool:
    """Whether the module is there with its package's requirements alone, and is no compiled one beside its source."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    environment = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [python, "-c", f"import sys, {module}; sys.exit(not sys.modules[{module!r}].__file__.endswith('.py'))"]
    done = subprocess.run(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    main()
