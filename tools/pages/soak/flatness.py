"""Whether memory is flat or grows."""

from __future__ import annotations

import dataclasses

WARM_UP_SHARE = 1 / 3  # of the run: caches, watermarks and the window of latest batches fill
ALLOWED_SHARE = 0.02  # of the median
ALLOWED_BYTES = 512 * 1024


@dataclasses.dataclass(frozen=True)
class Verdict:
    growth_bytes: float  # of a straight line fitted to all after the warm-up
    median_bytes: float
    allowed_bytes: float

    def is_flat(self) -> bool:
        return self.growth_bytes <= self.allowed_bytes


def judge(points: list[tuple[float, float]]) -> Verdict:
    """`points`: (seconds, bytes), at least two after the warm-up."""
    begin = points[0][0] + (points[-1][0] - points[0][0]) * WARM_UP_SHARE
    settled = [(seconds, size) for seconds, size in points if seconds >= begin]
    mean_s = sum(seconds for seconds, _ in settled) / len(settled)
    mean_bytes = sum(size for _, size in settled) / len(settled)
    spread = sum((seconds - mean_s) ** 2 for seconds, _ in settled)
    slope = sum((seconds - mean_s) * (size - mean_bytes) for seconds, size in settled) / spread if spread else 0.0
    median = sorted(size for _, size in settled)[len(settled) // 2]
    return Verdict(slope * (settled[-1][0] - settled[0][0]), median, max(ALLOWED_SHARE * median, ALLOWED_BYTES))
