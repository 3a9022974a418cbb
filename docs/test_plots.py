"""Tests of the plots of the page on performance. They need the packages of tools/requirements/plots.lock."""

import json
import pathlib
import sys
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "performance"))
import page  # noqa: E402
import plots  # noqa: E402

RECORDED = json.loads((HERE / "performance/recorded.json").read_text("utf-8"))


class Plots(unittest.TestCase):
    def test_the_same_results_give_the_same_bytes(self):
        drawn = plots.draw(RECORDED)
        self.assertEqual(set(drawn), {"client.svg", "endpoint.svg", "scale-exchanges.svg", "scale-processes.svg"})
        self.assertEqual(plots.draw(RECORDED), drawn)

    def test_a_plot_is_an_svg_that_names_what_it_shows_and_loads_nothing(self):
        for name, svg in plots.draw(RECORDED).items():
            with self.subTest(name):
                self.assertTrue(xml.etree.ElementTree.fromstring(svg).tag.endswith("svg"))
                self.assertNotIn("<image", svg)
                self.assertIn("CPU", svg)
        self.assertIn("https, HTTP/2, 16 in flight: acs-auth", plots.draw(RECORDED)["client.svg"])

    def test_the_committed_plots_match_the_committed_results(self):
        for name, svg in plots.draw(json.loads(page.RESULTS.read_text("utf-8"))).items():
            self.assertEqual((page.PAGES / "performance" / name).read_text("utf-8"), svg, f"{name}: run docs/performance/page.py")


if __name__ == "__main__":
    unittest.main()
