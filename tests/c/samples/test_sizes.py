"""Each sample is one file of fewer than 150 lines: ACS_SAMPLES is their folder."""

import os
import pathlib
import unittest


class Sizes(unittest.TestCase):
    def test_each_sample_is_one_short_file(self):
        for sample in ("c-libcurl", "c-service", "cpp-service"):
            folder = pathlib.Path(os.environ["ACS_SAMPLES"], sample)
            sources = [path for path in folder.rglob("*") if path.suffix in (".c", ".cpp", ".h", ".hpp")]
            self.assertEqual(len(sources), 1, sources)
            lines = sources[0].read_text(encoding="utf-8").splitlines()
            self.assertLess(len(lines), 150, sources[0])
            self.assertLessEqual(max(map(len, lines)), 110, sources[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
