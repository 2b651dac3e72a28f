"""A soak as a page: whether memory is flat, and how fast readings were landed."""

from __future__ import annotations

import altair as alt

from pages.charts import BAD, DOUBT, GOOD, INK, OTHER, PLAIN, SOFT
from pages.page import Page, Row, legend
from pages.soak.flatness import WARM_UP_SHARE, Verdict
from pages.soak.gateway_metrics import Sample, quantile, rate

MIB = 1024 * 1024
SHARES = {"p50": (0.5, PLAIN), "p99": (0.99, DOUBT)}


def over_time(page: Page, name: str, rows: list[Row], title: str, colours: dict[str, str], last: float) -> alt.Chart:
    """A line for each `name` of the rows: `value` over `minutes`."""
    peak = max((row["value"] for row in rows), default=0)
    return alt.Chart(page.rows(name, rows)).mark_line(strokeWidth=1.6, interpolate="linear").encode(
        x=alt.X("minutes:Q", title="minutes", scale=alt.Scale(domain=[0, last], nice=False)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, peak or 1]), axis=alt.Axis(format=",.6~g")),
        color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))),
    ).properties(height=170, title=title)


def rows_of(name: str, points: list[tuple[float, float]]) -> list[Row]:
    return [{"name": name, "minutes": seconds / 60, "value": value} for seconds, value in points]


def memory(page: Page, samples: list[Sample], verdict: Verdict) -> str:
    last = samples[-1].seconds / 60
    warm_up = last * WARM_UP_SHARE
    rows = rows_of("gateway", [(one.seconds, one.sum_of("process_resident_memory_bytes") / MIB) for one in samples])
    judged = [row["value"] for row in rows if row["minutes"] >= warm_up]
    middle, half = sum(judged) / len(judged), verdict.growth_bytes / MIB / 2
    fitted: list[Row] = [{"minutes": warm_up, "value": middle - half}, {"minutes": last, "value": middle + half}]
    shade = alt.Chart(page.rows("warm_up", [{"from": 0, "until": warm_up}])).mark_rect(color=SOFT, opacity=0.14).encode(
        x="from:Q", x2="until:Q")
    line = alt.Chart(page.rows("fitted", fitted)).mark_line(
        color=INK if verdict.is_flat() else BAD, strokeWidth=1.5, strokeDash=[5, 4]).encode(x="minutes:Q", y="value:Q")
    chart = alt.layer(shade, over_time(page, "gateway_memory", rows, "MiB", {"gateway": GOOD}, last), line)
    return page.chart(chart.properties(height=190), "The gateway's resident memory over time")


def latency(page: Page, samples: list[Sample], name: str, rows_name: str) -> str:
    rows: list[Row] = []
    for said, (share, _) in SHARES.items():
        points = []
        for before, after in zip(samples, samples[1:]):
            seconds = quantile(before, after, name, share)
            if seconds is not None:
                points.append((after.seconds, 1000 * seconds))
        rows += rows_of(said, points)
    colours = {said: colour for said, (_, colour) in SHARES.items()}
    return legend(list(colours.items())) + page.chart(
        over_time(page, rows_name, rows, "ms", colours, samples[-1].seconds / 60), f"{rows_name.replace('_', ' ')} over time")


def know_latencies(page: Page, samples: list[Sample]) -> None:
    for what, name in (("commit", "stedi_gateway_commit_seconds"), ("ack", "stedi_gateway_ack_seconds")):
        for said, (share, _) in SHARES.items():
            seconds = quantile(samples[0], samples[-1], name, share)
            page.know(**{f"{what}_{said}_ms": 1000 * seconds if seconds is not None else 0.0})


def begin(page: Page, title: str, verdict: Verdict, missing: int) -> None:
    page.know(growth_kib=verdict.growth_bytes / 1024, allowed_kib=verdict.allowed_bytes / 1024,
              median_mib=verdict.median_bytes / MIB, missing=missing, load=title)
    if missing:
        finding = "{missing:,} of {sent:,} readings are missing"
    elif verdict.is_flat():
        finding = "The gateway's memory stays flat, and every reading landed"
    else:
        finding = "The gateway's memory grows by {growth_kib:,.0f} KiB"
    page.begin(finding, "{landed:,} of {sent:,} readings landed, {landed_a_second:,.0f} per second on average. The line fitted to the "
               "gateway's memory after the warm-up grows by {growth_kib:,.0f} KiB; {allowed_kib:,.0f} KiB are allowed. The "
               "median is {median_mib:,.1f} MiB.", title)


def render(made: dict[str, str], title: str, samples: list[Sample], verdict: Verdict, landed: int, sent: int) -> str:
    last = samples[-1].seconds / 60
    page = Page("soak", made)
    page.know(landed=landed, sent=sent, landed_a_second=landed / samples[-1].seconds, warm_up_minutes=last * WARM_UP_SHARE)
    know_latencies(page, samples)
    begin(page, title, verdict, sent - landed)
    page.section("Memory of the gateway", "Shaded: the warm-up of {warm_up_minutes:.1f} minutes, which does not count. Dashed: the "
                 "line fitted to the rest.", memory(page, samples, verdict))
    rates = [(after.seconds, rate(before, after, "stedi_gateway_records_landed_total")) for before, after in zip(samples, samples[1:])]
    page.section("Readings landed", "Rate between two samples. Every batch is on disk before it is acknowledged.",
                 page.chart(over_time(page, "landed", rows_of("landed", rates), "per second", {"landed": PLAIN}, last),
                            "Readings landed per second over time"))
    page.section("Commit latency", "Time to write and fsync a group of batches. Whole run: p50 {commit_p50_ms:.1f} ms, p99 {commit_p99_ms:.1f} ms.",
                 latency(page, samples, "stedi_gateway_commit_seconds", "commit_latency"))
    page.section("Acknowledgement latency", "From a batch's arrival until its acknowledgement was sent to the broker. Whole run: "
                 "p50 {ack_p50_ms:.1f} ms, p99 {ack_p99_ms:.1f} ms.",
                 latency(page, samples, "stedi_gateway_ack_seconds", "acknowledgement_latency"))
    queue = rows_of("waiting", [(one.seconds, one.sum_of("stedi_gateway_queue_messages")) for one in samples])
    page.section("Queue", "Messages in the gateway's queue at each sample.",
                 page.chart(over_time(page, "queue", queue, "messages", {"waiting": PLAIN}, last), "Messages waiting over time"))
    devices = rows_of("devices", [(one.seconds, one.device_rss_bytes / MIB) for one in samples])
    page.section("Memory of the devices' process", "This process holds the data set that it plays; each step in the line is a new data set.",
                 page.chart(over_time(page, "devices_memory", devices, "MiB", {"devices": OTHER}, last),
                            "Resident memory of the devices' process over time"))
    return page.html("Made by tools/soak.")
