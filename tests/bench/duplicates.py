"""``python -m tests.bench.duplicates --data FOLDER``: how well duplicates are found on FEBRL.

FOLDER holds ``dataset<n>.csv`` and ``true_links<n>.csv`` of the record-linkage sets (not part of
this project). The id number ``soc_sec_id`` is left out. The rows become ``Person``: given name and
surname are the name, the six parts of the address one text.
"""

import argparse
import csv
import itertools
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from services.duplicates.rules import (
    BANDS_RULE,
    LARGEST_BLOCK,
    WEIGHTS_RULE,
    Person,
    Weights,
    compare,
    keys_of,
    score,
)
from services.rule_tables import DEFAULTS
from terms.duplicates import Band

_ADDRESS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")


def people(path: Path) -> tuple[list[str], list[Person]]:
    """The file's record ids and persons."""
    with path.open(encoding="utf-8") as file:
        rows = [
            {name.strip(): value.strip() for name, value in row.items()}
            for row in csv.DictReader(file)
        ]
    return [row["rec_id"] for row in rows], [
        Person(
            place,
            is_group=False,
            name=f"{row['given_name']} {row['surname']}".strip(),
            birth=row["date_of_birth"],
            addresses=(" ".join(row[part] for part in _ADDRESS if row[part]),),
        )
        for place, row in enumerate(rows)
    ]


def candidates(persons: list[Person]) -> set[tuple[int, int]]:
    """Pairs that share a key few others have, as the database finds them."""
    blocks: dict[str, set[int]] = defaultdict(set)
    for person in persons:
        for key in keys_of(person):
            blocks[key].add(person.client_id)
    found: set[tuple[int, int]] = set()
    for block in blocks.values():
        if 1 < len(block) <= LARGEST_BLOCK:
            found.update(itertools.combinations(sorted(block), 2))
    return found


def measure(folder: Path, number: int) -> dict[str, Any]:
    """Precision, recall and F of one set, by band and over both."""
    weights = Weights.from_rules(DEFAULTS[WEIGHTS_RULE].value, DEFAULTS[BANDS_RULE].value)
    names, persons = people(folder / f"dataset{number}.csv")
    with (folder / f"true_links{number}.csv").open(encoding="utf-8") as file:
        links = {frozenset(row.values()) for row in csv.DictReader(file)}
    began = time.perf_counter()
    pairs = candidates(persons)
    true: dict[Band, int] = dict.fromkeys(Band, 0)
    false: dict[Band, int] = dict.fromkeys(Band, 0)
    for one, two in pairs:
        band = weights.band(score(compare(persons[one], persons[two], weights)))
        if band is not None:
            is_link = frozenset((names[one], names[two])) in links
            (true if is_link else false)[band] += 1
    right, wrong = sum(true.values()), sum(false.values())
    return {
        "set": number,
        "records": len(persons),
        "links": len(links),
        "compared": len(pairs),
        "sure": {"true": true[Band.SURE], "false": false[Band.SURE]},
        "doubtful": {"true": true[Band.DOUBTFUL], "false": false[Band.DOUBTFUL]},
        "precision": round(right / (right + wrong), 4),
        "recall": round(right / len(links), 4),
        "f": round(2 * right / (right + wrong + len(links)), 4),
        "seconds": round(time.perf_counter() - began, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args()
    for number in asked.sets:
        print(json.dumps(measure(asked.data, number)))


if __name__ == "__main__":
    main()
