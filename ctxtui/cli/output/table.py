"""Columns of text, each as wide as its widest cell."""

from __future__ import annotations

from collections.abc import Sequence

from ctxtui.cli.output.cells import cells, cut, filled


def aligned(rows: Sequence[Sequence[str]], most: int = 0) -> list[str]:
    """One line a row; all rows have as many entries. Lines longer than `most` are cut, unless it is 0."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    padded = [[filled(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = ["  ".join(row).rstrip() for row in padded]
    return [cut(line, most) for line in lines] if most else lines
