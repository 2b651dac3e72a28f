#include "lakehouse/answers/row_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace stedi::lakehouse {

namespace {

// The shortest text that reads back as the same number, and that reads back as a real number: 1.0, not 1.
std::string real_text(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  std::string text(digits.data(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string plain_text(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return real_text(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

std::string json_text(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const auto* real = std::get_if<double>(&value); real != nullptr && !std::isfinite(*real)) return "null";
  if (const auto* text = std::get_if<std::string>(&value)) {
    // A query may cut a text inside a character.
    return nlohmann::json(*text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return plain_text(value);
}

std::string escaped(unsigned char code) {
  static constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', 'x', digits[code >> 4], digits[code & 0xf]};
}

// What a record holds must neither command the terminal nor break the row: control characters as \x0a.
std::string terminal_text(const Value& value) {
  const std::string text = plain_text(value);
  std::string shown;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = static_cast<unsigned char>(at + 1 < text.size() ? text[at + 1] : 0);
    const bool is_two_byte_control = byte == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F
    if (is_two_byte_control) {
      shown += escaped(next);
      ++at;
    } else if (byte < 0x20 || byte == 0x7f) {
      shown += escaped(byte);
    } else {
      shown += text[at];
    }
  }
  return shown;
}

// Code points, which is what a terminal shows for most texts.
std::size_t shown_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_number(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

class TableWriter final : public RowWriter {
 public:
  TableWriter(std::vector<std::string> columns, Sink sink)
      : columns_(std::move(columns)), sink_(std::move(sink)) {}

  bool row(const Row& values) override {
    if (widths_.empty()) {
      held_.push_back(values);
      return held_.size() < table_width_rows || release();
    }
    return sink_(line(values));
  }
  bool end() override { return !widths_.empty() || release(); }

 private:
  bool release() {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      std::size_t width = shown_width(columns_[column]);
      for (const Row& row : held_) width = std::max(width, shown_width(terminal_text(row[column])));
      widths_.push_back(width);
    }
    Row names(columns_.begin(), columns_.end());
    Row rules;
    for (const std::size_t width : widths_) rules.emplace_back(std::string(width, '-'));
    std::string text = line(names) + line(rules);
    for (const Row& row : held_) text += line(row);
    held_.clear();
    return sink_(text);
  }

  std::string line(const Row& values) const {
    std::string text;
    for (std::size_t column = 0; column < values.size(); ++column) {
      const std::string cell = terminal_text(values[column]);
      const std::size_t width = shown_width(cell);
      const std::string padding(widths_[column] - std::min(width, widths_[column]), ' ');
      if (column > 0) text += "  ";
      text += is_number(values[column]) ? padding + cell : cell + padding;
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }

  std::vector<std::string> columns_;
  Sink sink_;
  std::vector<Row> held_;
  std::vector<std::size_t> widths_;
};

class CsvWriter final : public RowWriter {
 public:
  CsvWriter(const std::vector<std::string>& columns, Sink sink) : sink_(std::move(sink)) {
    ok_ = row(Row(columns.begin(), columns.end()));
  }
  bool row(const Row& values) override {
    std::string line;
    for (std::size_t column = 0; column < values.size(); ++column) {
      if (column > 0) line += ',';
      line += quoted(values[column]);
    }
    return ok_ && sink_(line + "\n");
  }
  bool end() override { return ok_; }

 private:
  static std::string quoted(const Value& value) {
    std::string text = plain_text(value);
    const bool is_empty_text = text.empty() && std::holds_alternative<std::string>(value);
    if (!is_empty_text && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }
  Sink sink_;
  bool ok_ = true;
};

class JsonWriter final : public RowWriter {
 public:
  enum class Shape { array, lines };
  JsonWriter(const std::vector<std::string>& columns, Shape shape, Sink sink)
      : shape_(shape), sink_(std::move(sink)) {
    for (const std::string& column : columns) names_.push_back(json_text(column) + ":");
  }
  bool row(const Row& values) override {
    std::string line = "{";
    for (std::size_t column = 0; column < values.size(); ++column) {
      if (column > 0) line += ',';
      line += names_[column] + json_text(values[column]);
    }
    line += '}';
    if (shape_ == Shape::lines) return sink_(line + "\n");
    const bool first = rows_++ == 0;
    return sink_((first ? "[\n" : ",\n") + line);
  }
  bool end() override {
    if (shape_ == Shape::lines) return true;
    return sink_(rows_ == 0 ? "[]\n" : "\n]\n");
  }

 private:
  Shape shape_;
  Sink sink_;
  std::vector<std::string> names_;
  std::size_t rows_ = 0;
};

Value value_of(const sqlite::Statement& statement, int column) {
  switch (statement.type(column)) {
    case sqlite::Statement::Type::integer:
      return statement.integer(column);
    case sqlite::Statement::Type::real:
      return statement.real(column);
    case sqlite::Statement::Type::text:
      return std::string(statement.text(column));
    case sqlite::Statement::Type::blob:
      return std::string("<binary>");
    case sqlite::Statement::Type::null:
      break;
  }
  return std::monostate{};
}

}  // namespace

std::unique_ptr<RowWriter> make_writer(Format format, std::vector<std::string> columns, Sink sink) {
  switch (format) {
    case Format::csv:
      return std::make_unique<CsvWriter>(columns, std::move(sink));
    case Format::json:
      return std::make_unique<JsonWriter>(columns, JsonWriter::Shape::array, std::move(sink));
    case Format::ndjson:
      return std::make_unique<JsonWriter>(columns, JsonWriter::Shape::lines, std::move(sink));
    case Format::table:
      break;
  }
  return std::make_unique<TableWriter>(std::move(columns), std::move(sink));
}

Result<std::int64_t> write_rows(sqlite::Statement& statement, Format format, const Sink& sink) {
  // The first step may still fail or change the columns: nothing is written before it.
  bool more = TRY(statement.step());
  std::vector<std::string> columns;
  columns.reserve(static_cast<std::size_t>(statement.column_count()));
  for (int column = 0; column < statement.column_count(); ++column)
    columns.emplace_back(statement.column_name(column));
  const auto writer = make_writer(format, columns, sink);
  std::int64_t rows = 0;
  Row values(columns.size());
  for (; more; more = TRY(statement.step())) {
    for (std::size_t column = 0; column < values.size(); ++column) {
      values[column] = value_of(statement, static_cast<int>(column));
    }
    if (!writer->row(values)) return fail("cannot write the output: check the free space on its disk");
    ++rows;
  }
  if (!writer->end()) return fail("cannot write the output: check the free space on its disk");
  return rows;
}

Result<Table> read_table(sqlite::Statement& statement) {
  Table table;
  for (int column = 0; column < statement.column_count(); ++column)
    table.columns.emplace_back(statement.column_name(column));
  TRY(statement.each_row([&] {
    Row values;
    for (int column = 0; column < statement.column_count(); ++column)
      values.push_back(value_of(statement, column));
    table.rows.push_back(std::move(values));
  }));
  return table;
}

void print(const Table& table, Format format) {
  const auto writer = make_writer(format, table.columns, standard_output());
  for (const Row& row : table.rows) writer->row(row);
  writer->end();
}

Sink standard_output() {
  return [](std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  };
}

}  // namespace stedi::lakehouse
