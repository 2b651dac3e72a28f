"""The account of faults as a page: where the batch that each fault hit is now, and the law over all batches."""

from __future__ import annotations

import altair as alt

from pages.account.account import Account
from pages.charts import BAD, DOUBT, GOOD, OTHER, PLAIN, THIRD, labelled_bars
from pages.page import Page, Row, escape, legend

MOST_SHOWN = 20
# In the order of the bars' parts; each has a colour of its own.
OUTCOMES = {"landed": GOOD, "in a gap": DOUBT, "refused": OTHER, "quarantined": PLAIN, "lost in transit": THIRD,
            "unaccounted": BAD}


def kinds_chart(page: Page, account: Account) -> str:
    rows: list[Row] = []
    for kind, outcomes in sorted(account.by_kind.items(), key=lambda one: -sum(one[1].values())):
        total = sum(outcomes.values())
        for place, outcome in enumerate(OUTCOMES):
            if outcomes.get(outcome):
                rows.append({"kind": kind.replace("_", " "), "outcome": outcome, "faults": outcomes[outcome], "place": place,
                             "total": total, "said": f"{total:,}"})
    data = page.rows("faults", rows)
    order = list(dict.fromkeys(row["kind"] for row in rows))
    most = max((row["total"] for row in rows), default=1)
    x = alt.X("faults:Q", stack="zero", axis=None, scale=alt.Scale(domainMin=0, nice=False, domainMax=alt.ExprRef(
        f"{most} * width / max(60, width - 56)")))
    y = alt.Y("kind:N", sort=order, title=None, axis=alt.Axis(minExtent=104, maxExtent=104, labelLimit=104))
    bars = alt.Chart(data).mark_bar().encode(
        x=x, y=y, order="place:Q", tooltip=["kind:N", "outcome:N", alt.Tooltip("faults:Q", format=",")],
        color=alt.Color("outcome:N", legend=None, scale=alt.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values()))))
    numbers = alt.Chart(data).transform_aggregate(faults="max(total)", said="max(said)", groupby=["kind", "said"]).mark_text(
        align="left", dx=6, fontSize=12.5).encode(x=alt.X("faults:Q", axis=None), y=y, text="said:N")
    seen = {row["outcome"] for row in rows}
    return legend([(name, colour) for name, colour in OUTCOMES.items() if name in seen]) + page.chart(
        alt.layer(bars, numbers).properties(height=26 * max(1, len(order))), "Faults by kind, and where the batches that they hit are now")


def records_chart(page: Page, account: Account) -> str:
    where = [("landed", account.landed_records, GOOD), ("in gaps: the device reported that it dropped them", account.gap_records, DOUBT),
             ("quarantined", account.quarantined_records, PLAIN), ("refused: kept on the device, not resent", account.refused_records, OTHER)]
    rows: list[Row] = [{"label": label, "slot": "rows", "rows": records, "said": f"{records:,}", "colour": colour}
                       for label, records, colour in where]
    return page.chart(labelled_bars(page.rows("records", rows), rows, ["rows"]), "Where the accepted records are")


def outcomes_table(page: Page, account: Account) -> str:
    seen = [outcome for outcome in OUTCOMES if any(outcomes.get(outcome) for outcomes in account.by_kind.values())]
    columns = [("kind", "fault", "name"), ("injected", "injected", ""), *((outcome, outcome, "") for outcome in seen)]
    rows: list[Row] = [{"kind": kind.replace("_", " "), "injected": sum(outcomes.values()),
                        **{outcome: outcomes.get(outcome, 0) for outcome in seen}}
                       for kind, outcomes in sorted(account.by_kind.items())]
    return page.table("outcomes", columns, rows)


def breaches(page: Page, account: Account) -> None:
    if not account.breaches:
        return
    shown = account.breaches[:MOST_SHOWN]
    page.know(breaches_not_shown=len(account.breaches) - len(shown))
    page.rows("breaches", [{"breach": breach} for breach in shown])
    items = "".join(f"<li>{escape(breach)}</li>" for breach in shown)
    more = f"<p>{page.say('{breaches_not_shown:,} more are not shown.')}</p>" if len(shown) < len(account.breaches) else ""
    page.add(f"<section class='alarm'><h2>{page.say('Problems: {breaches:,}')}</h2><ul>{items}</ul>{more}</section>")


def finding(account: Account) -> str:
    if account.breaches:
        return "{breaches:,} problems: not everything is accounted for"
    return "All {faults:,} faults are accounted for, and nothing was lost silently"


def render(made: dict[str, str], account: Account) -> str:
    page = Page("account", made)
    page.know(faults=len(account.evidence.faults), breaches=len(account.breaches), accepted=account.accepted_records,
              batches=account.accepted_batches, landed=account.landed_records, gaps=account.gap_records,
              quarantined=account.quarantined_records, refused=account.refused_records)
    page.begin(finding(account), "{accepted:,} records were accepted in {batches:,} batches: {landed:,} landed, {gaps:,} are in "
               "gaps, {quarantined:,} are in quarantine, {refused:,} were refused.")
    breaches(page, account)
    page.section("What happened to each fault's batch", "Faults by kind. The colours of a bar show where the batches that the faults hit are now.",
                 kinds_chart(page, account), outcomes_table(page, account))
    page.section("Where the accepted records are", "A record is accepted when it is on the device's disk. The law: every accepted record "
                 "landed, or a gap names it; nothing landed that was not accepted.", records_chart(page, account))
    return page.html("Made by tools/account.")
