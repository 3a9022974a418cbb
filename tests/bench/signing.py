"""Adds the figures of signing, from Criterion's folder, to those of an exchange: signing.py CRITERION FIGURES RESULT."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shared.figures import Figures

#: Maps Criterion's name of each contender to the page's.
CONTENDERS = {"sha256_and_hmac_alone": "SHA-256 and HMAC alone", "sign_request": "acs-auth"}


def main(criterion, exchange, result):
    figures = Figures(result)
    figures.all = json.loads(Path(exchange).read_text("utf-8"))
    for name, contender in CONTENDERS.items():
        sample = json.loads((Path(criterion) / name / "new/sample.json").read_text("utf-8"))
        each = [time / 1e3 / count for time, count in zip(sample["times"], sample["iters"])]
        figures.add("signing a request of 3 KiB", contender, "µs", each)
    figures.write()


if __name__ == "__main__":
    main(*sys.argv[1:])
