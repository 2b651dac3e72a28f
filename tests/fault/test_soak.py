"""The soak's arithmetic: what counts as flat, and latencies from buckets."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from pages.soak import flatness  # noqa: E402
from pages.soak.gateway_metrics import Sample, parse, quantile, rate  # noqa: E402

MIB = 1024 * 1024


def history(seconds, count):
    return "\n".join([
        f'stedi_gateway_ack_seconds_bucket{{le="0.001"}} {count // 2}',
        f'stedi_gateway_ack_seconds_bucket{{le="0.01"}} {count}',
        f'stedi_gateway_ack_seconds_bucket{{le="+Inf"}} {count}',
        f'stedi_gateway_records_landed_total{{stream="accelerometer"}} {count}',
        f'process_resident_memory_bytes {20 * MIB}'])


def sample(seconds, count):
    return Sample(seconds, parse("# HELP x y\n" + history(seconds, count)), 0)


class Flatness(unittest.TestCase):
    def test_growth_before_the_end_of_the_warm_up_is_forgiven(self):
        points = [(second, min(second, 100) * MIB) for second in range(600)]
        self.assertTrue(flatness.judge(points).is_flat())

    def test_a_slow_leak_is_not(self):
        points = [(second, 20 * MIB + second * 4096) for second in range(600)]
        verdict = flatness.judge(points)
        self.assertFalse(verdict.is_flat())
        self.assertAlmostEqual(verdict.growth_bytes, 399 * 4096, delta=4096)

    def test_noise_is_not_growth(self):
        points = [(second, 20 * MIB + (second * 7919 % 13) * 10_000) for second in range(600)]
        self.assertTrue(flatness.judge(points).is_flat())


class Latency(unittest.TestCase):
    def test_between_two_samples_and_within_a_bucket(self):
        before, after = sample(0, 100), sample(10, 300)
        self.assertAlmostEqual(quantile(before, after, "stedi_gateway_ack_seconds", 0.25), 0.0005)
        self.assertAlmostEqual(quantile(before, after, "stedi_gateway_ack_seconds", 0.75), 0.0055)

    def test_without_observations_there_is_none(self):
        self.assertIsNone(quantile(sample(0, 100), sample(10, 100), "stedi_gateway_ack_seconds", 0.5))

    def test_rates(self):
        self.assertEqual(rate(sample(0, 100), sample(10, 300), "stedi_gateway_records_landed_total"), 20)


if __name__ == "__main__":
    unittest.main()
