"""Columns of text, each as wide as its widest cell."""

from __future__ import annotations

from collections.abc import Sequence

import click


def aligned(rows: Sequence[Sequence[str]], most: int = 0) -> list[str]:
    """One line a row; all rows have the same number of cells. Lines longer than `most` are cut, unless it is 0."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    padded = [[cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return [_cut("  ".join(row).rstrip(), most) for row in padded]


def _width(cell: str) -> int:
    return len(click.unstyle(cell))


def _cut(line: str, most: int) -> str:
    over = _width(line) - most
    return line if not most or over <= 0 else line[: len(line) - over - 1] + "…"
