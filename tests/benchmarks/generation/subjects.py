"""The modules that generators are measured on, and the environments that they need."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

LISTS = {
    name: Path(__file__).parent / file
    for name, file in (
        ("known", "subjects.toml"),
        ("fresh", "fresh.toml"),
        ("further", "further.toml"),
        ("latest", "latest.toml"),
    )
}
"""What the generator was made with, and what it was only measured with."""
TOOLS = ("pytest<9", "coverage", "pytest-randomly", "hypothesis[cli]", "black")
REFEREE = "cosmic-ray==8.7.0"
PYNGUIN = "pynguin==0.48.0"


@dataclass(frozen=True, slots=True)
class Subject:
    """One module of a package: `path` is relative to the folder that packages are imported from."""

    distribution: str
    version: str
    path: str
    half: str

    @property
    def package(self) -> str:
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def subjects(of: str) -> list[Subject]:
    """The subjects of one of the lists."""
    listed = tomllib.loads(LISTS[of].read_text("utf-8"))["package"]
    return [
        Subject(entry["name"], entry["version"], path, entry.get("half") or half_of(entry["name"]))
        for entry in listed
        for path in entry["modules"]
    ]


def half_of(distribution: str) -> str:
    """Fixed by the package's name: nobody looks at the unseen half but for the record."""
    return "seen" if hashlib.sha256(distribution.lower().encode()).digest()[0] % 2 == 0 else "unseen"


@dataclass(frozen=True, slots=True)
class Environments:
    """Virtual environments below one folder: the subjects', the referee's and Pynguin's, made when first needed."""

    folder: Path
    subjects: str

    @property
    def python(self) -> Path:
        pins = sorted({f"{subject.distribution}=={subject.version}" for subject in subjects(self.subjects)})
        return self._environment(self.subjects, (*TOOLS, *pins))

    @property
    def referee(self) -> Path:
        return self._environment("referee", (REFEREE,))

    @property
    def pynguin(self) -> Path:
        return self._environment("pynguin", (PYNGUIN, "pytest<9"))

    @property
    def packages(self) -> Path:
        """The folder that the subjects are installed in."""
        asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return Path(subprocess.check_output([self.python, "-c", asked], text=True).strip())

    def _environment(self, name: str, requirements: tuple[str, ...]) -> Path:
        place = self.folder / name
        python = place / "bin" / "python"
        listed = place / "requirements.txt"
        wanted = "\n".join(requirements)
        if not listed.exists() or listed.read_text("utf-8") != wanted:
            shutil.rmtree(place, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
            listed.write_text(wanted, "utf-8")
        return python


def tree_of(subject: Subject, packages: Path, folder: Path) -> Path:
    """A folder with a copy of the subject's package alone."""
    source, tree = packages / subject.path.partition("/")[0], folder / "tree"
    tree.mkdir(parents=True)
    if source.is_dir():
        shutil.copytree(source, tree / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, tree)
    return tree
