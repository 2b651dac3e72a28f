"""The report as one HTML file: no network, no script, no personal data."""

import pathlib

from pages.report import charts
from pages.report.charts import escape
from pages.report.store import STREAMS, TABLES
from pages.report.why import explain

SUMS = ("landed", "received", "trusted")
# How the reasons of the reconciliation read, in the order of the segments.
REASONS = {
    "trusted": "trusted",
    "before_consent": "taken before their owner agreed",
    "not_granted": "owner has not agreed",
    "ambiguous_consent": "records about consent disagree",
    "superseded": "an older record of the same person",
    "duplicate": "exact duplicates",
    "implausible_time": "impossible time",
    "unknown_subject": "no customer record",
    "unknown_serial": "nobody carries the serial",
    "ambiguous_serial": "several people carry the serial",
    "unpaired": "trainer paired with nobody",
    "no_accelerometer": "owner has no trusted accelerometer reading",
    "expired": "kept no longer",
}
ML_SEGMENTS = {"after consent": ("one person, after that person agreed", "trusted"),
               "before consent": ("one person, before that person agreed", "before_consent"),
               "two people": ("two different people", "two_people")}
PROFILE_TITLES = {"strict": "strict (the default)", "reference": "reference (as published)"}


def segments_of(reasons):
    known = [(REASONS[reason], reason, reasons[reason]) for reason in REASONS if reasons.get(reason)]
    others = [(reason.replace("_", " "), reason, rows) for reason, rows in reasons.items()
              if reason not in REASONS and reason not in SUMS and rows]
    return known + others


def funnel(strict, reference, store):
    used = {}
    parts = []
    for stream in STREAMS:
        bars = []
        for profile, validation in (("strict", strict), ("reference", reference)):
            reasons = validation.reasons(profile, stream)
            segments = segments_of(reasons)
            used.update({kind: name for name, kind, _ in segments})
            bars.append((PROFILE_TITLES[profile], reasons["landed"], segments))
        title = f"{stream}_landing → {stream}_trusted"
        parts.append(f"<h3>{escape(title)} <span class='note'>of {bars[0][1]:,} landed</span></h3>"
                     + charts.stacked_bars(title, bars))
    composition = store.reference_ml_rows()
    whole = sum(composition.values())
    ml_strict = strict.rows("strict", "machine_learning_curated")
    title = "step trainer × accelerometer → machine_learning_curated"
    used["two_people"] = ML_SEGMENTS["two people"][0]
    parts.append(f"<h3>{escape(title)} <span class='note'>rows of the ML table</span></h3>" + charts.stacked_bars(title, [
        (PROFILE_TITLES["strict"], max(whole, ml_strict), [(*ML_SEGMENTS["after consent"], ml_strict)]),
        (PROFILE_TITLES["reference"], max(whole, ml_strict),
         [(*ML_SEGMENTS[kind], rows) for kind, rows in composition.items() if rows])]))
    order = list(REASONS) + ["two_people"]
    entries = sorted(used.items(), key=lambda entry: order.index(entry[0]) if entry[0] in order else len(order))
    return charts.legend([(name, kind) for kind, name in entries]) + "".join(parts)


