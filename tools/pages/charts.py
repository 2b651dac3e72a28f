"""What the charts of all pages have in common: colours, letters, and the bars that most of them are."""

from __future__ import annotations

import altair as alt

# The variables of page.css: they have other values in dark mode.
INK, SOFT, RULE = "var(--ink)", "var(--soft)", "var(--rule)"
GOOD, DOUBT, WRONG, BAD = "var(--good)", "var(--doubt)", "var(--wrong)", "var(--bad)"
PLAIN, OTHER, THIRD = "var(--plain)", "var(--other)", "var(--third)"

AXIS_PX = 58  # what stands left of a chart with a scale
SLOT_PX = 18
NUMBER_PX = 120  # what stands right of a bar
FONT = "system-ui, 'Segoe UI', Roboto, sans-serif"
CONFIG: dict = {
    "background": "transparent", "font": FONT, "padding": {"top": 4, "bottom": 5, "left": 0, "right": 0}, "view": {"stroke": None},
    "axis": {"labelColor": SOFT, "titleColor": SOFT, "domainColor": RULE, "tickColor": RULE, "gridColor": RULE,
             "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelPadding": 5,
             "labelOverlap": "greedy", "labelSeparation": 8},
    "axisX": {"grid": False, "tickCount": {"expr": "max(2, floor(width / 90))"}, "labelFlush": True},
    "axisY": {"minExtent": AXIS_PX, "maxExtent": AXIS_PX, "domain": False, "ticks": False, "tickCount": 4},
    "title": {"color": SOFT, "fontSize": 12, "fontWeight": "normal", "anchor": "start", "offset": 8},
    "text": {"color": INK, "fontSize": 13},
    "concat": {"spacing": 12},
}


def labelled_bars(data: alt.NamedData, rows: list[dict], slots: list[str]) -> alt.LayerChart:
    """For each `label` of the rows a line with it, and below it a bar for each row that has it, in the place of its
    `slot`: `rows` long, in its `colour`, with the text `said` at its end. A label has the whole width: it fits on a phone."""
    longest = max((row["rows"] for row in rows), default=0) or 1
    # Room for the number at the end of the longest bar, however wide the chart is.
    x = alt.X("rows:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False, domainMax=alt.ExprRef(
        f"{longest} * width / max(60, width - {NUMBER_PX})")))
    y = alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.16, paddingOuter=0))
    offset = alt.YOffset("slot:N", sort=["label", *slots], scale=alt.Scale(domain=["label", *slots], paddingInner=0.12))
    base = alt.Chart(data)
    bars = base.mark_bar(cornerRadius=2).encode(
        x=x, y=y, yOffset=offset, color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("rows:Q", title="rows", format=",")])
    numbers = base.mark_text(align="left", baseline="middle", dx=6, color=SOFT, fontSize=12.5).encode(
        x=x, y=y, yOffset=offset, text="said:N")
    names = base.transform_aggregate(groupby=["label"]).transform_calculate(slot="'label'").mark_text(
        align="left", baseline="middle").encode(x=alt.value(0), y=y, yOffset=offset, text="label:N")
    return alt.layer(bars, numbers, names).properties(
        height=SLOT_PX * (len(slots) + 1.3) * len({row["label"] for row in rows}))
