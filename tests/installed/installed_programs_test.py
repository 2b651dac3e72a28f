"""installed_programs_test.py BUILD: installs the programs of a build into a temporary folder, and reads what they are."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = ("stedi-gateway", "stedi-lakehouse", "stedi-device")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dynamic_symbols(program):
    return set(re.findall(r"\b(__\w+_chk\w*|__stack_chk_fail)\b", output("readelf", "--wide", "--dyn-syms", program)))


def of_each_program(test):
    def tests(self):
        for name in PROGRAMS:
            with self.subTest(name):
                test(self, self.bin / name)

    return tests


class InstalledProgramsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        prefix = tempfile.TemporaryDirectory()
        cls.addClassCleanup(prefix.cleanup)
        output("cmake", "--install", build, "--prefix", prefix.name, "--strip")
        cls.bin = pathlib.Path(prefix.name, "bin")

    def test_these_and_no_others_are_installed(self):
        self.assertEqual(sorted(PROGRAMS), sorted(path.name for path in self.bin.iterdir()))

    @of_each_program
    def test_they_run(self, program):
        self.assertIn("Usage", output(program, "--help"))

    @of_each_program
    def test_they_are_stripped(self, program):
        self.assertNotRegex(output("readelf", "--wide", "--sections", program), r"\.symtab|\.debug_")

    @of_each_program
    def test_they_are_position_independent(self, program):
        self.assertRegex(output("readelf", "--file-header", program), r"Type: +DYN")
        self.assertRegex(output("readelf", "--dynamic", program), r"FLAGS_1\).*\bPIE\b")

    @of_each_program
    def test_what_they_link_is_bound_at_start_and_read_only_then(self, program):
        self.assertRegex(output("readelf", "--dynamic", program), r"FLAGS\).*\bBIND_NOW\b")
        self.assertIn("GNU_RELRO", output("readelf", "--wide", "--program-headers", program))

    @of_each_program
    def test_no_stack_is_executable(self, program):
        self.assertRegex(output("readelf", "--wide", "--program-headers", program), r"GNU_STACK.* RW +0x")

    @of_each_program
    def test_a_smashed_stack_ends_them(self, program):
        self.assertIn("__stack_chk_fail", dynamic_symbols(program))

    @of_each_program
    def test_they_call_fortified_functions(self, program):
        self.assertTrue(dynamic_symbols(program) - {"__stack_chk_fail"}, "no function of glibc that checks lengths")


if __name__ == "__main__":
    build = sys.argv.pop(1)
    unittest.main()
