"""The report as CSV, one line per issue, for whoever holds the file and works in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ..report import CSV_COLUMNS, spreadsheet_cells
from .base import Checked


def as_csv(checked: Sequence[Checked]) -> str:
    """Return the issues of all files, each line with its file and its verdict; a refusal is a line of its own."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("file", "status", *CSV_COLUMNS))
    for each in checked:
        head = spreadsheet_cells([each.name, each.report.status])
        writer.writerows([*head, *cells] for cells in each.report.csv_rows())
    return "\ufeff" + text.getvalue()
