"""What the agent suites share: turns in a temporary folder, an agent that is never asked, and a process runner."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
