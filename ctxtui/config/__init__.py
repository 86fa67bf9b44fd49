"""Settings from the command line, the environment, the project and the person, with where each came from."""

from ctxtui.config.leaves import Leaf, flat_values, leaves
from ctxtui.config.loading import (
    LoadedSettings,
    load_settings,
    settings_problems,
    standing_environ,
    stray_variables,
    usable_settings,
)
from ctxtui.config.paths import assets_dir, cache_dir, config_dir, data_dir
from ctxtui.config.schema import Budget, BudgetLimits, Commit, DayLimits, Hooks, Limits, Settings, Ui

__all__ = [
    "Budget",
    "BudgetLimits",
    "Commit",
    "DayLimits",
    "Hooks",
    "Leaf",
    "Limits",
    "LoadedSettings",
    "Settings",
    "Ui",
    "assets_dir",
    "cache_dir",
    "config_dir",
    "data_dir",
    "flat_values",
    "leaves",
    "load_settings",
    "settings_problems",
    "standing_environ",
    "stray_variables",
    "usable_settings",
]
