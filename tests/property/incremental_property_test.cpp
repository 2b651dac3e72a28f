// The law of incremental runs: whatever lands, leaves, repeats, crashes or changes, in whatever order, after
// every run each table of `strict` is what a full recompute makes of the store, as a multiset, and what the
// rules say; and so is each of `reference` after somebody has agreed or withdrawn.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

#include "lakehouse/tables/sql_files.hpp"
#include "tests/property/incremental_world.hpp"

namespace stedi::lakehouse {
namespace {

// A sanitizer makes each sequence some ten times slower; the plain builds run them all.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int sequences = 100;
#else
constexpr int sequences = 1'000;
#endif
constexpr int longest_sequence = 12;
constexpr int sequences_that_must_notice = 1'000;

rc::Gen<Happening> happening() {
  using enum Happening;
  return rc::gen::weightedElement<Happening>({{16, movements},
                                              {16, steps},
                                              {18, customer},
                                              {12, consent},
                                              {8, pairing},
                                              {5, resend_customer},
                                              {4, resend_consent},
                                              {3, replay},
                                              {3, import_file},
                                              {3, serial_defect},
                                              {8, retention},
                                              {4, crash},
                                              {2, job_change},
                                              {2, reopen},
                                              {3, clock}});
}

// The special instants, from 15 on, are rarer than those of the three days.
rc::Gen<int> instant_number() {
  return rc::gen::weightedOneOf<int>({{8, rc::gen::inRange(0, 15)}, {2, rc::gen::inRange(15, instants)}});
}

rc::Gen<Event> event() {
  return rc::gen::build<Event>(
      rc::gen::set(&Event::happening, happening()), rc::gen::set(&Event::who, rc::gen::inRange(0, people)),
      rc::gen::set(&Event::serial, rc::gen::inRange(0, serials)), rc::gen::set(&Event::at, instant_number()),
      rc::gen::set(&Event::also_at, instant_number()),
      rc::gen::set(&Event::variant, rc::gen::inRange(0, variants)),
      rc::gen::set(&Event::then_run, rc::gen::weightedElement<bool>({{4, true}, {1, false}})));
}

rc::Gen<std::vector<Event>> sequence() {
  return rc::gen::withSize([](int size) {
    return rc::gen::resize(2 + size % longest_sequence, rc::gen::container<std::vector<Event>>(event()));
  });
}

// Files of a thousand stores: in memory where there is such a place.
class IncrementalProperty : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::filesystem::exists("/dev/shm") && std::getenv("TMPDIR") == nullptr)
      setenv("TMPDIR", "/dev/shm", 0);
  }
};

std::string name_of(const Job& job, const NamedSql& rule) {
  return job.name + "/" + rule.name;
}

// The strict jobs, with one rule less.
std::vector<Job> jobs_without(const std::string& left_out) {
  auto jobs = jobs_of(Profile::strict).value();
  for (Job& job : jobs)
    std::erase_if(job.dirty, [&](const NamedSql& rule) { return name_of(job, rule) == left_out; });
  return jobs;
}

rc::detail::TestResult check_law(const std::optional<std::vector<Job>>& jobs, int how_many) {
  rc::detail::TestParams params;
  params.seed = std::getenv("STEDI_SEED") != nullptr ? std::strtoull(std::getenv("STEDI_SEED"), nullptr, 10)
                                                     : 20'231'114;
  params.maxSuccess = how_many;
  const auto law = [&] {
    const auto events = *sequence();
    RunSeams seams;
    seams.jobs = jobs;
    seams.index.max_rows_apart_in_row_span = *rc::gen::element<std::int64_t>(1, 3, 64);
    seams.index.max_row_spans_in_memory = *rc::gen::element<std::size_t>(2, 500'000);
    IncrementalWorld world(seams);
    for (std::size_t i = 0; i < events.size(); ++i) {
      world.happen(events[i]);
      if (!events[i].then_run && i + 1 < events.size()) continue;
      const std::string difference = world.run_and_compare();
      if (!difference.empty()) RC_FAIL(difference);
    }
  };
  return rc::detail::checkTestable(law, rc::detail::TestMetadata(), params);
}

TEST_F(IncrementalProperty, EveryTableIsWhatAFullRunAndTheRulesMakeOfIt) {
  const auto result = check_law(std::nullopt, sequences);
  rc::detail::printResultMessage(result, std::cerr);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>());
}

// The law can fail: leave any one thing out that dirties cells, and some sequence shows it.
class EachDirtyRule : public IncrementalProperty, public ::testing::WithParamInterface<std::string> {};

TEST_P(EachDirtyRule, IsMissedByTheLawWhenItIsLeftOut) {
  const auto result = check_law(jobs_without(GetParam()), sequences_that_must_notice);
  EXPECT_TRUE(result.is<rc::detail::FailureResult>()) << "no sequence needs the dirty rule " << GetParam();
}

std::vector<std::string> all_rules() {
  std::vector<std::string> rules;
  const auto jobs = jobs_of(Profile::strict).value();
  for (const Job& job : jobs) {
    for (const NamedSql& rule : job.dirty) rules.push_back(name_of(job, rule));
  }
  return rules;
}

INSTANTIATE_TEST_SUITE_P(Rules, EachDirtyRule, ::testing::ValuesIn(all_rules()), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '/', '_');
  return name;
});

}  // namespace
}  // namespace stedi::lakehouse
