#!/usr/bin/env python3
"""Runs `acs-auth serve` with the arguments, settings, secrets and probes of docs/tested/deployment, against the emulator.

The platforms themselves (Azure, Kubernetes, systemd) take no part, so their side of these files is not tested.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import yaml

FOLDER = pathlib.Path(__file__).resolve().parent / "tested/deployment"
PROGRAM = shutil.which("acs-auth")
# The default of `acs-auth serve`, in seconds.
GRACE_PERIOD = 30
# A bound, in seconds, for waits that aren't themselves tested: long, so that a busy machine doesn't fail them.
PATIENCE = 120


def image_command():
    """The arguments that the image passes to the program."""
    lines = dict(re.findall(r"^(ENTRYPOINT|CMD) (\[.*\])$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE))
    assert json.loads(lines["ENTRYPOINT"]) == ["/acs-auth"]
    return json.loads(lines["CMD"])


def ask(url):
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Running:
    """A program that prints a line of JSON when it serves."""

    def __init__(self, arguments, **options):
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        # Read all the time, so that the log doesn't fill its pipe.
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        if not line:
            self.end()
            raise AssertionError(f"{arguments} did not start: {self.log}")
        self.line = json.loads(line)

    def end(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Deployments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Running([PROGRAM, "emulator", "--until-stdin-closes"], stdin=subprocess.PIPE)
        line = cls.emulator.line
        cls.values = {
            "ACS_AUTH_CONNECTION_STRING": line["connection_string"],
            "ACS_AUTH_TENANT_IDS": line["tenant_id"],
            "ACS_AUTH_API_CLIENT_ID": line["api"]["client_id"],
            "ACS_AUTH_TEAMS_CLIENT_IDS": line["spa"]["client_id"],
            # Nothing listens there: the endpoint must work without Redis.
            "ACS_AUTH_REDIS_URL": "redis://127.0.0.1:9",
            "ACS_AUTH_REDIS_SEALING_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "ACS_AUTH_REDIS_CACHE_SECRET": "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=",
            "ACS_AUTH_CORS_ORIGINS": "https://calls.contoso.example",
        }

    @classmethod
    def tearDownClass(cls):
        cls.emulator.process.stdin.close()
        cls.emulator.end()

    def environment(self, given, folder):
        """The variables of a deployment with the emulator's values, in files where the deployment has files."""
        made = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        for name, value in given.items():
            setting = name.removesuffix("_FILE")
            self.assertIn(setting, self.values, f"{name} is not known to this test")
            if name == setting:
                made[name] = self.values[setting]
            else:
                file = pathlib.Path(folder, pathlib.PurePosixPath(value).name)
                file.write_text(self.values[setting] + "\n")
                made[name] = str(file)
        return made | {
            "ACS_AUTH_AUTHORITY": self.emulator.line["https_url"],
            "ACS_AUTH_ROOT_CERTIFICATES_PEM": pathlib.Path(self.emulator.line["ca_file"]).read_text(),
        }

    def check(self, command, given, probes, grace, port="8080"):
        """Serves as in a deployment, asks its probes, exchanges a token, and ends it as the platform does."""
        at = command.index("--listen") + 1
        self.assertEqual(command[at].rpartition(":")[2], port)
        command = [*command[:at], "127.0.0.1:0", *command[at + 1 :]]
        self.assertGreater(grace, GRACE_PERIOD, "the platform kills requests that serve would finish")
        with tempfile.TemporaryDirectory() as secrets:
            served = Running([PROGRAM, *command], env=self.environment(given, secrets))
            try:
                url = served.line["url"]
                until = time.monotonic() + PATIENCE
                for probe in probes:
                    # Not ready until Entra's keys are fetched.
                    while (status := ask(url + probe)) != 200:
                        self.assertEqual((probe, status), ("/readyz", 503))
                        self.assertLess(time.monotonic(), until, served.log)
                        time.sleep(0.1)
                headers = {}
                for name, kind, prefix in (("Authorization", "api", "Bearer "), ("teams-user-aad-token", "teams", "")):
                    with urllib.request.urlopen(f"{self.emulator.line['http_url']}/_emulator/mint?kind={kind}", timeout=PATIENCE) as minted:
                        headers[name] = prefix + json.load(minted)["token"]
                request = urllib.request.Request(url + "/api/token/teams", method="POST", headers=headers)
                self.assertEqual(ask(request), 201)
            finally:
                code = served.end(signal.SIGTERM)
        self.assertEqual(code, 0, served.log)
        for line in served.log:
            json.loads(line)

    def test_container_apps(self):
        app = yaml.safe_load((FOLDER / "container-app.yaml").read_text())
        configuration, template = app["properties"]["configuration"], app["properties"]["template"]
        (container,) = template["containers"]
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        self.files_are_mounted(given, {secret["name"] for secret in configuration["secrets"]}, container["volumeMounts"][0]["mountPath"])
        probes = {probe["type"]: probe["httpGet"] for probe in container["probes"]}
        self.assertEqual({"Liveness": "/livez", "Readiness": "/readyz"}, {kind: probe["path"] for kind, probe in probes.items()})
        self.assertEqual({configuration["ingress"]["targetPort"]}, {probe["port"] for probe in probes.values()})
        self.check(image_command(), given, ["/livez", "/readyz"], template["terminationGracePeriodSeconds"])

    def test_kubernetes(self):
        secrets, deployment = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text())
        spec = deployment["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        objects = yaml.safe_load(secrets["spec"]["parameters"]["objects"])["array"]
        names = {yaml.safe_load(each)["objectName"] for each in objects}
        self.files_are_mounted(given, names, container["volumeMounts"][0]["mountPath"])
        self.assertEqual(spec["volumes"][0]["csi"]["volumeAttributes"]["secretProviderClass"], secrets["metadata"]["name"])
        self.assertEqual(container["livenessProbe"]["httpGet"], {"path": "/livez", "port": 8080})
        self.assertEqual(container["readinessProbe"]["httpGet"], {"path": "/readyz", "port": 8080})
        # The sleep is a part of the grace period.
        grace = spec["terminationGracePeriodSeconds"] - container["lifecycle"]["preStop"]["sleep"]["seconds"]
        self.check(image_command(), given, ["/livez", "/readyz"], grace)

    def files_are_mounted(self, given, secrets, mount):
        paths = {value for name, value in given.items() if name.endswith("_FILE")}
        self.assertEqual(paths, {f"{mount}/{name}" for name in secrets})

    def test_systemd(self):
        unit = re.findall(r"^(\w+)=(.*)$", (FOLDER / "acs-auth.service").read_text(), re.MULTILINE)
        given = dict(value.split("=", 1) for name, value in unit if name == "Environment")
        unit = dict(unit)
        command = shlex.split(unit["ExecStart"])[1:]
        self.check(command, given, ["/livez", "/readyz"], int(unit["TimeoutStopSec"]))

    def test_functions(self):
        with tempfile.TemporaryDirectory() as folder:
            # A stand-in for the program, which prints its arguments.
            pathlib.Path(folder, "acs-auth").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
            pathlib.Path(folder, "acs-auth").chmod(0o755)
            told = subprocess.run(
                ["sh", FOLDER / "functions.sh"], cwd=folder, env={"FUNCTIONS_CUSTOMHANDLER_PORT": "7071"}, check=True, capture_output=True, text=True
            )
        given = {name: "" for name in ("ACS_AUTH_CONNECTION_STRING", "ACS_AUTH_TENANT_IDS", "ACS_AUTH_API_CLIENT_ID", "ACS_AUTH_TEAMS_CLIENT_IDS")}
        self.check(told.stdout.splitlines(), given, ["/readyz"], GRACE_PERIOD + 1, port="7071")

    def test_a_secret_that_changes_is_used_without_a_restart(self):
        given = {name: "" for name in ("ACS_AUTH_TENANT_IDS", "ACS_AUTH_API_CLIENT_ID", "ACS_AUTH_TEAMS_CLIENT_IDS")}
        given["ACS_AUTH_CONNECTION_STRING_FILE"] = "/mnt/secrets/acs-connection-string"
        with tempfile.TemporaryDirectory() as secrets:
            environment = self.environment(given, secrets)
            served = Running([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--reload-interval", "0.1"], env=environment)
            try:
                line = self.emulator.line
                endpoint = line["connection_string"].split("accesskey=")[0]
                pathlib.Path(environment["ACS_AUTH_CONNECTION_STRING_FILE"]).write_text(f"{endpoint}accesskey={line['secondary_access_key']}")
                until = time.monotonic() + PATIENCE
                while not any("access_keys" in entry for entry in list(served.log)):
                    self.assertLess(time.monotonic(), until, served.log)
                    time.sleep(0.05)
            finally:
                self.assertEqual(served.end(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
