"""What cmake/layers.py says of small made-up trees."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "cmake" / "layers.py"


class LayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, file, *headers):
        path = self.root / "tree" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f'#include "{header}"\n' for header in headers))

    def check(self, *targets):
        """(exit status, standard output, standard error) of the check; a target is (name, its folders, its links)."""
        lines = [str(self.root / "tree"), *("\t".join(target) for target in targets)]
        (self.root / "targets").write_text("\n".join(lines) + "\n")
        done = subprocess.run([sys.executable, SCRIPT, self.root / "targets", "--stamp", self.root / "stamp"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((self.root / "stamp").exists(), done.returncode == 0)
        return done.returncode, done.stdout, done.stderr

    def test_a_sound_tree_passes_and_prints_its_folders_lowest_first(self):
        self.write("base/clock.hpp")
        self.write("base/spool/spool.cpp", "base/clock.hpp", "base/spool/spool.hpp")
        self.write("top/main.cpp", "base/spool/spool.hpp", "base/clock.hpp", "elsewhere/library.h")
        status, output, _ = self.check(("clock", "base", ""), ("spool", "base/spool", "clock"), ("top", "top", "spool"))
        self.assertEqual(status, 0)
        self.assertEqual(output, "Layers, lowest first:\n  0: base\n  1: base/spool\n  2: top\n")

    def test_a_circle_of_folders_fails_and_names_the_two_files_that_make_it(self):
        self.write("base/spool/spool.cpp", "base/session/session.hpp")
        self.write("base/session/session.hpp", "base/spool/spool.hpp")
        status, _, error = self.check(("device", "base/spool base/session", ""))
        self.assertEqual(status, 1)
        self.assertIn("circle:\n    base/session/session.hpp includes base/spool/spool.hpp"
                      "\n    base/spool/spool.cpp includes base/session/session.hpp\n", error)

    def test_a_circle_of_three_folders_names_three_files(self):
        self.write("a/a.hpp", "b/b.hpp")
        self.write("b/b.hpp", "c/c.hpp")
        self.write("c/c.hpp", "a/a.hpp")
        status, _, error = self.check(("all", "a b c", ""))
        self.assertEqual(status, 1)
        for include in ("a/a.hpp includes b/b.hpp", "b/b.hpp includes c/c.hpp", "c/c.hpp includes a/a.hpp"):
            self.assertIn(include, error)

    def test_an_include_of_what_is_not_linked_fails_and_names_both_files(self):
        self.write("base/clock.hpp", "top/answer.hpp")
        self.write("top/answer.hpp")
        status, _, error = self.check(("clock", "base", ""), ("answers", "top", "clock"))
        self.assertEqual(status, 1)
        self.assertIn("base/clock.hpp includes top/answer.hpp, which clock does not link", error)

    def test_what_is_linked_through_another_target_may_be_included(self):
        self.write("top/main.cpp", "base/clock.hpp")
        status, _, _ = self.check(("clock", "base", ""), ("umbrella", "", "clock"), ("top", "top", "umbrella"))
        self.assertEqual(status, 0)

    def test_targets_that_share_a_folder_are_one_layer(self):
        self.write("top/main.cpp", "base/clock.hpp")
        self.write("base/clock.hpp")
        targets = ("clock", "base", ""), ("library", "top", "clock"), ("program", "top other", "library")
        self.assertEqual(self.check(*targets)[0], 0)

    def test_a_folder_without_a_target_fails(self):
        self.write("base/clock.hpp")
        self.write("base/orphan/orphan.hpp")
        status, _, error = self.check(("clock", "base", ""))
        self.assertEqual(status, 1)
        self.assertIn("base/orphan/orphan.hpp: its folder belongs to no target", error)

    def test_link_lines_in_a_circle_fail(self):
        self.write("a/a.hpp")
        self.write("b/b.hpp")
        status, _, error = self.check(("one", "a", "two"), ("two", "b", "one"))
        self.assertEqual(status, 1)
        self.assertIn("link each other in a circle: one, two", error)


if __name__ == "__main__":
    unittest.main()
