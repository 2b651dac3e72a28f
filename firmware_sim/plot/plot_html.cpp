#include "firmware_sim/plot/plot_html.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "firmware_sim/people/person.hpp"

namespace stedi::firmware {

namespace {

// Pixels.
constexpr double left = 64;
constexpr double per_second = 14;
constexpr double right = 24;
constexpr double activity_top = 8;
constexpr double activity_height = 20;
constexpr double steps_top = 34;
constexpr double steps_height = 26;
constexpr double distance_top = 72;
constexpr double distance_height = 200;
constexpr double acceleration_top = 292;
constexpr double acceleration_height = 130;
constexpr double plot_bottom = acceleration_top + acceleration_height;
constexpr double height = plot_bottom + 34;

constexpr double most_mm = 450;
constexpr double most_g = 2;
constexpr double seen_mm = 1'500;       // a reading beyond it is a missed return
constexpr double longest_line_s = 0.5;  // readings farther apart are not joined

constexpr const char* style = R"(
:root{color-scheme:light dark;--ink:#1d2430;--soft:#6b7484;--line:#d9dee7;--paper:#fff;--card:#f6f8fb;
--distance:#1f6fd6;--accel:#c2570c;--leftfoot:#0f8a5f;--rightfoot:#7c4dd8;--fault:#d92d3a;--rest:#8b95a7}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf2;--soft:#98a2b5;--line:#323a48;--paper:#12161d;--card:#1a2029;
--distance:#6aa9ff;--accel:#f2a05c;--leftfoot:#46c795;--rightfoot:#b79bff;--fault:#ff6b76;--rest:#7b8598}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:16px;margin:30px 0 8px}p{margin:0 0 6px;color:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:6px 18px;margin:14px 0 0;padding:0;list-style:none;color:var(--soft);font-size:13px}
.key i{display:inline-block;width:22px;height:10px;border-radius:3px;margin-right:6px}
.card{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
svg{display:block;font:11px system-ui,sans-serif}
text{fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}
.distance{fill:none;stroke:var(--distance);stroke-width:1.5;stroke-linejoin:round}
.accel{fill:none;stroke:var(--accel);stroke-width:1.1;stroke-linejoin:round}
.missed{stroke:var(--distance);stroke-width:2;stroke-linecap:round}
.leftfoot{fill:var(--leftfoot)}.rightfoot{fill:var(--rightfoot)}
.strike{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;opacity:.55}
.steps{fill:var(--leftfoot);opacity:.16}.other{fill:var(--rest);opacity:.16}
.fault{fill:var(--fault);opacity:.13}.faultname{fill:var(--fault)}.mark{stroke:var(--fault);stroke-width:1.5}
)";

template <typename... Values>
void print(std::string& page, const char* format, Values... values) {
  std::array<char, 512> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  page.append(text.data(),
              static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(text.size()) - 1)));
}

double x_of(double time_s) {
  return left + per_second * time_s;
}

double y_of(double value, double most, double top, double panel_height) {
  return top + panel_height * (1 - std::clamp(value / most, 0.0, 1.0));
}

std::string utc_text(std::int64_t epoch_ms, const char* format) {
  const std::time_t seconds = epoch_ms / 1'000;
  std::tm broken{};
  gmtime_r(&seconds, &broken);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &broken);
  return text.data();
}

void draw_activities(std::string& page, const PlottedSitting& sitting) {
  for (const PlotSpan& span : sitting.activities) {
    const double width = x_of(span.until_s) - x_of(span.from_s);
    const char* kind = span.label == "steps" ? "steps" : "other";
    print(page, "<rect class=\"%s\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\" rx=\"4\"/>", kind,
          x_of(span.from_s) + 1, activity_top, std::max(0.0, width - 2), activity_height);
    print(page, "<text x=\"%.1f\" y=\"%.0f\">%s</text>", x_of(span.from_s) + 6, activity_top + 14,
          span.label.c_str());
  }
}

void draw_faults(std::string& page, const PlottedSitting& sitting) {
  for (const PlotSpan& fault : sitting.faults) {
    print(
        page,
        "<rect class=\"fault\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"><title>%s</title></rect>",
        x_of(fault.from_s), steps_top, x_of(fault.until_s) - x_of(fault.from_s), plot_bottom - steps_top,
        fault.label.c_str());
    print(page, "<text class=\"faultname\" x=\"%.1f\" y=\"%.0f\">%s</text>", x_of(fault.from_s) + 4,
          plot_bottom - 6, fault.label.c_str());
  }
}

void draw_marks(std::string& page, const PlottedSitting& sitting) {
  for (const PlotMark& mark : sitting.marks) {
    print(page, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\"/>", x_of(mark.at_s),
          x_of(mark.at_s), distance_top, plot_bottom);
    print(page, "<text class=\"faultname\" x=\"%.1f\" y=\"%.0f\">%s</text>", x_of(mark.at_s) + 4,
          plot_bottom - 18, mark.label.c_str());
  }
}

void draw_steps(std::string& page, const PlottedSitting& sitting) {
  for (const PlotStep& step : sitting.steps) {
    const double row = step.is_left ? steps_top : steps_top + steps_height / 2;
    print(page,
          "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"10\" rx=\"3\"><title>%s foot, "
          "heel strike at "
          "%.3f s</title></rect>",
          step.is_left ? "leftfoot" : "rightfoot", x_of(step.lift_off_s), row,
          x_of(step.strike_s) - x_of(step.lift_off_s), step.is_left ? "left" : "right", step.strike_s);
    print(page, "<line class=\"strike\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.0f\"/>",
          x_of(step.strike_s), x_of(step.strike_s), row + 10, plot_bottom);
  }
}

