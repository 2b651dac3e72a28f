"""A run as one HTML file: no network, no script."""

from __future__ import annotations

import pathlib

from pages.report import charts
from pages.report.charts import escape, line, nice_step, svg, text
from pages.soak.flatness import WARM_UP_SHARE, Verdict
from pages.soak.gateway_metrics import Sample, quantile, rate

Curve = tuple[str, str, list[tuple[float, float]]]  # name, class, (seconds, value)


def decimal_step(span: float, most: int) -> float:
    scale = 10.0 ** 9
    return nice_step(max(1, span * scale), most) / scale


def curves_over_time(label: str, unit: str, curves: list[Curve], warm_up_s: float | None = None) -> str:
    left, right, top, bottom = 76, charts.WIDTH - 14, 14, 190
    last_s = max(seconds for _, _, points in curves for seconds, _ in points)
    peak = max((value for _, _, points in curves for _, value in points), default=0) or 1
    step = decimal_step(peak, 4)
    ceiling = step * -(-peak // step)

    def at(seconds: float, value: float) -> str:
        return f"{left + (right - left) * seconds / last_s:.1f},{bottom - (bottom - top) * value / ceiling:.1f}"

    body = []
    if warm_up_s is not None:
        body.append(charts.rectangle(left, top, (right - left) * warm_up_s / last_s, bottom - top, "shade", "warm-up"))
    for tick in range(round(ceiling / step) + 1):
        height = bottom - (bottom - top) * tick * step / ceiling
        body.append(line(left, height, right, height, "grid" if tick else "axis"))
        body.append(text(left - 8, height + 4, f"{tick * step:,.4g}", "small", "end"))
    minute = nice_step(max(1, last_s / 60), 10)
    for tick in range(int(last_s / 60 / minute) + 1):
        x = left + (right - left) * tick * minute * 60 / last_s
        body.append(line(x, bottom, x, bottom + 5, "axis"))
        body.append(text(x, bottom + 19, f"{tick * minute:g}", "small", "middle"))
    for name, kind, points in curves:
        places = " ".join(at(seconds, value) for seconds, value in points)
        body.append(f'<polyline points="{places}" class="curve {kind}"><title>{escape(name)}</title></polyline>')
    body.append(text(left, bottom + 38, unit, "small"))
    body.append(text(right, bottom + 38, "minutes", "small", "end"))
    return svg(bottom + 46, label, body)


def section(title: str, lead: str, unit: str, curves: list[Curve], warm_up_s: float | None = None) -> str:
    legend = charts.legend([(name, kind) for name, kind, _ in curves])
    return (f"<section><h2>{escape(title)}</h2><p class='lead'>{escape(lead)}</p>{legend}"
            f"{curves_over_time(title, unit, curves, warm_up_s)}</section>")


def values(samples: list[Sample], name: str, scale: float) -> list[tuple[float, float]]:
    return [(sample.seconds, sample.sum_of(name) / scale) for sample in samples]


def rates(samples: list[Sample], name: str) -> list[tuple[float, float]]:
    return [(after.seconds, rate(before, after, name)) for before, after in zip(samples, samples[1:])]


def latencies(samples: list[Sample], name: str) -> list[Curve]:
    curves = []
    for share, kind in ((0.5, "trusted"), (0.99, "before_consent")):
        points = []
        for before, after in zip(samples, samples[1:]):
            seconds = quantile(before, after, name, share)
            if seconds is not None:
                points.append((after.seconds, 1000 * seconds))
        curves.append((f"p{share * 100:g}", kind, points or [(samples[-1].seconds, 0.0)]))
    return curves


def render(title: str, samples: list[Sample], verdict: Verdict) -> str:
    style = (pathlib.Path(charts.__file__).parent / "page.css").read_text(encoding="utf-8")
    mebibyte = 1024 * 1024
    said = "flat" if verdict.is_flat() else "NOT flat"
    body = [
        "<h1>Soak</h1>", f"<p class='lead'>{escape(title)}</p>",
        section(f"Resident memory: {said}",
                f"A line fitted to what follows the warm-up (shaded) grows by {verdict.growth_bytes / 1024:,.0f} KiB; "
                f"{verdict.allowed_bytes / 1024:,.0f} KiB are allowed. Median {verdict.median_bytes / mebibyte:.1f} MiB.",
                "MiB",
                [("gateway", "trusted", values(samples, "process_resident_memory_bytes", mebibyte)),
                 ("device process, with its data set", "refused",
                  [(sample.seconds, sample.device_rss_bytes / mebibyte) for sample in samples])],
                samples[-1].seconds * WARM_UP_SHARE),
        section("Readings landed", "Every batch fsynced before its acknowledgement.", "a second",
                [("landed", "accelerometer", rates(samples, "stedi_gateway_records_landed_total"))]),
        section("Queue", "Messages between the broker and the disk, when sampled.", "messages",
                [("waiting", "step_trainer", values(samples, "stedi_gateway_queue_messages", 1))]),
        section("Commit latency", "Flush and fsync of a group, between two samples.", "ms",
                latencies(samples, "stedi_gateway_commit_seconds")),
        section("Acknowledgement latency", "From a batch's arrival until its acknowledgement was handed to the broker.",
                "ms", latencies(samples, "stedi_gateway_ack_seconds")),
        "<footer>Made by STEDI Edge's tools/soak. This file loads nothing.</footer>",
    ]
    return ('<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>STEDI Edge: soak</title><style>{style}</style></head><body><main>{''.join(body)}</main></body></html>\n")
