// Part of the build: every table's file can be read, or the build ends with file and line.
#include <cstdio>

#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"

int main() {
  int status = 0;
  for (const stedi::lakehouse::Profile profile : stedi::lakehouse::all_profiles) {
    for (const stedi::lakehouse::SqlFile& file : stedi::lakehouse::table_files(profile)) {
      const auto job = stedi::lakehouse::parse_job(file.path, file.text);
      if (job) continue;
      std::fprintf(stderr, "lakehouse/tables/%s\n", job.error().message.c_str());
      status = 1;
    }
  }
  return status;
}
