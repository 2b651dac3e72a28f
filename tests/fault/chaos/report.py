"""The table of a run, as Markdown: it reads well in a terminal too."""

from __future__ import annotations

from chaos.rounds import Round


def percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def seconds(values: list[float], share: float) -> str:
    return f"{percentile(values, share):.2f} s" if values else "-"


def row(name: str, rounds: list[Round]) -> list[str]:
    recoveries = [one.recovery_s for one in rounds if one.recovery_s is not None]
    return [name, f"{len(rounds):,}", f"{sum(one.struck for one in rounds):,}", f"{sum(one.judgement.accepted for one in rounds):,}",
            f"{sum(one.judgement.in_gaps for one in rounds):,}",
            f"{sum(one.judgement.lost for one in rounds):,}", f"{sum(one.judgement.doubled for one in rounds):,}",
            f"{sum(one.judgement.invented for one in rounds):,}",
            f"{sum(one.trouble is not None for one in rounds):,}", seconds(recoveries, 0.5), seconds(recoveries, 0.99)]


HEAD = ["fault", "rounds", "struck", "records accepted", "in gaps", "lost", "doubled", "not accepted", "stuck",
        "recovery p50", "p99"]


LEAST_ROUNDS = 8  # a program that is already done may miss a fault or two


def idle_faults(rounds: list[Round]) -> list[str]:
    """Faults that struck in none of their rounds; all of them, when a quarter of all rounds did not strike."""
    missed = [one for one in rounds if not one.struck]
    if len(rounds) >= LEAST_ROUNDS and len(missed) > len(rounds) / 4:
        return sorted({one.fault for one in missed})
    by_fault = {one.fault: [other for other in rounds if other.fault == one.fault] for one in missed}
    return sorted(name for name, of_it in by_fault.items()
                  if len(of_it) >= LEAST_ROUNDS and not any(one.struck for one in of_it))


def table(rounds: list[Round], order: list[str]) -> str:
    by_fault = {name: [one for one in rounds if one.fault == name] for name in order}
    rows = [row(name, of_it) for name, of_it in by_fault.items() if of_it] + [row("**all**", rounds)]
    widths = [max(len(line[column]) for line in [HEAD, *rows]) for column in range(len(HEAD))]

    def written(cells: list[str]) -> str:
        padded = [cells[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join(["-" * (widths[0] + 2)] + ["-" * (width + 1) + ":" for width in widths[1:]]) + "|"
    return "\n".join([written(HEAD), rule, *map(written, rows)])
