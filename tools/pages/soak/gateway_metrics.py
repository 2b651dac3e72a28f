"""A gateway's /metrics at one moment, and what happened between two."""

from __future__ import annotations

import dataclasses
import math
import urllib.request


@dataclasses.dataclass(frozen=True)
class Sample:
    seconds: float  # since the run began
    values: dict[str, float]  # by name with labels, as /metrics writes them
    device_rss_bytes: int

    def sum_of(self, name: str) -> float:
        return sum(value for key, value in self.values.items() if key.split("{")[0] == name)

    def buckets(self, name: str) -> list[tuple[float, float]]:
        """Upper bounds and how many observations lie at or below, cumulative."""
        prefix = f'{name}_bucket{{le="'
        found = [(float(key[len(prefix):-2].replace("+Inf", "inf")), value)
                 for key, value in self.values.items() if key.startswith(prefix)]
        return sorted(found)


def parse(text: str) -> dict[str, float]:
    values = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    return values


def read(port: int, seconds: float, device_rss_bytes: int) -> Sample:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        return Sample(seconds, parse(page.read().decode()), device_rss_bytes)


def rate(before: Sample, after: Sample, name: str) -> float:
    """A second."""
    return (after.sum_of(name) - before.sum_of(name)) / (after.seconds - before.seconds)


def quantile(before: Sample, after: Sample, name: str, share: float) -> float | None:
    """Of what was observed between two samples, interpolated within its bucket; None: nothing was. What lies above
    the last bound counts as that bound."""
    then = dict(before.buckets(name))
    counts = [(bound, count - then.get(bound, 0)) for bound, count in after.buckets(name)]
    if not counts or counts[-1][1] <= 0:
        return None
    wanted = share * counts[-1][1]
    lower_bound, below = 0.0, 0.0
    for bound, count in counts:
        if count >= wanted and count > below:
            if math.isinf(bound):
                return lower_bound
            return lower_bound + (bound - lower_bound) * (wanted - below) / (count - below)
        lower_bound, below = (lower_bound if math.isinf(bound) else bound), count
    return lower_bound
