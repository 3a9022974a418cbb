"""Tests of the page on performance: how it is made from results, and that the committed page matches the committed results. recorded.json has
made-up results that are easy to check by hand."""

import copy
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "performance"), str(HERE.parent / "tests/bench")]
import figures  # noqa: E402
import page  # noqa: E402
import run  # noqa: E402
import scale  # noqa: E402
import sections  # noqa: E402
from shared import figures as files  # noqa: E402

RECORDED = json.loads((HERE / "performance/recorded.json").read_text("utf-8"))


def row(text, *cells):
    """The cells of the row that begins with these."""
    start = "| " + " | ".join(cells) + " |"
    found = [line for line in text.splitlines() if line.startswith(start)]
    assert len(found) == 1, (start, found)
    return [cell.strip() for cell in found[0].strip("|").split("|")]


class Page(unittest.TestCase):
    def setUp(self):
        self.text = page.page(RECORDED)

    def test_a_ratio_is_the_median_of_the_ratios_of_each_round(self):
        # Of the rounds: 1.1, 1.1 and 1.2; of the medians it would be 220 / 200 too, but of the means 1.16.
        self.assertEqual(row(self.text, "https, HTTP/1.1, 1 in flight", "acs-auth")[4], "1.10")
        other = copy.deepcopy(RECORDED)
        other["sections"]["client"]["figures"][1]["values"] = [480, 220, 110]
        # The same median of the times, and other rounds: 4.8, 1.1 and 0.275.
        self.assertEqual(row(page.page(other), "https, HTTP/1.1, 1 in flight", "acs-auth")[4:6], ["1.10", "0.69 – 2.95"])

    def test_the_quartiles_of_times_and_ratios_are_shown(self):
        cells = row(self.text, "https, HTTP/1.1, 1 in flight", "acs-auth")
        self.assertEqual(cells[2:], ["220", "165 – 350", "1.10", "1.10 – 1.15"])

    def test_a_single_value_has_no_quartiles(self):
        self.assertEqual(figures.quartiles([3.0]), (3.0, 3.0, 3.0))
        self.assertEqual(page.spread([3.0], str), "one value")

    def test_numbers_have_three_significant_digits(self):
        for value, text in ((0, "0"), (1.004e-3, "0.00100"), (9.994, "9.99"), (9.996, "10.0"), (99.96, "100"), (-99.96, "-100"), (999.6, "1,000"), (1_234_567, "1,230,000")):
            self.assertEqual(figures.number(value), text)

    def test_no_ratio_to_a_contender_that_took_nothing(self):
        idle = [{"name": "idle", "contender": who, "unit": "bytes each", "values": [size]} for who, size in (("axum, answering 201", 0.0), ("acs-auth serve", 2048.0))]
        text = page.table(figures.Section(idle), "bytes each", sections.SECTIONS["endpoint"])
        self.assertEqual(row(text, "idle", "acs-auth serve")[2:], ["2.00 KiB", "one value"])

    def test_an_unmeasured_section_has_no_figure(self):
        for missing in set(sections.SECTIONS) - set(RECORDED["sections"]):
            with self.subTest(missing):
                self.assertEqual(page.part(missing, RECORDED, {}), f"**Not measured yet.** `make bench SECTIONS={missing}` measures it.")

    def test_when_on_which_commit_and_on_which_machine_a_section_was_measured(self):
        text = page.part("client", RECORDED, {})
        for expected in ("2026-01-02", "commit 0123456789, on A Processor (2 cores", "rustc 1.95.0", "The machine was idle: other programs used 1 % of it just before or after."):
            self.assertIn(expected, text)

    def test_uncommitted_changes_other_load_and_a_quick_trial_are_reported(self):
        self.assertIn("with changes that were not committed", page.part("endpoint", RECORDED, {}))
        self.assertIn("**The machine was not idle: other programs used 50 % of it just before or after.**", page.part("endpoint", RECORDED, {}))
        self.assertIn("the figures mean nothing", page.part("scale", RECORDED, {}))

    def test_every_section_has_its_place_and_an_unknown_one_is_an_error(self):
        template = (HERE / "performance/template.md").read_text("utf-8")
        for key in sections.SECTIONS:
            self.assertEqual(template.count(f"{{{{section {key}}}}}"), 1, key)
        self.assertEqual(set(sections.SECTIONS), set(run.SCRIPTS))
        self.assertNotIn("{{", self.text)
        with self.assertRaises(SystemExit):
            page.page({"sections": {"moon": {}}})

    def test_without_results_the_page_has_no_figures(self):
        text = page.page({"sections": {}})
        self.assertEqual(text.count("**Not measured yet.**"), len(sections.SECTIONS))
        self.assertNotIn("| met |", text)
        self.assertNotIn("not met", text)


