"""One person's sittings: what their devices said, on true time, above what truly happened."""

from __future__ import annotations

import datetime
import math

import altair as alt

from pages.charts import AXIS_PX, BAD, DOUBT, GOOD, INK, OTHER, PLAIN, SOFT, THIRD, WRONG
from pages.page import Page, Row, legend
from pages.plot.recording import Recording, Sitting, Span

MOST_READINGS = 60_000  # on a page: beyond that it gets slow
FIRST_VIEW_S = 30
IN_REACH_MM = 1500  # what is beyond it is no person: the sensor's way to say that nothing came back
LANE_PX = 24
FIRST_LANES = ("activity", "left foot", "right foot")  # as they are sorted
ACTIVITIES = {"steps": ("steps", GOOD), "stand": ("standing", OTHER), "turn": ("turning", DOUBT),
              "walk_past": ("somebody walks past", WRONG), "sit": ("sitting", PLAIN), "object": ("an object in front", THIRD)}
SAID = {"trainer": "trainer reported {distances:,} distances", "phone": "phone reported {accelerations:,} accelerations"}
UNITS = ((31_557_600_000, "years"), (86_400_000, "days"), (3_600_000, "hours"), (60_000, "minutes"), (1_000, "s"))


def utc(milliseconds: float, form: str) -> str:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).strftime(form)


def curve_rows(sitting: Sitting, device: str, most: float = math.inf) -> list[Row]:
    return [{"s": round(at_s, 3), "value": None if math.isnan(value) or value > most else round(value, 3)}
            for at_s, value in sitting.curves.get(device, [])]


def span_rows(spans: list[Span], colour_of: dict[str, tuple[str, str]], colour: str) -> list[Row]:
    return [{"lane": span.lane, "what": colour_of.get(span.kind, (span.kind, ""))[0], "from": round(span.from_s, 3),
             "until": round(span.until_s, 3), "colour": colour_of.get(span.kind, ("", colour))[1]} for span in spans]


