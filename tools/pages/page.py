"""One self-contained HTML file: what was found, then charts and tables that show it, and the data of both.

Numbers stand in `facts` by name, rows in `tables`; a text takes its numbers from there, a chart its rows. All of it is
embedded as JSON, so that whoever reads the page has what it was drawn from. Needs library.use() first.
"""

from __future__ import annotations

import html
import json
import pathlib
from typing import Any

import altair as alt

from pages import library
from pages.charts import CONFIG

HERE = pathlib.Path(__file__).resolve().parent
NOTHING_FROM_OUTSIDE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

Row = dict[str, Any]
Column = tuple[str, str, str]  # key in the row, heading, class: "" for numbers, "name", "mono", "text"


def escape(text: object) -> str:
    return html.escape(str(text), quote=True)


def breakable(name: str) -> str:
    """A table's or a reason's name: it may break after each of its words."""
    return escape(name).replace("_", "_<wbr>").replace("-", "-<wbr>")


def in_script(text: str) -> str:
    """The end of a script within it would be taken for its own."""
    return text.replace("</script", "<\\/script")


class Page:
    def __init__(self, title: str, made: dict[str, str]):
        self._title = title
        self._data: dict[str, Any] = {"made": made, "facts": {}, "tables": {}}
        self._charts: dict[str, dict] = {}
        self._parts: list[str] = []

    # ---- What it holds

    def know(self, **facts: Any) -> None:
        self._data["facts"].update(facts)

    def fact(self, name: str) -> Any:
        return self._data["facts"][name]

    def say(self, template: str) -> str:
        """Text with the facts that it names, such as {readings:,}."""
        return escape(template.format_map(self._data["facts"]))

    def rows(self, name: str, rows: list[Row]) -> alt.NamedData:
        self._data["tables"][name] = rows
        return alt.NamedData(name)

    # ---- What it shows

    def begin(self, finding: str, lead: str, about: str = "") -> None:
        made = self._data["made"]
        self._parts.append(
            f"<header>{f'<p class=about>{escape(about)}</p>' if about else ''}<h1>{self.say(finding)}</h1>"
            f"<p class='lead'>{self.say(lead)}</p>"
            f"<p class='made'>Made {escape(made['at'])} by STEDI Edge {breakable(made['version'])} from {breakable(made['of'])}.</p></header>")

    def add(self, *parts: str) -> None:
        self._parts.extend(parts)

    def section(self, title: str, lead: str, *parts: str) -> None:
        self._parts.append(f"<section><h2>{self.say(title)}</h2><p class='lead'>{self.say(lead)}</p>{''.join(parts)}</section>")

    def chart(self, chart: alt.TopLevelMixin, description: str) -> str:
        name = f"chart-{len(self._charts) + 1}"
        spec = chart.to_dict(format="vega-lite")
        self._charts[name] = {**spec, "description": description}
        return f"<div class='chart' id='{name}'></div>"

    def tiles(self, tiles: list[tuple[str, str]]) -> str:
        """(value as a template, what it is)."""
        shown = "".join(f"<div class='tile'><b>{self.say(value)}</b><span>{escape(name)}</span></div>" for value, name in tiles)
        return f"<div class='tiles'>{shown}</div>"

    def table(self, name: str, columns: list[Column], rows: list[Row]) -> str:
        self._data["tables"][name] = rows
        head = "".join(f"<th class='{kind}'>{escape(heading)}</th>" for _, heading, kind in columns)
        body = "".join("<tr>" + "".join(cell(row[key], heading, kind) for key, heading, kind in columns) + "</tr>" for row in rows)
        is_wide = len(columns) > 4 or any(kind for _, _, kind in columns[1:])
        wide = " class='wide'" if is_wide else ""
        return f"<table{wide}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def html(self, footer: str) -> str:
        style = (HERE / "page.css").read_text(encoding="utf-8")
        draw = (HERE / "page.js").read_text(encoding="utf-8")
        vega = library.script().read_text(encoding="utf-8")
        content = json.dumps({**self._data, "charts": self._charts, "config": CONFIG}, separators=(",", ":")).replace("<", "\\u003c")
        return "\n".join([
            "<!doctype html>", "<html lang='en'>", "<head>", "<meta charset='utf-8'>",
            f"<meta http-equiv='Content-Security-Policy' content=\"{NOTHING_FROM_OUTSIDE}\">",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<title>STEDI Edge: {escape(self._title)}</title>", f"<style>{style}</style>", "</head>", "<body>", "<main>",
            *self._parts,
            f"<footer>{escape(footer)} This file loads nothing and contains no personal data.</footer>",
            "<noscript>Turn on JavaScript to see the charts. The script is part of this file.</noscript>",
            "</main>", f"<script type='application/json' id='data'>{content}</script>",
            f"<script>(() => {{ {in_script(vega)} }})();</script>", f"<script>{draw}</script>", "</body>", "</html>", ""])


def cell(value: Any, heading: str, kind: str) -> str:
    shown = f"{value:,}" if isinstance(value, int) else breakable(str(value))
    return f"<td class='{kind}' data-heading='{escape(heading)}'><span>{shown}</span></td>"


def legend(entries: list[tuple[str, str]]) -> str:
    """(name, colour as charts.py calls it)."""
    items = "".join(f"<li><i style='background:{colour}'></i>{escape(name)}</li>" for name, colour in entries)
    return f"<ul class='legend'>{items}</ul>"
