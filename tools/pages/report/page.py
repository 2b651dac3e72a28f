"""The report: what the published tables hold that they should not, and where every landed record went."""

from __future__ import annotations

import datetime
import math
from typing import Any

import altair as alt

from pages import charts
from pages.charts import BAD, DOUBT, GOOD, INK, OTHER, PLAIN, SOFT, THIRD, WRONG
from pages.page import Page, Row, breakable, escape, legend
from pages.report import findings
from pages.report.store import STREAMS, TABLES, Store, Validation, all_differences

SUMS = ("landed", "received")
# How the reasons of the reconciliation read, in the order in which they are shown.
REASONS = {
    "trusted": "trusted",
    "before_consent": "taken before their owner agreed",
    "not_granted": "their owner has not agreed",
    "ambiguous_consent": "records about consent disagree",
    "superseded": "an older record of the same person",
    "duplicate": "exact duplicates",
    "implausible_time": "impossible time",
    "unbound_device": "their device may not speak for that person",
    "unknown_subject": "no customer record",
    "unknown_serial": "no customer record has the serial",
    "ambiguous_serial": "several people have the serial",
    "unpaired": "the trainer is paired with nobody",
    "no_accelerometer": "their owner has no trusted accelerometer reading",
    "erased": "their owner was erased",
    "expired": "retention time is over",
}
PUBLISHED = {
    "kept": ("one person, after that person agreed", GOOD),
    "before_consent": ("one person, before that person agreed", DOUBT),
    "not_granted": ("one person, who has not agreed", DOUBT),
    "two_people": ("two different people", WRONG),
    "ambiguous_serial": ("unclear whose trainer it was", WRONG),
    "implausible_time": ("at an impossible time", WRONG),
    "other": ("excluded by strict for another reason", WRONG),
}
PROFILES = {"reference": ("reference, as published", OTHER), "strict": ("strict, the default", GOOD)}
STREAM_COLOURS = {"accelerometer": PLAIN, "step_trainer": THIRD, "customer": OTHER}
STREAM_NAMES = {"customer": "customer records", "accelerometer": "accelerometer readings", "step_trainer": "step trainer readings"}
LANDING_INPUTS = ("customer", "consent", "pairing", "accelerometer", "step_trainer")
LEAST_POINTS = 20
UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def share(rows: int, whole: int) -> str:
    """The rows, and what part of the whole they are."""
    if not whole:
        return f"{rows:,}"
    percent = 100 * rows / whole
    return f"{rows:,} · {percent:.0f} %" if percent >= 1 or rows == 0 else f"{rows:,} · {percent:.1g} %"


def unit_for(seconds: float) -> tuple[int, str]:
    return next(((size, name) for size, name in UNITS if seconds >= 3 * size), UNITS[-1])


def profile_legend() -> str:
    return legend(list(PROFILES.values()))


def published_chart(page: Page, store: Store) -> str:
    counts = store.published_rows()
    whole = sum(counts.values())
    rows: list[Row] = [{"label": PUBLISHED[why][0], "slot": "rows", "rows": counts[why], "said": share(counts[why], whole),
                        "colour": PUBLISHED[why][1]} for why in PUBLISHED if counts.get(why)]
    return page.chart(charts.labelled_bars(page.rows("published_rows", rows), rows, ["rows"]),
                      "The published training rows by whose readings they pair")


def alarm(page: Page, strict: Validation, reference: Validation) -> str:
    differences = all_differences(strict, reference)
    if not differences:
        return ""
    page.rows("differences", [{"difference": difference} for difference in differences])
    items = "".join(f"<li>{escape(difference)}</li>" for difference in differences)
    return f"<section class='alarm'><h2>Differences found</h2><ul>{items}</ul></section>"


def tiles(page: Page) -> str:
    return page.tiles([("{customers:,}", "customer records landed"), ("{readings:,}", "readings landed"),
                       ("{quarantined:,}", "records in quarantine"), ("{strict_rows:,}", "training rows with consent")])


