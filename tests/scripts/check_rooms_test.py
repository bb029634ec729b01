"""Breaks each rule of scripts/check_rooms.py once, in a copy of the sources, and sees that it is told.

usage: check_rooms_test.py BUILD   a build folder: its objects and libraries are what an upward call is tried against
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else ROOT / "build" / "asan"
CHECK = ROOT / "scripts" / "check_rooms.py"
COMPILER = os.environ.get("CC", "cc").split()


class Case(unittest.TestCase):
    """Starts with a copy of what is checked, and a build folder of its own that is still empty."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="standin-rooms-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("src", "include"):
            shutil.copytree(ROOT / name, self.root / name)
        self.build = self.root / "build"

    def check(self, *arguments):
        run = subprocess.run([sys.executable, CHECK, "--root", self.root, *arguments], capture_output=True, text=True,
                             check=False)
        return run.returncode, run.stdout

    def assert_told(self, expected, *arguments):
        code, output = self.check(*arguments)
        self.assertEqual(code, 1, output)
        self.assertIn(expected, output)

    def append(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)

    def compile(self, source, text):
        """Makes the source `room/name`, and its object file where a build has it."""
        room = source.split("/")[0]
        self.append(f"src/{source}.c", text)
        output = self.build / "CMakeFiles" / f"standin_{room}.dir" / "src" / f"{source}.c.o"
        output.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([*COMPILER, "-x", "c", "-c", "-o", output, "-"], input=text, text=True, check=True)
        return output


class Includes(Case):
    def test_the_sources_as_they_are_break_no_rule(self):
        code, output = self.check()
        self.assertEqual(code, 0, output)

    def test_a_room_does_not_include_one_above(self):
        self.append("src/base/text.c", '#include "kind/kind.h"\n')
        self.assert_told("includes kind/kind.h: kind/ is above base/")

    def test_a_header_is_held_to_the_same(self):
        self.append("include/money/money.h", '#include "cart/cart.h"\n')
        self.assert_told("include/money/money.h")

    def test_rooms_of_one_rank_are_strangers(self):
        self.append("src/catalog/category.c", '#include "store/store.h"\n')
        self.assert_told("includes store/store.h: store/ is beside catalog/")

    def test_a_folder_inside_a_room_is_of_the_room(self):
        self.append("src/db/below/deep/x.c", '#include "resource/resource.h"\n')
        self.assert_told("src/db/below/deep/x.c:1: includes resource/resource.h: resource/ is above db/")

    def test_a_path_does_not_climb_out_of_its_room(self):
        self.append("src/kind/value.c", '#include "../cart/refresh_priv.h"\n')
        self.assert_told("a path that leaves kind/")

    def test_a_folder_inside_a_room_may_look_at_what_the_room_keeps_to_itself(self):
        self.append("src/db/below/x.c", '/* Below. */\n#include "../db_priv.h"\n')
        code, output = self.check()
        self.assertEqual(code, 0, output)

    def test_a_library_is_used_where_the_list_names_it(self):
        self.append("src/kind/value.c", "#include <sqlite3.h>\n")
        self.assert_told("kind/ does not use the library sqlite3")

    def test_a_folder_that_is_no_room_is_told(self):
        self.append("src/attic/x.c", "/* Old things. */\n")
        self.assert_told("src/rooms.txt has no room attic/")

    def test_a_folder_does_not_grow_without_end(self):
        for number in range(30):
            self.append(f"src/zoo/x{number}.c", "/* One of many. */\n")
        self.assert_told("src/zoo/: 30 sources")

    def test_the_map_shows_the_rooms_as_they_are(self):
        path = self.root / "src" / "rooms.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("the vocabulary", "some words"), encoding="utf-8")
        self.assert_told("src/README.md: its rooms are not those of src/rooms.txt")


class Calls(Case):
    def test_a_call_upwards_is_told_though_nothing_is_included(self):
        self.compile("base/sly", "void upstairs(void); void sly(void) { upstairs(); }")
        self.compile("kind/upstairs", "void upstairs(void) {}")
        self.assert_told("src/base/sly.c: needs upstairs of kind/upstairs.c: kind/ is above base/", self.build)

    def test_data_counts_as_a_call_does(self):
        self.compile("catalog/sly", "extern int stock; int *sly(void) { return &stock; }")
        self.compile("store/stock", "int stock = 1;")
        self.assert_told("needs stock of store/stock.c: store/ is beside catalog/", self.build)

    def test_two_sources_do_not_call_each_other(self):
        self.compile("money/a", "void b(void); void a(void) { b(); }")
        self.compile("money/b", "void c(void); void b(void) { c(); }")
        self.compile("money/c", "void a(void); void c(void) { a(); }")
        self.assert_told("a circle of sources: money/a money/b money/c", self.build)

    def test_what_a_header_declares_is_defined_in_the_source_of_its_name(self):
        self.append("include/money/coin.h", "int coin_count(int coins);\n")
        self.compile("money/purse", "int coin_count(int coins) { return coins; }")
        self.assert_told("include/money/coin.h: coin_count is defined in money/purse.c", self.build)

    def test_objects_of_sources_that_are_gone_do_not_count(self):
        self.compile("base/sly", "void upstairs(void); void sly(void) { upstairs(); }")
        self.compile("kind/upstairs", "void upstairs(void) {}")
        (self.root / "src" / "base" / "sly.c").unlink()
        code, output = self.check(self.build)
        self.assertEqual(code, 0, output)

    def test_a_build_folder_without_objects_is_told(self):
        self.build.mkdir()
        self.assert_told("has no object files of ours", self.build)


class Links(Case):
    """A room's library links what is below it and nothing else."""

    def link(self, *libraries):
        source = "void *resource_save(void); int main(void) { return resource_save() != 0; }"
        flags = ["-fsanitize=address,undefined"] if "SANITIZE:STRING=address" in self.cache() else []
        return subprocess.run([*COMPILER, *flags, "-x", "c", "-", "-x", "none", "-o", self.root / "program",
                               *(BUILD / f"libstandin_{library}.a" for library in libraries),
                               *(f"-l{library}" for library in ("jansson", "sqlite3", "sodium", "uuid", "m"))],
                              input=source, capture_output=True, text=True, check=False)

    @staticmethod
    def cache():
        return (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")

    def test_a_call_from_below_does_not_link(self):
        run = self.link("money", "predicate", "db", "document", "base")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("resource_save", run.stderr)

    def test_the_same_call_from_above_does(self):
        run = self.link("resource", "money", "predicate", "db", "document", "base")
        self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    unittest.main()
