"""The JSON values that session state, command metadata and event data are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

JsonMap: TypeAlias = Mapping[str, Any]
"""A JSON object: keys are strings, values are what `json.loads` returns."""
