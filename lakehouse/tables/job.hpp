// A job: what makes one table, as its file says: what it reads, what a row is, its SELECT, and what must
// hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/tables/profile.hpp"
#include "lakehouse/tables/table_file.hpp"

namespace stedi::lakehouse {

struct JobInput {
  std::string table;
  // What of it decides one cell of the output: whole | by subject | by serial | by subject-day.
  std::string scope;
};

// What an incremental run makes anew: a person, a serial, or a span of one person's time.
enum class CellKind { subject, serial, span };

// How far readings of one person can meet in a job's SELECT.
enum class Reach {
  day,      // anywhere in a UTC day: its cells are whole days
  instant,  // in one millisecond alone: the runner may make less than a day anew
};

struct Job {
  std::string name;
  std::vector<JobInput> inputs;
  std::string grain;
  std::vector<std::string> key;  // columns that no two rows share
  Reach reach = Reach::day;      // field `span`
  std::string ddl;
  std::string select;
  std::vector<NamedSql> dirty;   // SELECTs of the cells that a change of the input `name` touches
  std::vector<NamedSql> checks;  // SELECTs of the number of rows that break them
  std::string leaving;           // statements that take the rows of temp.leaving_… out, where rules do not
  std::string hash;              // SHA-256, hexadecimal, of fields, DDL, SELECT and dirty rules
};

// Reads a table's file; what is incomplete is an error that names it.
Result<Job> parse_job(std::string_view path, std::string_view text);

// The field `inputs`: "customer (by subject), subject_state (by subject)".
Result<std::vector<JobInput>> parse_inputs(std::string_view inputs);

// By the finest scope of its inputs.
CellKind cell_of(const Job& job);

// The jobs of a profile in the order they run: each after its inputs.
Result<std::vector<Job>> jobs_of(Profile profile);

// The SELECT of a table that both profiles may ask for: "serial_owner".
std::string select_of(std::string_view shared_table);

// Where rows of the zone table `name` stand. The tables everybody knows are views of their seed columns;
// their rows, by the landing zone's ids, are kept in a table of its own.
std::string rows_table(std::string_view name);

}  // namespace stedi::lakehouse
