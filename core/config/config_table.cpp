#include "core/config/config_table.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace stedi {

struct ConfigTable::Document {
  std::string file;
  toml::table root;
  std::optional<std::string> first_error;
  std::vector<std::shared_ptr<Node>> nodes;  // every table handed out, for the unknown keys

  void remember(std::string message) {
    if (!first_error) first_error = std::move(message);
  }
};

struct ConfigTable::Node {
  const toml::table* table = nullptr;  // into the document; null when the file has no such table
  std::string path;                    // dotted, empty for the root
  std::set<std::string, std::less<>> asked;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table == nullptr ? nullptr : table->get(key);
  }
  // For messages: a key is the file's own text.
  std::string dotted(std::string_view key) const {
    return one_line(path.empty() ? std::string(key) : path + "." + std::string(key));
  }
};

namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

std::string at_line(const std::string& file, const toml::node* node) {
  if (node == nullptr || node->source().begin.line == 0) return file;
  return file + ":" + std::to_string(node->source().begin.line);
}

// A number without the trailing zeros of std::to_string.
std::string shown(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string range(const std::string& type, const std::string& least, const std::string& most) {
  return type + " from " + least + " to " + most;
}

bool stands_before(const toml::node& left, const toml::node& right) {
  const auto& a = left.source().begin;
  const auto& b = right.source().begin;
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace

ConfigTable::ConfigTable(std::shared_ptr<Document> document, std::shared_ptr<Node> node)
    : document_(std::move(document)), node_(std::move(node)) {
  document_->nodes.push_back(node_);
}

Result<ConfigTable> ConfigTable::load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  if (!stream || std::filesystem::is_directory(file, error))
    return usage_error(file.string() +
                       ": cannot be read: check that the file exists and that this account may read it");
  std::ostringstream text;
  text << stream.rdbuf();
  return parse(text.view(), file.string());
}

Result<ConfigTable> ConfigTable::parse(std::string_view text, std::string_view file_name) {
  auto document = std::make_shared<Document>();
  document->file = file_name;
  try {
    document->root = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return usage_error(document->file + ":" + std::to_string(error.source().begin.line) +
                       ": not valid TOML: " + one_line(error.description()));
  }
  auto root = std::make_shared<Node>();
  root->table = &document->root;
  return ConfigTable(std::move(document), std::move(root));
}

bool ConfigTable::has(std::string_view key) const {
  return node_->table != nullptr && node_->table->contains(key);
}

void ConfigTable::reject(std::string_view key, std::string_view expected) {
  const toml::node* node = node_->find(key);
  document_->remember(at_line(document_->file, node) + ": " + node_->dotted(key) + ": expected " +
                      std::string(expected) +
                      (node == nullptr ? ", is missing" : ", is " + std::string(type_name(*node))));
}

std::string ConfigTable::text(std::string_view key, std::string_view fallback) {
  const toml::node* node = node_->find(key);
  if (node == nullptr) return std::string(fallback);
  if (const auto value = node->value_exact<std::string>()) return *value;
  reject(key, "a string");
  return std::string(fallback);
}

std::int64_t ConfigTable::integer(std::string_view key, std::int64_t fallback, std::int64_t least,
                                  std::int64_t most) {
  const toml::node* node = node_->find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return *value;
  const std::string expected = range("an integer", std::to_string(least), std::to_string(most));
  reject(key, expected + (value ? " (not " + std::to_string(*value) + ")" : ""));
  return fallback;
}

double ConfigTable::number(std::string_view key, double fallback, double least, double most) {
  const toml::node* node = node_->find(key);
  if (node == nullptr) return fallback;
  std::optional<double> value;
  if (node->is_number()) value = node->value<double>();
  if (value && *value >= least && *value <= most) return *value;
  const std::string expected = range("a number", shown(least), shown(most));
  reject(key, expected + (value ? " (not " + shown(*value) + ")" : ""));
  return fallback;
}

bool ConfigTable::flag(std::string_view key, bool fallback) {
  const toml::node* node = node_->find(key);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<bool>()) return *value;
  reject(key, "a boolean (true or false)");
  return fallback;
}

std::vector<std::string> ConfigTable::texts(std::string_view key) {
  std::vector<std::string> values;
  const toml::node* node = node_->find(key);
  if (node == nullptr) return values;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    reject(key, "an array of strings");
    return values;
  }
  for (const toml::node& element : *array) {
    if (const auto value = element.value_exact<std::string>()) {
      values.push_back(*value);
    } else {
      reject(key, "an array that holds only strings");
    }
  }
  return values;
}

ConfigTable ConfigTable::table(std::string_view key) {
  const toml::node* node = node_->find(key);
  if (node != nullptr && !node->is_table()) reject(key, "a table");
  auto child = std::make_shared<Node>();
  child->table = node == nullptr ? nullptr : node->as_table();
  child->path = node_->dotted(key);
  return {document_, std::move(child)};
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) {
  std::vector<ConfigTable> children;
  const toml::node* node = node_->find(key);
  if (node == nullptr) return children;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    reject(key, "an array of tables");
    return children;
  }
  for (const toml::node& element : *array) {
    if (!element.is_table()) {
      reject(key, "an array that holds only tables");
      continue;
    }
    auto child = std::make_shared<Node>();
    child->table = element.as_table();
    child->path = node_->dotted(key) + "[" + std::to_string(children.size()) + "]";
    children.push_back(ConfigTable(document_, std::move(child)));
  }
  return children;
}

std::vector<std::string> ConfigTable::keys() const {
  std::vector<std::string> names;
  if (node_->table == nullptr) return names;
  std::vector<std::pair<const toml::node*, std::string>> members;
  for (const auto& [key, value] : *node_->table) members.emplace_back(&value, std::string(key.str()));
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return stands_before(*a.first, *b.first); });
  for (auto& [node, name] : members) names.push_back(std::move(name));
  return names;
}

Result<void> ConfigTable::finish() {
  if (document_->first_error) return usage_error(*document_->first_error);
  const toml::node* first = nullptr;
  std::string name;
  for (const auto& node : document_->nodes) {
    if (node->table == nullptr) continue;
    for (const auto& [key, value] : *node->table) {
      if (node->asked.contains(key.str())) continue;
      if (first != nullptr && !stands_before(value, *first)) continue;
      first = &value;
      name = node->dotted(key.str());
    }
  }
  if (first == nullptr) return {};
  return usage_error(at_line(document_->file, first) + ": " + name + ": unknown key");
}

}  // namespace stedi
