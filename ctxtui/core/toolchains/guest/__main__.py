"""Entry point under the project's interpreter: `python …/guest/__main__.py` runs what the settings file says."""

import importlib
import importlib.machinery
import importlib.util
import os
import sys

NAME = "ctxtui_guest"


def load() -> None:
    """The package this file lies in, under a name of its own, so that the import path stays the project's."""
    here = sys.path.pop(0)
    place = os.path.join(here, "__init__.py")
    loader = importlib.machinery.SourceFileLoader(NAME, place)
    spec = importlib.machinery.ModuleSpec(NAME, loader, origin=place, is_package=True)
    spec.submodule_search_locations = [here]
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    loader.exec_module(package)


if __name__ == "__main__":  # a process that `multiprocessing` spawns reads this file again
    load()
    sys.exit(importlib.import_module(NAME + ".run").main())