void draw_level(std::string& page, double value, double most, double top, double panel_height,
                double length_s, const char* label) {
  const double y = y_of(value, most, top, panel_height);
  print(page, "<line class=\"grid\" x1=\"%.0f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", left, x_of(length_s),
        y, y);
  print(page, "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", left - 8, y + 4, label);
}

void draw_axes(std::string& page, const PlottedSitting& sitting) {
  for (const auto& [mm, label] : {std::pair{0.0, "0 mm"}, {150.0, "150"}, {300.0, "300"}, {450.0, "450"}})
    draw_level(page, mm, most_mm, distance_top, distance_height, sitting.length_s, label);
  for (const auto& [g, label] : {std::pair{0.0, "0 g"}, {1.0, "1"}, {2.0, "2"}})
    draw_level(page, g, most_g, acceleration_top, acceleration_height, sitting.length_s, label);
  print(page, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">left</text>", left - 8, steps_top + 9);
  print(page, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">right</text>", left - 8, steps_top + 23);
  constexpr double tick_s = 5;
  for (double time_s = 0; time_s <= sitting.length_s; time_s += tick_s) {
    print(page, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\"/>", x_of(time_s),
          x_of(time_s), plot_bottom, plot_bottom + 5);
    print(page, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%.0f s</text>", x_of(time_s),
          plot_bottom + 19, time_s);
  }
}

void draw_line(std::string& page, const std::vector<PlotPoint>& points, const char* kind, double most,
               double top, double panel_height) {
  print(page, "<path class=\"%s\" d=\"", kind);
  double last_s = -2 * longest_line_s;
  for (const PlotPoint& point : points) {
    if (kind == std::string_view("distance") && point.value > seen_mm) continue;
    const char pen = point.at_s - last_s > longest_line_s ? 'M' : 'L';
    print(page, "%c%.1f %.1f", pen, x_of(point.at_s), y_of(point.value, most, top, panel_height));
    last_s = point.at_s;
  }
  page += "\"/>";
}

void draw_missed(std::string& page, const std::vector<PlotPoint>& distances_mm) {
  for (const PlotPoint& point : distances_mm) {
    if (point.value <= seen_mm) continue;
    print(page,
          "<line class=\"missed\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\"><title>no return: %.0f "
          "mm</title></line>",
          x_of(point.at_s), x_of(point.at_s), distance_top, distance_top + 7, point.value);
  }
}

void draw_sitting(std::string& page, const PlottedSitting& sitting, std::size_t number) {
  const double width = x_of(sitting.length_s) + right;
  print(page, "<h2>Sitting %zu, %s UTC%s</h2>\n", number, utc_text(sitting.start_ms, "%H:%M:%S").c_str(),
        sitting.is_cut ? ", its first three minutes" : "");
  print(page,
        "<div class=\"card\"><svg role=\"img\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">"
        "<title>Distance, acceleration and true steps over time</title>\n",
        width, height, width, height);
  draw_axes(page, sitting);
  draw_activities(page, sitting);
  draw_faults(page, sitting);
  draw_marks(page, sitting);
  draw_steps(page, sitting);
  draw_line(page, sitting.distances_mm, "distance", most_mm, distance_top, distance_height);
  draw_missed(page, sitting.distances_mm);
  draw_line(page, sitting.accelerations_g, "accel", most_g, acceleration_top, acceleration_height);
  page += "</svg></div>\n";
}

void write_key(std::string& page) {
  page += "<ul class=\"key\">";
  for (const auto& [colour, meaning] :
       {std::pair{"distance", "distanceFromObject, mm; ticks at the top: no return"},
        {"accel", "|a| of the phone, g"},
        {"leftfoot", "left leg up, until its heel strike"},
        {"rightfoot", "right leg up"},
        {"fault", "area: fault of a sensor or its clock; line: of the network, from a ledger"}})
    print(page, "<li><i style=\"background:var(--%s)\"></i>%s</li>", colour, meaning);
  page += "</ul>\n";
}

}  // namespace

std::string plot_html(const Simulation& simulation, std::size_t device,
                      const std::vector<LedgerFault>& ledger) {
  const Scenario& scenario = simulation.scenario();
  const std::size_t person = simulation.person_of(device);
  const std::vector<PlottedSitting> sittings = collect_plot(simulation, device, ledger);
  std::string page =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>STEDI simulation</title><style>";
  page += style;
  page += "</style></head><body><main>\n";
  print(page, "<h1>%s, person %zu</h1>\n", scenario.name.c_str(), person);
  print(page,
        "<p>Seed %llu, device %zu, %.0f years old, %s. The horizontal axis is true time; what the devices "
        "stamped is "
        "off by their clocks.</p>\n",
        static_cast<unsigned long long>(scenario.seed), device, SimulatedPerson(scenario, person).age_years(),
        utc_text(scenario.start_ms, "%Y-%m-%d").c_str());
  write_key(page);
  for (std::size_t i = 0; i < sittings.size(); ++i) draw_sitting(page, sittings[i], i + 1);
  return page + "</main></body></html>\n";
}

}  // namespace stedi::firmware
