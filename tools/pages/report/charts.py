"""Charts as inline SVG. Colours are CSS classes, so that they follow the reader's light or dark mode."""

import datetime
import html

WIDTH = 920


def escape(text):
    return html.escape(str(text), quote=True)


def utc(milliseconds, form="%H:%M:%S"):
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).strftime(form)


def svg(height, label, body):
    return (f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}" '
            f'preserveAspectRatio="xMidYMid meet">{"".join(body)}</svg>')


def text(x, y, content, kind="label", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def rectangle(x, y, width, height, kind, tip=""):
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.2f}" height="{height:.1f}" class="{kind}">{title}</rect>'


def nice_step(span, most):
    """A step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if span / (step * factor) <= most:
                return step * factor
        step *= 10


def stacked_bars(label, bars):
    """bars: (name, total that is the full width, [(segment's name, class, rows)]). One bar a line, with its numbers."""
    left, right, bar_height, pitch = 230, WIDTH - 10, 24, 44
    body = []
    for number, (name, whole, segments) in enumerate(bars):
        y = 6 + number * pitch
        body.append(text(left - 12, y + 16, name, "label", "end"))
        body.append(rectangle(left, y, right - left, bar_height, "track"))
        x = left
        for segment, kind, rows in segments:
            width = (right - left) * rows / whole if whole else 0
            share = f"{rows / whole:.1%}" if whole else ""
            body.append(rectangle(x, y, width, bar_height, f"bar {kind}", f"{segment}: {rows:,} ({share})"))
            caption = f"{rows:,}"
            if width > 8 * len(caption):
                body.append(text(x + width / 2, y + 16.5, caption, "on-bar", "middle"))
            x += width
    return svg(6 + len(bars) * pitch, label, body)


def legend(entries):
    """entries: (name, class)."""
    items = "".join(f'<li><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" rx="2" '
                    f'class="bar {kind}"/></svg>{escape(name)}</li>' for name, kind in entries)
    return f'<ul class="legend">{items}</ul>'


def person_time_line(person):
    left, right, top, lane, pad = 150, WIDTH - 14, 34, 130, 20
    movements, distances, agreed = person["movements"], person["distances"], person["agreed_ms"]
    times = [time for time, _ in movements + distances]
    first, last = min(times), max(times)
    margin = max(1, (last - first) // 40)
    first, last = first - margin, last + margin

    def x_of(time):
        return left + (right - left) * (time - first) / (last - first)

    def lane_of(readings, y, name, unit):
        low, high = min(value for _, value in readings), max(value for _, value in readings)
        step = nice_step(max(high - low, 1), 3)
        low, high = step * (low // step), step * -(-high // step)
        high = high if high > low else low + step
        part = [text(left - 44, y + lane / 2 - 6, name, "label", "end"),
                text(left - 44, y + lane / 2 + 10, unit, "small", "end")]
        value = low
        while value <= high:
            height = y + lane - pad - (lane - 2 * pad) * (value - low) / (high - low)
            part.append(line(left, height, right, height, "grid"))
            part.append(text(left - 8, height + 4, f"{value:g}", "small", "end"))
            value += step
        for time, reading in readings:
            height = y + lane - pad - (lane - 2 * pad) * (reading - low) / (high - low)
            kind, note = ("trusted", "counts") if time >= agreed else ("before_consent", "before consent")
            part.append(f'<circle cx="{x_of(time):.1f}" cy="{height:.1f}" r="3.6" class="dot {kind}">'
                        f"<title>{utc(time)} UTC, {reading:.3g} {unit}: {note}</title></circle>")
        return part

    bottom = top + 2 * lane
    body = [rectangle(left, top, x_of(agreed) - left, bottom - top, "shade"),
            line(x_of(agreed), top - 8, x_of(agreed), bottom, "consent")]
    side = "start" if x_of(agreed) < WIDTH * 0.6 else "end"
    body.append(text(x_of(agreed) + (6 if side == "start" else -6), top - 12,
                     f"agreed to research at {utc(agreed)}", "strong", side))
    body += lane_of(movements, top, "acceleration", "√(x²+y²+z²)")
    if distances:
        body += lane_of(distances, top + lane, "distance", "sensor unit")
    step = nice_step((last - first) / 1000, 8) * 1000
    tick = -(-first // step) * step
    while tick <= last:
        body.append(line(x_of(tick), bottom, x_of(tick), bottom + 5, "axis"))
        body.append(text(x_of(tick), bottom + 19, utc(tick), "small", "middle" if x_of(tick) < right - 20 else "end"))
        tick += step
    body.append(line(left, bottom, right, bottom, "axis"))
    body.append(text(right, bottom + 38, f"time of the reading, {utc(first, '%Y-%m-%d')} UTC", "small", "end"))
    return svg(bottom + 46, "One person's readings and consent over time", body)


def lineage(label, tables, landed):
    """tables: name -> (inputs, rows, …), each after its inputs; landed: landing table -> rows. Left to right."""
    depth = {name: 0 for name in landed}
    for name, (inputs, *_) in tables.items():
        depth[name] = 1 + max((depth[one] for one in inputs if one in depth), default=0)
    columns = [[name for name in depth if depth[name] == level] for level in range(max(depth.values()) + 1)]
    box_height, pitch = 42, 58
    step = WIDTH / len(columns)
    box_width = min(step - 22, 178)
    tallest = max(len(column) for column in columns)
    place = {name: (level * step, (row + (tallest - len(column)) / 2) * pitch + 4)
             for level, column in enumerate(columns) for row, name in enumerate(column)}
    body = []
    for name, (inputs, *_) in tables.items():
        for one in inputs:
            if one not in place:
                continue
            x1, y1 = place[one][0] + box_width, place[one][1] + box_height / 2
            x2, y2 = place[name][0], place[name][1] + box_height / 2
            bend = (x2 - x1) / 2
            body.append(f'<path d="M{x1:.1f} {y1:.1f} C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} '
                        f'{x2:.1f} {y2:.1f}" class="edge"/>')
    for name, (x, y) in place.items():
        rows = landed[name] if name in landed else tables[name][1]
        tip = f"{name}: {rows:,} rows" + ("" if name in landed else f", job {tables[name][2][:12]}")
        body.append(f'<g><title>{escape(tip)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{box_width:.1f}" '
                    f'height="{box_height}" rx="7" class="node{" source" if name in landed else ""}"/>')
        body.append(text(x + 9, y + 17, name if len(name) < 25 else name[:23] + "…", "node-name"))
        body.append(text(x + 9, y + 33, f"{rows:,} rows", "small") + "</g>")
    return svg(tallest * pitch, label, body)


def rate_over_time(width_ms, counts, kinds):
    left, right, top, bottom = 76, WIDTH - 14, 14, 210
    buckets = max(len(series) for series in counts.values())
    totals = [sum(series[i] for series in counts.values() if i < len(series)) for i in range(buckets)]
    peak = max(totals) * 1000 / width_ms
    step = nice_step(peak, 4)
    ceiling = step * -(-peak // step)

    def height_of(rate):
        return bottom - (bottom - top) * rate / ceiling

    body = []
    rate = 0
    while rate <= ceiling:
        body.append(line(left, height_of(rate), right, height_of(rate), "grid" if rate else "axis"))
        body.append(text(left - 8, height_of(rate) + 4, f"{rate:,.0f}", "small", "end"))
        rate += step
    bar = (right - left) / buckets
    for bucket in range(buckets):
        below = 0.0
        for stream, kind in kinds:
            series = counts.get(stream, [])
            records = series[bucket] if bucket < len(series) else 0
            if not records:
                continue
            rate = records * 1000 / width_ms
            tip = f"{stream}: {records:,} records from {bucket * width_ms / 1000:.2f} s, {rate:,.0f} a second"
            body.append(rectangle(left + bucket * bar, height_of(below + rate), bar - min(1, bar / 4),
                                  height_of(below) - height_of(below + rate), f"bar {kind}", tip))
            below += rate
    span_s = buckets * width_ms / 1000
    unit = next(u for u in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600, 86400, 1e9) if span_s / u <= 10)
    number = 0
    while number * unit <= span_s:
        x = left + (right - left) * number * unit / span_s
        body.append(line(x, bottom, x, bottom + 5, "axis"))
        body.append(text(x, bottom + 19, f"{number * unit:g}", "small", "middle"))
        number += 1
    body.append(text(right, bottom + 38, "seconds since the first message", "small", "end"))
    body.append(text(left, bottom + 38, f"records landed a second, in steps of {width_ms} ms", "small"))
    return svg(bottom + 46, "Records landed a second over time", body)
