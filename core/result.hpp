// The one way expected failure travels: a value or an Error. Exceptions are for bugs and for start-up only.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
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

}  // namespace stedi
