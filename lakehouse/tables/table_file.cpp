#include "lakehouse/tables/table_file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/record/identity.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::string_view section_mark = "-- ==== ";

enum class Kind { what, ddl, select, dirty, check, leaving };
constexpr std::array<std::string_view, 6> kinds = {"what", "ddl", "select", "dirty", "check", "leaving"};

struct Section {
  Kind kind;
  std::string name;
  std::size_t line;  // of its mark, from 1
  std::string body;
};

bool may_repeat(Kind kind) {
  return kind == Kind::dirty || kind == Kind::check;
}

// `line` of the file at hand.
class FileErrors {
 public:
  explicit FileErrors(std::string_view path) : path_(path) {}
  Failure at(std::size_t line, const std::string& what) const {
    return fail(std::string(path_) + ":" + std::to_string(line) + ": " + what);
  }

 private:
  std::string_view path_;
};

Result<Section> begin_section(std::string_view mark, std::size_t line, const FileErrors& errors) {
  const std::string_view words = trimmed(mark.substr(section_mark.size()));
  const std::string_view kind = words.substr(0, words.find(' '));
  const auto* const known = std::ranges::find(kinds, kind);
  if (known == kinds.end()) {
    return errors.at(line, "unknown section `" + std::string(kind) +
                               "`: it is one of what, ddl, select, dirty, check, leaving");
  }
  return Section{static_cast<Kind>(known - kinds.begin()), std::string(trimmed(words.substr(kind.size()))),
                 line, ""};
}

Result<std::vector<Section>> split(std::string_view text, const FileErrors& errors) {
  std::vector<Section> sections;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string_view content = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(content.size() + 1, text.size()));
    if (content.starts_with(section_mark)) {
      sections.push_back(TRY(begin_section(content, line, errors)));
    } else if (!sections.empty()) {
      sections.back().body += std::string(content) + "\n";
    } else if (!trimmed(content).empty()) {
      return errors.at(line, "a table file must begin with `-- ==== what`");
    }
  }
  for (Section& section : sections) section.body = trimmed(section.body);
  return sections;
}

bool has_statement(const Section& section) {
  return !statements_alone(section.body).empty();
}

Result<void> check_name(const Section& section, const FileErrors& errors) {
  const std::string kind(kinds[static_cast<std::size_t>(section.kind)]);
  if (!may_repeat(section.kind) && !section.name.empty())
    return errors.at(section.line, "section `" + kind + "` takes no name");
  if (may_repeat(section.kind) && section.name.empty() && has_statement(section))
    return errors.at(section.line, "section `" + kind + "` needs a name: `-- ==== " + kind + " NAME`");
  return {};
}

Result<void> check_body(const Section& section, const FileErrors& errors) {
  const std::string kind(kinds[static_cast<std::size_t>(section.kind)]);
  if (section.body.empty())
    return errors.at(section.line, "section `" + kind + "` is empty: say why in a comment");
  const bool needs_statement =
      section.kind == Kind::ddl || section.kind == Kind::select || !section.name.empty();
  if (needs_statement && !has_statement(section))
    return errors.at(section.line, "section `" + kind + "` has no statement");
  return {};
}

// All there, in order, each once or with a name of its own.
Result<void> check_order(const std::vector<Section>& sections, const FileErrors& errors) {
  std::size_t expected = 0;
  const Section* before = nullptr;
  for (const Section& section : sections) {
    const auto kind = static_cast<std::size_t>(section.kind);
    const bool repeats = before != nullptr && before->kind == section.kind;
    if (repeats && (!may_repeat(section.kind) || section.name.empty() || before->name.empty()))
      return errors.at(section.line, "section `" + std::string(kinds[kind]) + "` appears twice");
    if (!repeats && kind != expected)
      return errors.at(section.line, "section `" + std::string(kinds[expected % kinds.size()]) +
                                         "` is missing before `" + std::string(kinds[kind]) + "`");
    const auto same = [&](const Section& other) {
      return &other < &section && other.kind == section.kind && other.name == section.name;
    };
    if (std::ranges::any_of(sections, same))
      return errors.at(section.line, "`" + std::string(kinds[kind]) + " " + section.name + "` appears twice");
    expected = kind + 1;
    before = &section;
  }
  const std::size_t last_line = sections.empty() ? 1 : sections.back().line;
  return expected == kinds.size()
             ? Result<void>()
             : errors.at(last_line, "section `" + std::string(kinds[expected]) + "` is missing at the end");
}

// "-- key:    a, b" lines, each possibly continued by lines that are indented further, up to the first other
// line.
std::map<std::string, std::string, std::less<>> fields_of(std::string_view body) {
  std::map<std::string, std::string, std::less<>> fields;
  std::string field;
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (!line.starts_with("-- ")) break;
    const std::string_view content = line.substr(3);
    if (content.starts_with(' ') && !field.empty()) {
      fields[field] += " " + std::string(trimmed(content));
      continue;
    }
    const auto colon = content.find(':');
    if (colon == std::string_view::npos) break;
    field = content.substr(0, colon);
    fields[field] = trimmed(content.substr(colon + 1));
  }
  return fields;
}

void keep(const Section& section, TableFile& file) {
  switch (section.kind) {
    case Kind::what:
      file.what = fields_of(section.body);
      return;
    case Kind::ddl:
      file.ddl = section.body;
      return;
    case Kind::select:
      file.select = section.body;
      return;
    case Kind::dirty:
      if (!section.name.empty()) file.dirty.push_back({section.name, section.body});
      return;
    case Kind::check:
      if (!section.name.empty()) file.checks.push_back({section.name, section.body});
      return;
    case Kind::leaving:
      file.leaving = section.body;
      return;
  }
}

// Where a comment begins, outside of a text in quotes.
std::size_t code_bytes(std::string_view line) {
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\'') quoted = !quoted;
    if (!quoted && line.substr(at).starts_with("--")) return at;
  }
  return line.size();
}

}  // namespace

Result<TableFile> parse_table_file(std::string_view path, std::string_view text) {
  const FileErrors errors(path);
  const auto sections = TRY(split(text, errors));
  TRY(check_order(sections, errors));
  TableFile file;
  for (const Section& section : sections) {
    TRY(check_name(section, errors));
    TRY(check_body(section, errors));
    keep(section, file);
  }
  return file;
}

std::string statements_alone(std::string_view sql) {
  std::string statements;
  while (!sql.empty()) {
    const std::string_view line = sql.substr(0, sql.find('\n'));
    sql.remove_prefix(std::min(line.size() + 1, sql.size()));
    std::string_view code = line.substr(0, code_bytes(line));
    while (!code.empty() && code.back() == ' ') code.remove_suffix(1);
    if (!code.empty()) statements += std::string(code) + "\n";
  }
  return statements;
}

}  // namespace stedi::lakehouse
