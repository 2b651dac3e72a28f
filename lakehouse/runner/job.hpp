// A job: one SELECT and the header that says what it reads, what a row of it is and what must hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/zones/profile.hpp"

namespace stedi::lakehouse {

struct JobInput {
  std::string table;
  std::string scope;  // whole | by subject | by subject-day: what of it decides one cell of the output
};

struct Job {
  std::string name;
  std::string place;  // below jobs/, without .sql: "strict/customer_trusted"
  std::vector<JobInput> inputs;
  std::string grain;
  std::vector<std::string> key;     // columns that no two rows share
  std::vector<std::string> checks;  // files of checks/ beside the job's own place in jobs/
  std::string select;
  std::string hash;  // SHA-256 of the whole text, hexadecimal
};

// Reads a job's text; an incomplete header is an error.
Result<Job> parse_job(std::string_view text);

// The jobs of a profile in the order they run: each after its inputs.
Result<std::vector<Job>> jobs_of(Profile profile);

// Where rows of the zone table `name` stand. The tables everybody knows are views of their seed columns;
// their rows, by the landing zone's ids, are kept in a table of its own.
std::string rows_table(std::string_view name);

}  // namespace stedi::lakehouse