def verdict(rows: int, expected: int | None) -> str:
    if expected is None:
        return ""
    return " <i class='ok' title='as expected'>✓</i>" if rows == expected else f" <i class='bad'>not {expected:,}</i>"


def counts(page: Page, strict: Validation, reference: Validation) -> str:
    """One line a table. The expected count is shown only where it differs."""
    lines = [(f"{stream}_landing", ("landing", stream), ("landing", stream)) for stream in STREAMS]
    lines += [(table, ("reference", table), ("strict", table)) for table in TABLES]
    rows, body = [], []
    for name, (zone, table), in_strict in lines:
        row = {"table": name, "reference": (reference if zone == "reference" else strict).rows(zone, table),
               "reference_expected": (reference if zone == "reference" else strict).expected(zone, table),
               "strict": strict.rows(*in_strict), "strict_expected": strict.expected(*in_strict)}
        rows.append(row)
        cells = "".join(f"<td class='count'>{row[profile]:,}{verdict(row[profile], row[profile + '_expected'])}</td>" for profile in PROFILES)
        body.append(f"<tr><td class='mono'>{breakable(name)}</td>{cells}</tr>")
    page.rows("counts", rows)
    return ("<table><thead><tr><th class='name'>table</th><th>reference</th><th>strict</th></tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table>")


def counts_lead(strict: Validation, reference: Validation) -> str:
    lead = "Reference gives the published tables. Strict counts a reading from the moment its owner agreed."
    if strict.expected("landing", "customer") is None:
        return lead + " There are no expected counts for these data."
    as_expected = not strict.differences and not reference.differences
    return lead + (" Every count is as expected ✓." if as_expected else " ✓: as expected. “not N”: N was expected.")


def reasons_chart(page: Page, stream: str, strict: Validation, reference: Validation) -> str:
    of_profile = {"reference": reference.reasons("reference", stream), "strict": strict.reasons("strict", stream)}
    landed = of_profile["strict"]["landed"]
    known = [*REASONS, *(reason for reasons in of_profile.values() for reason in reasons if reason not in (*REASONS, *SUMS))]
    rows: list[Row] = []
    for reason in dict.fromkeys(known):
        if not any(reasons.get(reason) for reasons in of_profile.values()):
            continue
        for profile, reasons in of_profile.items():
            count = reasons.get(reason, 0)
            rows.append({"label": REASONS.get(reason, reason.replace("_", " ")), "slot": profile, "rows": count,
                         "said": share(count, landed) if count else "0", "colour": PROFILES[profile][1]})
    page.know(**{f"{stream}_landed": landed})
    chart = page.chart(charts.labelled_bars(page.rows(f"{stream}_reasons", rows), rows, list(PROFILES)),
                       f"Where the landed {STREAM_NAMES[stream]} went, by profile")
    return f"<h3>{page.say('{' + stream + '_landed:,} ' + STREAM_NAMES[stream])}</h3>{chart}"


def consent_section(page: Page, store: Store) -> None:
    width_s, bins = store.readings_around_consent()
    before = sum(readings for begin, readings in bins.items() if begin < 0)
    if not bins or not before:
        return
    page.know(readings_before=before, readings_after=sum(bins.values()) - before)
    unit_s, unit = unit_for(max(bins) + width_s - min(bins))
    rows: list[Row] = [{"from": begin / unit_s, "until": (begin + width_s) / unit_s, "readings": readings,
                        "colour": DOUBT if begin < 0 else GOOD} for begin, readings in sorted(bins.items())]
    data = page.rows("readings_around_consent", rows)
    bars = alt.Chart(data).mark_bar(binSpacing=0.5).encode(
        x=alt.X("from:Q", bin="binned", title=f"{unit} after the person agreed", scale=alt.Scale(nice=False)), x2="until:Q",
        y=alt.Y("readings:Q", title=None, axis=alt.Axis(format=",d")), color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("from:Q", title=unit), alt.Tooltip("readings:Q", format=",")])
    agreed = alt.Chart(data).transform_aggregate(count="count()").mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.datum(0))
    chart = alt.layer(bars, agreed).properties(height=190, title="accelerometer readings")
    page.section(
        "Before and after people agreed",
        "All people who agreed, together: {readings_before:,} readings are from before that moment, {readings_after:,} "
        "from after it. Reference uses both.",
        legend([("before: excluded by strict", DOUBT), ("after", GOOD)]),
        page.chart(chart, "Accelerometer readings by the time between their owner's agreement and the reading"))


