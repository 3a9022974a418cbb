"""Rules for the workflows that actionlint and zizmor don't check, on permissions, time limits and the order of jobs. Each is also tested on a
workflow that breaks it. `make workflows` runs this."""

import copy
import json
import pathlib
import re
import sys
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/supply"))
import locks  # noqa: E402

WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
#: The jobs that every job of the release which writes anything must wait for: tests of the source, the build, tests of its files.
TESTS = {"suites", "build", "files"}


def before(jobs, name):
    """All jobs that a job waits for, directly or not."""
    needs = jobs[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(before(jobs, it) for it in direct))


def faults(workflow):
    """What a workflow does that none may do."""
    found = [] if workflow["permissions"] == {} else ["a permission for all jobs"]
    for name, job in workflow["jobs"].items():
        text = json.dumps(job)
        writes = {it for it, level in job.get("permissions", {}).items() if level == "write"}
        if "permissions" not in job:
            found.append(f"{name}: names no permissions")
        if "uses" not in job and "timeout-minutes" not in job:
            found.append(f"{name}: no time limit")
        if ("secrets." in text or "id-token" in writes) and "environment" not in job:
            found.append(f"{name}: a secret or an identity without an environment")
        if "uses" not in job and re.search(r"\bcargo\b(?! *=)", " ".join(step.get("run", "") for step in job["steps"]).replace(".cargo", "")):
            found.append(f"{name}: runs cargo instead of a make target")
    return found


def release_faults(workflow):
    """What the release does that it may not do."""
    jobs = workflow["jobs"]
    found = []
    for name, job in jobs.items():
        if {"write"} & set(job.get("permissions", {}).values()) or "environment" in job:
            found += [f"{name}: does not wait for {it}" for it in sorted((TESTS | {"attest"}) - before(jobs, name) - {name})]
    if jobs["suites"].get("uses") != "./.github/workflows/test.yml":
        found.append("the suites are not those of test.yml")
    return found


def published(workflows):
    """The make targets that publish, each as often as the workflows run it."""
    steps = [step for workflow in workflows.values() for job in workflow["jobs"].values() for step in job.get("steps", [])]
    return sorted(it for step in steps for it in re.findall(r"\bmake (publish-\w+)", step.get("run", "")))


class Workflows(unittest.TestCase):
    def broken(self, name, change):
        copied = copy.deepcopy(WORKFLOWS[name])
        change(copied)
        return copied

    def test_no_workflow_breaks_a_rule(self):
        for name, workflow in WORKFLOWS.items():
            self.assertEqual(faults(workflow), [], name)

    def test_the_release_publishes_after_its_tests_and_its_attestation(self):
        self.assertEqual(release_faults(WORKFLOWS["release"]), [])

    def test_each_broken_rule_is_found(self):
        for change in (
            lambda it: it.update(permissions={"contents": "read"}),
            lambda it: it["jobs"]["pypi"].pop("permissions"),
            lambda it: it["jobs"]["pypi"].pop("timeout-minutes"),
            lambda it: it["jobs"]["pypi"].pop("environment"),
            lambda it: it["jobs"]["maven"].pop("environment"),
            lambda it: it["jobs"]["crates"]["steps"][-1].update(run="cargo publish -p acs-auth"),
        ):
            self.assertEqual(len(faults(self.broken("release", change))), 1)

    def test_each_broken_rule_of_the_release_is_found(self):
        for job in ("crates", "pypi", "npm", "maven", "draft"):
            changed = self.broken("release", lambda it, job=job: it["jobs"][job].update(needs="files"))
            self.assertEqual(release_faults(changed), [f"{job}: does not wait for attest", f"{job}: does not wait for suites"])
        for needs, left_out in ((["build", "files"], "suites"), (["suites", "build"], "files")):
            changed = self.broken("release", lambda it, needs=needs: it["jobs"]["attest"].update(needs=needs))
            self.assertIn(f"attest: does not wait for {left_out}", release_faults(changed))
            self.assertIn(f"npm: does not wait for {left_out}", release_faults(changed))
        changed = self.broken("release", lambda it: it["jobs"]["suites"].update(uses="./.github/workflows/nightly.yml"))
        self.assertEqual(release_faults(changed), ["the suites are not those of test.yml"])

    def test_each_registry_is_published_to_once(self):
        cases = re.findall(r"^    ([a-z]+(?: \| [a-z]+)*)\)$", (ROOT / "tools/publish").read_text("utf-8"), re.MULTILINE)
        registries = sorted(f"publish-{name}" for case in cases for name in case.split(" | "))
        self.assertEqual(len(registries), 5)
        self.assertEqual(published(WORKFLOWS), registries)
        self.assertNotIn("publish-swift", published({"release": WORKFLOWS["release"]}))

    def test_nightly_fuzzes_and_builds_a_release_twice(self):
        workflow = WORKFLOWS["nightly"]
        self.assertLessEqual({"fuzz", "release-twice", "advisories"}, set(workflow["jobs"]["suite"]["strategy"]["matrix"]["target"]))
        # YAML reads the key `on` as true.
        self.assertRegex(workflow[True]["schedule"][0]["cron"], r"^\d+ \d+ \* \* \*$")


class Updates(unittest.TestCase):
    def test_each_list_of_dependencies_is_updated(self):
        updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]
        listed = {it["package-ecosystem"]: set(it.get("directories", [it.get("directory")])) for it in updates}
        names = locks.tracked(ROOT)
        modules = {f"/bindings/kotlin/{it}" for it in re.findall(r"<module>(.*)</module>", (ROOT / "bindings/kotlin/pom.xml").read_text("utf-8"))}
        wanted = {
            "pip": [name for name in names if locks.PIP_LIST.search(name)],
            "npm": [name for name in names if name.endswith("package.json") and set(json.loads((ROOT / name).read_text("utf-8"))) & set(locks.DEPENDENCIES)],
            "maven": [name for name in names if name.endswith("/pom.xml")],
        }
        for ecosystem, lists in wanted.items():
            self.assertEqual({f"/{pathlib.PurePosixPath(it).parent}" for it in lists} - listed[ecosystem] - modules, set(), ecosystem)
        workspaces = {f"/{pathlib.PurePosixPath(it).parent}".rstrip(".") for it in names if pathlib.PurePosixPath(it).name == "Cargo.lock"}
        self.assertEqual((listed["cargo"], listed["github-actions"]), (workspaces, {"/"}))


if __name__ == "__main__":
    unittest.main()
