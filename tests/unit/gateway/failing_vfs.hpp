// SQLite's own file layer with a switch that makes every write fail, as a full, broken or read-only disk
// does.
#pragma once

namespace stedi::test {

// The default of every connection that is opened while it lives. One at a time; one thread switches.
class FailingVfs {
 public:
  FailingVfs();
  ~FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  // Every write, sync and truncation of a file fails with this result code of SQLite from now on.
  static void fail_with(int code);
  static void mend() { fail_with(0); }
};

}  // namespace stedi::test
