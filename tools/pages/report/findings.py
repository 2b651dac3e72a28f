"""What the report says, as texts that take their numbers from facts: for the page and for a terminal."""

from __future__ import annotations

from typing import Any

from pages.report.store import STREAMS, Store, Validation

Facts = dict[str, Any]


def collect(store: Store, strict: Validation, reference: Validation) -> Facts:
    rows = store.published_rows()
    published = sum(rows.values())
    wrong = published - rows.get("kept", 0)
    return {
        "published": published, "wrong": wrong, "wrong_percent": 100 * wrong / published if published else 0,
        "two_people": rows.get("two_people", 0),
        "without_consent": rows.get("before_consent", 0) + rows.get("not_granted", 0),
        "strict_rows": strict.rows("strict", "machine_learning_curated"),
        "early": strict.reasons("strict", "accelerometer").get("before_consent", 0),
        "unseen": strict.rows("strict", "customer_trusted") - strict.rows("strict", "customers_curated"),
        "customers": strict.rows("landing", "customer"),
        "readings": sum(strict.rows("landing", stream) for stream in STREAMS if stream != "customer"),
        "quarantined": strict.rows("landing", "quarantined"),
    }


def headline(facts: Facts) -> str:
    if facts["published"] == 0:
        return "There are no training rows yet"
    if facts["wrong"] == 0:
        return "All published training rows are allowed: strict has each of them too"
    return "{wrong_percent:.1f}\u00a0% of the published training rows should not exist"


def lead(facts: Facts) -> str:
    if facts["wrong"] == 0:
        return "Profile reference has {published:,} rows. Profile strict, which requires consent, has {strict_rows:,}."
    return ("These are {wrong:,} of {published:,} rows. {two_people:,} of them pair the steps of one person with the movement "
            "of another; {without_consent:,} belong to people who had not agreed to research at that moment.")


def why_they_differ() -> list[str]:
    return [
        "{early:,} accelerometer readings were taken before their owner agreed. Strict excludes them, and so also "
        "{unseen:,} people who have no later readings.",
        "{two_people:,} of the {published:,} published ML rows pair the steps of one person with the movement of another: "
        "reference joins on time alone.",
        "Each of the {strict_rows:,} ML rows of strict holds one person at one instant after that person agreed, under "
        "a pseudonym.",
    ]
