// What a program sees that runs as another account than the one that made its files.
#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace stedi::test {

inline constexpr uid_t nobody = 65'534;

// This thread's process is `nobody` while it lives, when it may become that: as root. Else nothing changes,
// and what is locked away must be so by its mode.
class AnotherAccount {
 public:
  AnotherAccount() : became_(::geteuid() == 0 && ::seteuid(nobody) == 0) {}
  ~AnotherAccount() {
    if (became_ && ::seteuid(0) != 0) ::_exit(1);
  }
  AnotherAccount(const AnotherAccount&) = delete;
  AnotherAccount& operator=(const AnotherAccount&) = delete;
  bool is_another() const { return became_; }

 private:
  bool became_;
};

}  // namespace stedi::test