def table(head, rows):
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    return (f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>'
            + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</tbody></table></div>")


def cell(content, kind=""):
    return f'<td class="{kind}">{escape(content)}</td>' if kind else f"<td>{escape(content)}</td>"


def count_cells(validation, zone, name):
    rows, expected = validation.rows(zone, name), validation.expected(zone, name)
    if expected is None:
        return [cell(f"{rows:,}"), cell("")]
    return [cell(f"{rows:,}"), cell(f"{expected:,} ✓", "ok") if rows == expected
            else cell(f"{expected:,} ✗", "different")]


def counts(strict, reference):
    rows = []
    for stream in STREAMS:
        both = count_cells(strict, "landing", stream)
        rows.append([cell(f"{stream}_landing"), *both, *both])
    for name in TABLES:
        rows.append([cell(name), *count_cells(reference, "reference", name), *count_cells(strict, "strict", name)])
    return table(("table", "reference", "expected", "strict", "expected"), rows)


def tiles(strict, reference, rate):
    width_ms, series = rate
    total = sum(sum(stream) for stream in series.values())
    seconds = max((len(stream) for stream in series.values()), default=0) * width_ms / 1000
    facts = [
        (f"{strict.rows('landing', 'customer'):,}", "customer records"),
        (f"{strict.rows('landing', 'accelerometer') + strict.rows('landing', 'step_trainer'):,}", "readings landed"),
        (f"{strict.rows('landing', 'quarantined'):,}", "records quarantined"),
        (f"{total / seconds:,.0f}/s" if seconds else "-", "landed on average, every batch fsynced"),
        (f"{reference.rows('reference', 'machine_learning_curated'):,}", "ML rows as published"),
        (f"{strict.rows('strict', 'machine_learning_curated'):,}", "ML rows with consent"),
    ]
    return '<div class="tiles">' + "".join(
        f'<div class="tile"><b>{escape(value)}</b><span>{escape(name)}</span></div>' for value, name in facts) + "</div>"


def section(title, lead, body):
    return f"<section><h2>{escape(title)}</h2><p class='lead'>{escape(lead)}</p>{body}</section>"


def person_section(store):
    person = store.one_person()
    if person is None:
        return ""
    early = sum(time < person["agreed_ms"] for time, _ in person["movements"] + person["distances"])
    late = len(person["movements"]) + len(person["distances"]) - early
    return section(
        "One person's readings and consent",
        f"Subject {person['subject'][:12]}…, known to the ML table by this pseudonym alone. The {early:,} readings in "
        f"the shaded time came before the agreement: reference uses them, strict keeps the {late:,} after it.",
        charts.legend([("counts in strict", "trusted"), ("before consent", "before_consent")])
        + charts.person_time_line(person))


LANDING_INPUTS = ("customer", "consent", "pairing", "accelerometer", "step_trainer")


def lineage_section(store):
    parts = []
    for profile, title in PROFILE_TITLES.items():
        tables = store.lineage(profile)
        used = {one for inputs, *_ in tables.values() for one in inputs}
        landed = {name: store.landed(name) for name in LANDING_INPUTS if name in used}
        parts.append(f"<h3>{escape(title)}</h3>" + charts.lineage(f"lineage of {profile}", tables, landed))
        rows = [[cell(name), cell(f"{rows:,}"), cell(job[:12], "mono"), cell(charts.utc(made, "%Y-%m-%d %H:%M:%S")),
                 cell(", ".join(inputs))] for name, (inputs, rows, job, made) in tables.items()]
        parts.append(table(("table", "rows", "job", "last run (UTC)", "inputs"), rows))
    return section("Where each table comes from",
                   "Landing tables on the left; every other table is one SELECT over those that lead to it. `job` is the "
                   "beginning of the SHA-256 of that SELECT: another text, another number.", "".join(parts))


def quarantine_section(store):
    refused = store.quarantine()
    if not refused:
        return ""
    rows = [[cell(stream), cell(reason, "mono"), cell(f"{records:,}")] for stream, reason, records in refused]
    return section("Quarantined", "Records that could not be decoded. Their good neighbours landed.",
                   table(("stream", "reason", "records"), rows))


def render(store, strict, reference, title):
    rate = store.ingest_rate()
    kinds = [(stream, stream) for stream in STREAMS]
    ml_head = ("subject", "sensorReadingTime", "distanceFromObject", "x", "y", "z")
    ml_rows = [[cell(row[0], "mono"), *(cell(value) for value in row[1:])] for row in store.ml_rows()]
    style = (pathlib.Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    reasons = "".join(f"<li>{escape(sentence)}</li>" for sentence in explain(store, strict, reference))
    body = [
        "<h1>From sensor to consented ML table</h1>",
        f"<p class='lead'>{escape(title)}</p>",
        tiles(strict, reference, rate),
        section("The same data by two policies",
                "reference is what everybody publishes; strict counts a reading from the moment its owner agreed.",
                counts(strict, reference) + f"<h3>Why they differ</h3><ol>{reasons}</ol>"),
        section("From landing to trusted to ML, by reason",
                "Every landed row is accounted for: what is not trusted has one reason, the first that applies.",
                funnel(strict, reference, store)),
        person_section(store),
        section("Ingest over time", "By the batch ledger of the landing zone: when each batch was received.",
                charts.legend([(stream, stream) for stream in STREAMS]) + charts.rate_over_time(*rate, kinds))
        if rate[1] else "",
        section("Five rows of the strict ML table", "No email, no serial number: a keyed pseudonym.",
                table(ml_head, ml_rows)),
        quarantine_section(store),
        lineage_section(store),
        "<footer>Made by STEDI Edge. This file loads nothing and holds no personal data.</footer>",
    ]
    return ('<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>STEDI Edge: {escape(title)}</title><style>{style}</style></head>"
            f"<body><main>{''.join(body)}</main></body></html>\n")
