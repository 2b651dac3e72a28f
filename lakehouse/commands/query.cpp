#include "lakehouse/answers/query.hpp"

#include <map>
#include <memory>

#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct QueryOptions {
  std::string sql;
  std::optional<Profile> profile;
  Format format = Format::table;
};

}  // namespace

void add_query(CLI::App& app, CommandLine& line) {
  auto* command =
      app.add_subcommand("query", "Run one read-only SQL query on the tables and the landing views");
  auto options = std::make_shared<QueryOptions>();
  command->add_option("SQL", options->sql, "One SELECT statement")->required();
  add_profile_option(*command, options->profile);
  static const std::map<std::string, Format> formats = {
      {"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}};
  auto* format = command->add_option("--format", options->format, "table (default), csv or json");
  format->transform(one_of(formats))->type_name("FORMAT");
  command->add_flag_callback(
      "--json", [options] { options->format = Format::json; }, "Same as --format json");
  command->callback([&line, options] {
    line.chosen = [&line, options] {
      return query(line.store(), options->profile.value_or(Profile::strict), options->sql, options->format,
                   standard_output(), *line.clock);
    };
  });
}

}  // namespace stedi::lakehouse
