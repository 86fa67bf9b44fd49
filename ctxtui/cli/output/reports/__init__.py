"""Reports on a run for other programs and for reading without this one: each a document that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ctxtui.cli.output.reports.html import as_html
from ctxtui.cli.output.reports.junit import as_junit
from ctxtui.cli.output.reports.markdown import as_markdown
from ctxtui.core.views.run_report import RunReport

REPORTS: Mapping[str, Callable[[RunReport], str]] = {"html": as_html, "junit": as_junit, "markdown": as_markdown}