class SittingCharts:
    """A strip of the whole sitting, and below it what one has chosen there: lanes, distances, accelerations."""

    def __init__(self, page: Page, sitting: Sitting):
        self._page = page
        self._sitting = sitting
        self._name = f"sitting_{sitting.number + 1}"
        length_s = sitting.length_s()
        self._chosen = alt.selection_interval(
            name="chosen", encodings=["x"], value={"x": [0, min(FIRST_VIEW_S, length_s)]},
            mark=alt.BrushConfig(fill=PLAIN, fillOpacity=0.18, stroke=PLAIN))
        self._whole = alt.Scale(domain=[0, length_s], nice=False)
        self._part = alt.Scale(domain={"param": "chosen", "encoding": "x"}, nice=False)

    def rows(self, what: str, rows: list[Row]) -> alt.Chart:
        return alt.Chart(self._page.rows(f"{self._name}_{what}", rows))

    def chart(self) -> alt.VConcatChart:
        curves = [draw for device, draw in (("trainer", self.distances), ("phone", self.accelerations))
                  if device in self._sitting.curves]
        return alt.vconcat(self.overview(), self.lanes(), *(draw(self.time(draw is curves[-1])) for draw in curves))

    def time(self, is_last: bool) -> alt.X:
        """The axis of all that is below the strip stands below the last of it."""
        if is_last:
            return alt.X("s:Q", scale=self._part, title="seconds since the start of the sitting, true time", axis=alt.Axis(format=",.6~g"))
        return alt.X("s:Q", scale=self._part, title=None, axis=alt.Axis(labels=False, ticks=False, domain=False))

    def overview(self) -> alt.LayerChart:
        device, most = ("trainer", IN_REACH_MM) if "trainer" in self._sitting.curves else ("phone", math.inf)
        activities = self.rows("activities", span_rows(self._sitting.activities, ACTIVITIES, OTHER)).mark_rect(height=8).encode(
            x=alt.X("from:Q", scale=self._whole, title=None), x2="until:Q", y=alt.value(42), color=alt.Color("colour:N", scale=None))
        curve = self.rows(f"{device}", curve_rows(self._sitting, device, most)).mark_line(
            strokeWidth=0.8, color=SOFT, clip=True).encode(x=alt.X("s:Q", scale=self._whole, title=None), y=alt.Y(
                "value:Q", axis=None, scale=alt.Scale(range=[36, 2], zero=False)))
        return alt.layer(curve, activities).properties(height=48, title=alt.Title("whole sitting: drag to select a part", dx=-AXIS_PX)).add_params(self._chosen)

    def lanes(self) -> alt.LayerChart:
        sitting = self._sitting
        rows = (span_rows(sitting.activities, ACTIVITIES, OTHER) + span_rows(sitting.steps, {}, INK) +
                span_rows(sitting.faults, {}, BAD))
        lanes = sorted(dict.fromkeys(row["lane"] for row in rows), key=lambda lane: (lane not in FIRST_LANES, lane))
        y = alt.Y("lane:N", sort=lanes, title=None, axis=alt.Axis(
            labelExpr="split(datum.label, ' ')", labelFontSize=11, labelLineHeight=10, labelOverlap=False,
            labelOffset=alt.condition("indexof(datum.label, ' ') > 0", alt.value(-5), alt.value(0))))
        x = alt.X("from:Q", scale=self._part, axis=None)
        lasting = self.rows("lasting", [row for row in rows if row["until"] > row["from"]])
        at_once = self.rows("at_once", [row for row in rows if row["until"] <= row["from"]])
        layers = [lasting.mark_bar(clip=True, height=LANE_PX - 8, cornerRadius=2).encode(x=x, x2="until:Q"),
                  at_once.mark_tick(clip=True, thickness=2, size=LANE_PX - 6).encode(x=x)]
        tooltip = [alt.Tooltip("what:N", title=" "), alt.Tooltip("from:Q", format=".2f", title="from s"),
                   alt.Tooltip("until:Q", format=".2f", title="until s")]
        shown = [layer.encode(y=y, color=alt.Color("colour:N", scale=None), tooltip=tooltip)
                 for layer, is_there in zip(layers, (True, any(row["until"] <= row["from"] for row in rows))) if is_there]
        return alt.layer(*shown).properties(height=LANE_PX * len(lanes), title="truth")

    def strikes(self, x: alt.X) -> list[alt.Chart]:
        steps = [{"s": round(step.until_s, 3)} for step in self._sitting.steps]
        rule = self.rows("heel_strikes", steps).mark_rule(clip=True, color=SOFT, strokeDash=[2, 3], opacity=0.6).encode(x=x)
        return [rule] if steps else []

    def distances(self, x: alt.X) -> alt.LayerChart:
        rows = curve_rows(self._sitting, "trainer", IN_REACH_MM)
        nothing = [{"s": round(at_s, 3), "mm": value} for at_s, value in self._sitting.curves["trainer"] if value > IN_REACH_MM]
        curve = self.rows("trainer", rows).mark_line(strokeWidth=1.3, color=INK, clip=True).encode(
            x=x, y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True)))
        marks = self.rows("nothing_in_reach", nothing).mark_point(
            shape="triangle-down", filled=True, size=44, color=BAD, opacity=0.9, clip=True).encode(
                x=x, y=alt.value(5), tooltip=[alt.Tooltip("mm:Q", title="nothing in range, reported mm")])
        layers = [*self.strikes(x), curve, *([marks] if nothing else [])]
        return alt.layer(*layers).properties(height=170, title="distance reported by the trainer, mm")

    def accelerations(self, x: alt.X) -> alt.LayerChart:
        curve = self.rows("phone", curve_rows(self._sitting, "phone")).mark_line(strokeWidth=1.1, color=INK, clip=True).encode(
            x=x, y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)))
        return alt.layer(*self.strikes(x), curve).properties(height=130, title="acceleration reported by the phone (magnitude), g")


def in_unit(milliseconds: float) -> tuple[float, str]:
    """The number, and how the rest of the text reads: `:,.1f} hours`."""
    for size, unit in UNITS:
        if abs(milliseconds) >= 2 * size:
            return milliseconds / size, f",.1f}} {unit}"
    return milliseconds, ",.0f} ms"


