"""Both profiles side by side, for a terminal."""

import os
import sys

from pages.report.findings import why_they_differ
from pages.report.store import TABLES, all_differences


class Style:
    def __init__(self):
        coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
        self.bold, self.green, self.red, self.dim, self.plain = (
            ("\033[1m", "\033[32m", "\033[31m", "\033[2m", "\033[0m") if coloured else ("", "", "", "", ""))


def count_cells(validation, zone, table, style):
    rows, expected = validation.rows(zone, table), validation.expected(zone, table)
    if expected is None:
        return f"{rows:>9,}  {style.dim}{'-':>9}{style.plain}     "
    verdict = f"{style.green}ok {style.plain}" if rows == expected else f"{style.red}NOT{style.plain}"
    return f"{rows:>9,}  {expected:>9,}  {verdict}"


def print_comparison(facts, strict, reference):
    style = Style()
    head = f"{'rows':>9}  {'expected':>9}     "
    print(f"    {'':26}{style.bold}{'reference (as published)':^24}    {'strict (the default)':^24}{style.plain}")
    print(f"    {style.dim}{'table':26}{head}   {head}{style.plain}".rstrip())
    for stream in ("customer", "accelerometer", "step_trainer", "quarantined"):
        cells = count_cells(strict, "landing", stream, style)
        name = "quarantined" if stream == "quarantined" else stream + "_landing"
        print(f"    {name:26}{cells}   {cells}".rstrip())
    for table in TABLES:
        print(f"    {style.bold}{table:26}{style.plain}{count_cells(reference, 'reference', table, style)}   "
              f"{count_cells(strict, 'strict', table, style)}".rstrip())
    print("\n    Why they differ:")
    for line in why_they_differ():
        print(f"    - {line.format_map(facts)}")
    for difference in all_differences(strict, reference):
        print(f"    {style.red}DIFFERENCE{style.plain} {difference}")
