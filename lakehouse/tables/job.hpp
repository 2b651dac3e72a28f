// A job: one SELECT and the header that says what it reads, what a row of it is and what must hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/tables/profile.hpp"

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
  std::string place;  // below jobs/, without .sql: "strict/customer_trusted"
  std::vector<JobInput> inputs;
  std::string grain;
  std::vector<std::string> key;     // columns that no two rows share
  Reach reach = Reach::day;         // header line `span`
  std::vector<std::string> checks;  // files of checks/ beside the job's own place in jobs/
  std::string select;
  std::string hash;  // SHA-256 of the whole text, hexadecimal
};

// Reads a job's text; an incomplete header is an error.
Result<Job> parse_job(std::string_view text);

// A header's line `inputs`: "customer (by subject), subject_state (by subject)".
Result<std::vector<JobInput>> parse_inputs(std::string_view inputs);

// By the finest scope of its inputs.
CellKind cell_of(const Job& job);

// The jobs of a profile in the order they run: each after its inputs.
Result<std::vector<Job>> jobs_of(Profile profile);

// Where rows of the zone table `name` stand. The tables everybody knows are views of their seed columns;
// their rows, by the landing zone's ids, are kept in a table of its own.
std::string rows_table(std::string_view name);

}  // namespace stedi::lakehouse
