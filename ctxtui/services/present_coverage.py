"""How much of each module the project's own tests reached when their coverage was last recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path


def present_coverage(root: Path, paths: Iterable[str]) -> Mapping[str, float]:
    """Percent of statements by source path, from the repository's `.coverage`.

    Modules that it does not know are left out; without that file all are.
    """
    data_file = root / ".coverage"
    if not data_file.is_file():
        return {}
    import coverage  # noqa: PLC0415 - only where there is something to read
    from coverage.exceptions import CoverageException  # noqa: PLC0415 - as above

    shares: dict[str, float] = {}
    try:
        recorded = coverage.Coverage(data_file=str(data_file), config_file=False)
        recorded.load()
        measured = recorded.get_data().measured_files()
        for path in paths:
            file = str(root / path)
            if file in measured:
                _, statements, _, missing, _ = recorded.analysis2(file)
                shares[path] = 100 * (1 - len(missing) / len(statements)) if statements else 100.0
    except (CoverageException, OSError):
        return {}
    return shares