class Goals(unittest.TestCase):
    def goal(self, text, results=RECORDED):
        return row("\n".join(page.goals(results)), text)[1:]

    def test_the_worst_measurement_decides(self):
        self.assertEqual(self.goal("the client, at most 1.15 × bare reqwest"), ["1.25", "https, HTTP/2, 16 in flight", "**not met**"])

    def test_a_goal_is_met_at_its_bound(self):
        self.assertEqual(self.goal("known tokens, at most 2 × axum answering 201")[::2], ["1.98", "met"])
        self.assertEqual(self.goal("the 99th percentile, at most 3 × the median")[::2], ["2.75", "met"])

    def test_at_least(self):
        self.assertEqual(self.goal("known tokens, at least 25,000 per second on one core")[::2], ["23,500", "**not met**"])

    def test_the_cost_of_each_unit_of_work(self):
        filled = {"name": "cached users, to fill: 1000000", "contender": "exchanger", "unit": "bytes in all", "values": [3.0 * 2**10 * 1e6]}
        results = {"sections": {"scale": {"figures": [filled]}}}
        self.assertEqual(self.goal("a cached token among a million, at most the 4.4 KiB of [the plan](capacity.md)", results)[::2], ["3.00 KiB", "met"])

    def test_a_goal_without_a_measurement_is_not_measured(self):
        self.assertEqual(self.goal("Swift, at most 1.3 × the Rust client"), ["not measured", "", ""])

    def test_a_difference_is_computed_per_round(self):
        self.assertEqual(figures.differences([5, 9], [1, 2]), [4, 7])
        self.assertEqual(figures.differences([5, 9, 7], [1, 2]), [5.5])

    def test_every_goal_names_contenders_of_a_bench(self):
        bench, suffixes = HERE.parent / "tests/bench", {".py", ".rs", ".c"}
        files = [path for path in bench.rglob("*") if path.suffix in suffixes and "node_modules" not in path.parts]
        sources = "\n".join(path.read_text("utf-8") for path in [*files, HERE.parent / "tools/size-c"])
        for kind in sections.SECTIONS.values():
            for name in (*kind.beside, *(name for goal in kind.goals for name in (goal.contender, goal.beside) if name)):
                self.assertIn(name, sources)


class Costs(unittest.TestCase):
    KNOWN = "known tokens, 64 connections"

    def results(self, **taken):
        names = {"floor": "axum, answering 201", "serve": "acs-auth serve", "quiet": "acs-auth serve, --log warn"}
        rows = [{"name": self.KNOWN, "contender": names[key], "unit": "µs of CPU", "values": values} for key, values in taken.items()]
        return {"sections": {"endpoint": {"figures": rows}}}

    def table(self, results):
        return "\n".join(page.costs(results))

    def test_the_parts_and_the_rest_add_up_to_the_whole(self):
        text = self.table(self.results(floor=[6.0, 6.0, 9.0], serve=[20.0, 18.0, 20.0], quiet=[16.0, 13.0, 17.0]))
        for part, *cells in (("all", "20.0", ""), ("what axum takes to answer 201", "6.00", "30 %"), ("the access record", "4.00", "20 %")):
            first = "the endpoint, known tokens, 64 connections" if part == "all" else ""
            self.assertIn(f"| {first} | {part} | {' | '.join(cells)} |".replace("|  |", "| |"), text)
        self.assertIn("the response | 10.0 | 50 % |", text)

    def test_a_cost_with_a_part_that_was_not_measured_is_left_out(self):
        for missing in ("floor", "serve", "quiet"):
            taken = {"floor": [6.0], "serve": [20.0], "quiet": [16.0]}
            del taken[missing]
            self.assertIn("| the endpoint, known tokens, 64 connections | not measured | | |", self.table(self.results(**taken)))

    def test_the_committed_results_have_every_part(self):
        self.assertNotIn("not measured", self.table(json.loads(page.RESULTS.read_text("utf-8"))))


