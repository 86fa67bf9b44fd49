"""Coverage of the files that a run was asked to measure, taken in the process that runs the tests."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys
from typing import Any, Dict, List, Optional

SETTINGS = r"""[run]
branch = True
disable_warnings = no-data-collected,module-not-measured,couldnt-parse,no-ctracer
[report]
ignore_errors = True
exclude_lines =
    pragma: no cover
    if TYPE_CHECKING:
    if typing\.TYPE_CHECKING:
    @(typing\.)?overload
    class .*\bProtocol\b.*:
    ^\s*\.\.\.$
    if __name__ == .__main__.:
"""


def load_coverage(lent: str) -> Any:  # noqa: ANN401 - coverage.py of any version
    """The project's own coverage.py, or the one in the folder `lent`. Raises ImportError."""
    if not lent or "coverage" in sys.modules:
        return importlib.import_module("coverage")
    place = os.path.join(lent, "__init__.py")
    loader = importlib.machinery.SourceFileLoader("coverage", place)
    spec = importlib.machinery.ModuleSpec("coverage", loader, origin=place, is_package=True)
    spec.submodule_search_locations = [lent]
    package = importlib.util.module_from_spec(spec)
    sys.modules["coverage"] = package
    loader.exec_module(package)
    return package


class Measurement:
    """Starts coverage.py, and has it write down what was reached."""

    def __init__(self, settings: Dict[str, Any]) -> None:
        self.result: str = settings["coverage_json"]
        coverage = load_coverage(settings["coverage_lent"])
        with open(settings["coverage_settings"], "w", encoding="utf-8") as file:
            file.write(SETTINGS)
        self.coverage = coverage.Coverage(
            data_file=settings["coverage_data"],
            include=settings["measure"],
            config_file=settings["coverage_settings"],
            concurrency=settings["concurrency"] or None,
        )
        self.coverage.start()

    def stop(self) -> None:
        """Writes the report; without any data it names no file."""
        self.coverage.stop()
        try:
            self.coverage.save()
            self.coverage.json_report(outfile=self.result)
        except Exception:  # noqa: BLE001 - coverage.py of any version; what it could not measure counts as not reached
            with open(self.result, "w", encoding="utf-8") as file:
                json.dump({"files": {}}, file)


def measurement(settings: Dict[str, Any]) -> Optional[Measurement]:
    files: List[str] = settings["measure"]
    return Measurement(settings) if files else None
