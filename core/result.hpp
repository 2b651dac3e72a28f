// The one way expected failure travels: a value or an Error. Exceptions are for bugs and for start-up only.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace stedi {

// What kind of failure it is; each program's main maps it to the exit status.
enum class Fault {
  failed,      // exit 1: the work could not be done
  usage,       // exit 2: wrong usage or configuration
  difference,  // exit 3: a check found a difference
};

// A failure in one line: what, where, what to do. Never holds an email, name, phone or serial.
struct Error {
  Fault fault = Fault::failed;
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

inline Failure fail(std::string message) {
  return Failure(Error{Fault::failed, std::move(message)});
}
inline Failure usage_error(std::string message) {
  return Failure(Error{Fault::usage, std::move(message)});
}

// The same failure, with where it happened put in front: "import customer-1.json: disk full".
inline Failure in_context(std::string_view where, const Error& error) {
  return Failure(Error{error.fault, std::string(where) + ": " + error.message});
}

// Somebody else's text as it may stand in a message: its control characters as spaces, cut at `most_bytes`.
inline std::string one_line(std::string_view text, std::size_t most_bytes = 160) {
  std::string line(text.substr(0, most_bytes));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text.size() > most_bytes ? line + "..." : line;
}

inline int exit_status(Fault fault) {
  switch (fault) {
    case Fault::failed:
      return 1;
    case Fault::usage:
      return 2;
    case Fault::difference:
      return 3;
  }
  return 1;
}

// TRY's last step: what a Result that did not fail holds, a void one nothing.
template <typename T, typename E>
T value_of(tl::expected<T, E>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace stedi

// The value of a Result; its failure is returned at once from the function, or lambda, around:
//   const auto rows = TRY(database.integer("SELECT count(*) FROM batch"));
//   TRY(transaction.commit());
// A variable is moved in: TRY(std::move(outcome)). Never within braces: when the failure leaves a half-built
// Pair{a, TRY(b)}, neither of our compilers destroys its `a`.
#define TRY(...) STEDI_TRY(STEDI_TRY_RESULT(__COUNTER__), __VA_ARGS__)

// The same, with where it happened put in front of the failure: TRY_IN("job " + name, run(job)).
#define TRY_IN(where, ...) STEDI_TRY_IN(STEDI_TRY_RESULT(__COUNTER__), where, __VA_ARGS__)

// How: a statement expression, which both our compilers know, with a name of its own each, so that one may
// stand within another under -Wshadow.

// NOLINTBEGIN(bugprone-macro-parentheses): the name of a declaration stands without them
#define STEDI_TRY(result, ...) STEDI_TRY_OR(result, ::tl::unexpected(std::move(result).error()), __VA_ARGS__)
#define STEDI_TRY_IN(result, where, ...) \
  STEDI_TRY_OR(result, ::stedi::in_context(where, result.error()), __VA_ARGS__)
#define STEDI_TRY_OR(result, failure, ...)                                                         \
  __extension__({                                                                                  \
    auto&& result = (__VA_ARGS__);                                                                 \
    static_assert(std::is_rvalue_reference_v<decltype(result)>, "move the variable into the TRY"); \
    if (!result) [[unlikely]]                                                                      \
      return failure;                                                                              \
    ::stedi::value_of(std::move(result));                                                          \
  })
// NOLINTEND(bugprone-macro-parentheses)
#define STEDI_TRY_RESULT(number) STEDI_TRY_RESULT_NAME(number)
#define STEDI_TRY_RESULT_NAME(number) try_result_##number