def shown_sittings(sittings: list[Sitting], chosen: list[int]) -> list[Sitting]:
    """The chosen ones; else those from the first on that a page can hold, one at least."""
    if chosen:
        return [sitting for sitting in sittings if sitting.number + 1 in chosen]
    held = [sum(sum(one.readings.values()) for one in sittings[:count + 1]) <= MOST_READINGS for count in range(len(sittings))]
    return [sitting for sitting, is_held in zip(sittings, [True, *held[1:]]) if is_held]


def know_person(page: Page, person: int, sittings: list[Sitting], shown: list[Sitting]) -> str:
    """Returns how the farthest that a clock was off is written."""
    off, unit = in_unit(max((abs(off) for sitting in sittings for off in sitting.clock_off_ms.values()), default=0))
    nothing = sum(value > IN_REACH_MM for sitting in sittings for _, value in sitting.curves.get("trainer", []))
    page.know(person=person, sittings=len(sittings), shown=len(shown), steps=sum(len(one.steps) for one in sittings),
              distances=sum(one.readings.get("trainer", 0) for one in sittings), nothing=nothing,
              accelerations=sum(one.readings.get("phone", 0) for one in sittings),
              faults=sum(len(one.faults) for one in sittings), clock_off=off, reach_mm=IN_REACH_MM)
    return unit


def begin(page: Page, recording: Recording, unit: str, sittings: list[Sitting], shown: list[Sitting]) -> None:
    sitting = "one sitting" if len(sittings) == 1 else "{sittings:,} sittings"
    said = [text for device, text in SAID.items() if any(device in sitting.curves for sitting in sittings)]
    lead = f"The {' and the '.join(said)}. "
    if page.fact("nothing"):
        lead += "{nothing:,} of the distances are over {reach_mm:,} mm: nothing was in range. "
    lead += "Faults: {faults:,}." if page.fact("faults") else "There were no faults."
    page.begin("Person {person} took {steps:,} steps in " + sitting + "; clocks were wrong by up to {clock_off:" + unit, lead,
               f"Simulated people, scenario {recording.scenario}: readings of the devices beside the truth")
    if len(shown) < len(sittings):
        page.add(f"<p>{page.say('This page shows {shown:,} of {sittings:,} sittings. Use --sitting to see others.')}</p>")


def sitting_section(page: Page, sitting: Sitting) -> None:
    number = sitting.number + 1
    name = f"sitting_{number}"
    page.know(**{f"{name}": number, f"{name}_steps": len(sitting.steps), f"{name}_s": sitting.length_s(),
                 f"{name}_begins": utc(sitting.start_ms, "%Y-%m-%d %H:%M:%S")})
    clocks = []
    for device, off_ms in sitting.clock_off_ms.items():
        off, unit = in_unit(off_ms)
        page.know(**{f"{name}_{device}_off": off})
        clocks.append(f"{device} {{{name}_{device}_off:+{unit}")
    seen = {span.kind for span in sitting.activities}
    off = f" Largest clock errors: {', '.join(clocks)}." if clocks else ""
    nothing = any(value > IN_REACH_MM for _, value in sitting.curves.get("trainer", []))
    page.section(f"Sitting {{{name}}}", f"From {{{name}_begins}} UTC, {{{name}_s:,.1f}} s, {{{name}_steps:,}} steps." + off,
                 legend([entry for kind, entry in ACTIVITIES.items() if kind in seen] + [("a fault", BAD)] * bool(sitting.faults)),
                 "<p class='lead'>Dashed lines: heel strikes." + (" ▼: nothing in range." if nothing else "") + "</p>",
                 page.chart(SittingCharts(page, sitting).chart(), f"Sitting {number}: true steps, distances and accelerations over time"))


def render(made: dict[str, str], recording: Recording, person: int, sittings: list[Sitting], chosen: list[int]) -> str:
    page = Page(f"{recording.scenario}, person {person}", made)
    shown = shown_sittings(sittings, chosen)
    unit = know_person(page, person, sittings, shown)
    begin(page, recording, unit, sittings, shown)
    for sitting in shown:
        sitting_section(page, sitting)
    return page.html("Made by tools/plot.")