def landing_section(page: Page, store: Store) -> None:
    curve = store.landed_over_time()
    seconds = max((at for _, at, _ in curve), default=0)
    if not seconds or len(curve) < LEAST_POINTS:  # a few large batches of an import make no curve
        return
    unit_s, unit = unit_for(seconds)
    rows: list[Row] = [{"stream": stream, "at": at / unit_s, "landed": landed} for stream, at, landed in curve]
    landed = sum({stream: landed for stream, _, landed in curve}.values())
    page.know(landing_time=seconds / unit_s, landed=landed, landed_a_second=landed / seconds)
    colours = {stream: STREAM_COLOURS.get(stream, SOFT) for stream in sorted({stream for stream, *_ in curve})}
    chart = alt.Chart(page.rows("landed_over_time", rows)).mark_line(interpolate="step-after", strokeWidth=2).encode(
        x=alt.X("at:Q", title=f"{unit} since the first batch", scale=alt.Scale(nice=False)),
        y=alt.Y("landed:Q", title=None, axis=alt.Axis(format=",d")),
        color=alt.Color("stream:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))),
    ).properties(height=200, title="records landed so far")
    page.section("Landing", "{landed:,} records landed within {landing_time:,.1f} " + unit + ", {landed_a_second:,.0f} per second on "
                 "average.",
                 legend([(STREAM_NAMES.get(stream, stream), colour) for stream, colour in colours.items()]),
                 page.chart(chart, "Records landed over time, by stream"))


def quarantine_section(page: Page, store: Store) -> None:
    refused = store.quarantine()
    if not refused:
        return
    rows: list[Row] = [{"label": f"{stream}: {reason.replace('_', ' ')}", "slot": "rows", "rows": records,
                        "said": f"{records:,}", "colour": BAD} for stream, reason, records in refused]
    page.section("Quarantine", "{quarantined:,} records were refused. The valid records beside them landed.",
                 page.chart(charts.labelled_bars(page.rows("quarantine", rows), rows, ["rows"]), "Records in quarantine by reason"))


# ---- Lineage

ROW_PX, ARC_PX, ARC_POINTS = 28, 64, 24


def arc(number: int, begin: int, end: int, tallest: int) -> list[Row]:
    """Half an ellipse at the left, from one line down to another one, wider the farther they are apart."""
    points = []
    for step in range(ARC_POINTS + 1):
        angle = math.pi * step / ARC_POINTS
        points.append({"arc": number, "point": step, "table": end, "line": begin + (end - begin) * (1 - math.cos(angle)) / 2,
                       "right": -(end - begin) / tallest * math.sin(angle)})
    return points


def lineage_chart(page: Page, profile: str, store: Store, tables: list[Row]) -> str:
    read = {name for table in tables for name in table["inputs"]}
    landed = [{"name": name, "rows": store.landed(name), "kind": "landed"} for name in LANDING_INPUTS if name in read]
    nodes = landed + [{"name": table["table"], "rows": table["rows"], "kind": "made"} for table in tables]
    line_of = {node["name"]: line for line, node in enumerate(nodes)}
    edges = [(line_of[name], line_of[table["table"]]) for table in tables for name in table["inputs"] if name in line_of]
    tallest = max((end - begin for begin, end in edges), default=1)
    arcs = [point for number, (begin, end) in enumerate(edges) for point in arc(number, begin, end, tallest)]
    for node in nodes:
        node |= {"line": line_of[node["name"]], "table": line_of[node["name"]], "said": f"{node['rows']:,} rows"}
    chosen = alt.selection_point(name="chosen", on="pointerover", fields=["table"], empty=False, clear="pointerout")
    y = alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[len(nodes) - 0.5, -0.5], nice=False))
    lines = alt.Chart(page.rows(f"{profile}_arcs", arcs)).mark_line(strokeWidth=1.4).encode(
        x=alt.X("right:Q", axis=None, scale=alt.Scale(domain=[-1, 0], range=[2, ARC_PX])), y=y, detail="arc:N", order="point:Q",
        color=alt.condition(chosen, alt.value(GOOD), alt.value(SOFT)), opacity=alt.condition(chosen, alt.value(1), alt.value(0.45)))
    base = alt.Chart(page.rows(f"{profile}_nodes", nodes)).encode(y=y)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.value(ARC_PX + 3), color=alt.condition(
        alt.datum.kind == "landed", alt.value(PLAIN), alt.value(GOOD)))
    names = base.mark_text(align="left", baseline="middle").encode(x=alt.value(ARC_PX + 13), text="name:N").add_params(chosen)
    numbers = base.mark_text(align="right", baseline="middle", color=SOFT, fontSize=12.5).encode(
        x=alt.value("width"), text="said:N")
    return page.chart(alt.layer(lines, dots, names, numbers).properties(height=ROW_PX * len(nodes)),
                      f"Which table of {profile} is built from which")