class Scale(unittest.TestCase):
    def test_growth_with_the_work_and_faster_than_the_work(self):
        self.assertAlmostEqual(figures.exponent([(1, 50), (10, 30), (100, 300), (1000, 3000)]), 1)
        self.assertAlmostEqual(figures.exponent([(10, 100), (100, 10_000), (1000, 1_000_000)]), 2)
        self.assertIsNone(figures.exponent([(1, 1), (10, 10)]))
        self.assertIn("**faster than the work**", scale.verdict(1.2))
        self.assertNotIn("faster", scale.verdict(1.05))

    def test_the_table_has_the_cost_of_each_unit_of_work(self):
        text = page.part("scale", RECORDED, {})
        self.assertEqual(row(text, "exchanges", "client", "µs of CPU")[3:7], ["900 (855 – 945)", "180 (171 – 189)", "105 (99.8 – 110)", "100 (95.5 – 106)"])
        self.assertIn("**faster than the work**", row(text, "exchanges through one Redis", "each process", "µs of CPU")[-1])
        self.assertEqual(row(text, "exchanges through one Redis", "all", "rate, all together")[-1], "")


class Files(unittest.TestCase):
    def test_a_file_of_figures_with_a_fault_is_rejected(self):
        good = {"name": "n", "contender": "c", "unit": "u", "values": [1.0]}
        self.assertEqual(files.faults([good]), [])
        for bad in ([], {}, [good, good], [{**good, "values": []}], [{**good, "values": ["1"]}], [{**good, "values": [float("nan")]}], [{**good, "values": [float("inf")]}], [{**good, "unit": ""}], [{"name": "n"}]):
            self.assertNotEqual(files.faults(bad), [], bad)

    def test_the_recorded_results_have_none(self):
        for result in RECORDED["sections"].values():
            self.assertEqual(files.faults(result["figures"]), [])

    def test_sections_that_a_run_leaves_out_stay_as_they_are(self):
        known = {"sections": {"scale": {"commit": "old"}, "client": {"commit": "old"}}}
        merged = run.merged(known, {"client": {"commit": "new"}})
        self.assertEqual(merged, {"sections": {"client": {"commit": "new"}, "scale": {"commit": "old"}}})
        self.assertEqual(list(merged["sections"]), ["client", "scale"])

    def test_each_figure_is_a_line_of_the_results(self):
        path = HERE / "performance/recorded.json"
        lines = [line for line in path.read_text("utf-8").splitlines() if '"contender"' in line]
        self.assertEqual(len(lines), sum(len(result["figures"]) for result in RECORDED["sections"].values()))

    def test_every_script_of_a_section_exists(self):
        for scripts in run.SCRIPTS.values():
            for script in scripts:
                self.assertTrue((HERE.parent / script[0]).is_file(), script)


class Committed(unittest.TestCase):
    def test_the_committed_page_matches_the_committed_results(self):
        results = json.loads(page.RESULTS.read_text("utf-8"))
        self.assertFalse([key for key, result in results["sections"].items() if result["quick"]], "figures of a quick trial mean nothing")
        self.assertEqual((page.PAGES / "performance.md").read_text("utf-8"), page.page(results), "run docs/performance/page.py")
        drawn = {path.name for path in (page.PAGES / "performance").glob("*.svg")}
        self.assertEqual(drawn, {file for files in page.planned_plots(results).values() for file in files}, "run docs/performance/page.py")


if __name__ == "__main__":
    unittest.main()