def utc(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "never"
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def lineage_section(page: Page, store: Store) -> None:
    parts = []
    for profile, (title, _) in PROFILES.items():
        tables: list[Row] = store.lineage(profile)
        rows: list[Row] = [{"table": table["table"], "inputs": ", ".join(table["inputs"]), "job": table["job"],
                            "finished": utc(table["finished_ms"])} for table in tables]
        parts += [f"<h3>{escape(title)}</h3>", lineage_chart(page, profile, store, tables),
                  page.table(f"{profile}_jobs", [("table", "table", "mono"), ("inputs", "built from", "text"),
                                                 ("job", "job", "mono whole"), ("finished", "last run (UTC)", "text whole")], rows)]
    page.section(
        "Where each table comes from",
        "An arc goes from an input down to the table that is built from it. Blue: landed data. Point at a table to see its "
        "inputs. The job is the start of the hash of the table's definition: when the definition changes, the job changes.",
        legend([("landed", PLAIN), ("built by a job", GOOD)]), *parts)


def render(made: dict[str, str], about: str, store: Store, strict: Validation, reference: Validation, facts: dict[str, Any]) -> str:
    page = Page("report", made)
    page.know(**facts)
    page.begin(findings.headline(facts), findings.lead(facts), about)
    page.add(alarm(page, strict, reference))
    if facts["published"]:
        page.section("Whose readings the published training rows pair",
                     "Reference joins on time alone and checks consent once. The result is {published:,} rows.",
                     published_chart(page, store))
    page.add(tiles(page))
    why = "".join(f"<li>{page.say(line)}</li>" for line in findings.why_they_differ())
    page.section("The same data by two policies", counts_lead(strict, reference), counts(page, strict, reference),
                 f"<h3>Why they differ</h3><ul>{why}</ul>")
    page.section("Where each landed record went",
                 "Every record has one reason: the first that applies. The sum is everything that landed.",
                 profile_legend(), *(reasons_chart(page, stream, strict, reference) for stream in STREAMS))
    consent_section(page, store)
    landing_section(page, store)
    quarantine_section(page, store)
    lineage_section(page, store)
    return page.html("Made by tools/report.")
