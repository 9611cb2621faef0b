# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Parquet and JSON lines against pyarrow, datasets and TRL, both ways.

write DIR            preference files as datasets and pyarrow write them, with the rows as JSON lines beside
check FILE TYPE      loads a file that `plumbline convert` wrote and asks TRL what it is

TYPE is text or messages. Exits with 1 on the first difference.
"""

import argparse
import datetime
import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Dataset, load_dataset
from trl.data_utils import is_conversational, maybe_extract_prompt, maybe_unpair_preference_dataset

USER = {"role": "user", "content": "What color is the sky? 👋"}
BLUE = {"role": "assistant", "content": "Blue.\n\"Really\" \\ blue"}
GREEN = {"role": "assistant", "content": ""}

ROWS = {
    "texts": [
        {"prompt": "The sky is", "chosen": " blue.", "rejected": " grün.", "weight": 0.5, "events": ["e1", "e2"]},
        {"prompt": "", "chosen": "漢字", "rejected": "", "weight": 2.0, "events": []},
    ],
    "messages": [
        {"prompt": [USER], "chosen": [BLUE], "rejected": [GREEN], "policy_version": 3},
        {"prompt": [{"role": "system", "content": "Be brief."}, USER], "chosen": [BLUE], "rejected": [GREEN]},
    ],
    "implicit": [
        {"chosen": [USER, BLUE], "rejected": [USER, GREEN]},
    ],
    "unpaired": [
        {"prompt": "p", "completion": "c", "label": True, "note": None},
        {"prompt": "q", "completion": "d", "label": False, "note": "late"},
    ],
    "tools": [
        {
            "prompt": [USER],
            "chosen": [
                {
                    "role": "assistant",
                    "tool_calls": [{"type": "function", "function": {"name": "sky", "arguments": {"at": "noon"}}}],
                },
                {"role": "tool", "content": "blue"},
                BLUE,
            ],
            "rejected": [GREEN],
            "tools": json.dumps([{"type": "function", "function": {"name": "sky", "parameters": {}}}]),
        },
    ],
}


def without_nulls(value):
    """Arrow fills a struct with the fields of all others; null and absent are one."""
    if isinstance(value, dict):
        return {name: without_nulls(field) for name, field in value.items() if field is not None}
    if isinstance(value, list):
        return [without_nulls(element) for element in value]
    return value


def plain(row):
    """A row to compare: tools are JSON text, however it is spaced."""
    row = without_nulls(row)
    if isinstance(row.get("tools"), str):
        row["tools"] = json.loads(row["tools"])
    return row


def write(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in ROWS.items():
        expected = "".join(json.dumps(without_nulls(row), ensure_ascii=False) + "\n" for row in rows)
        (directory / f"{name}.jsonl").write_text(expected, encoding="utf-8")
        Dataset.from_list(rows).to_parquet(directory / f"{name}.datasets.parquet")
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, directory / f"{name}.pyarrow.parquet", compression="snappy", row_group_size=1)
    stamped = [{**ROWS["texts"][0], "created_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)}]
    pq.write_table(pa.Table.from_pylist(stamped), directory / "timestamp.parquet")
    print(f"{len(ROWS)} data sets in {directory}")


def check(file: pathlib.Path, kind: str) -> None:
    loader = "parquet" if file.suffix == ".parquet" else "json"
    loaded = load_dataset(loader, data_files=str(file), split="train")
    print(f"{file.name}: {len(loaded)} rows, features {loaded.features}")
    first = without_nulls(loaded[0])
    if is_conversational(first) != (kind == "messages"):
        sys.exit(f"TRL takes the rows for {'conversational' if is_conversational(first) else 'standard'}")
    if "chosen" in first:
        extracted = maybe_extract_prompt({key: first[key] for key in ("prompt", "chosen", "rejected") if key in first})
        if set(extracted) != {"prompt", "chosen", "rejected"}:
            sys.exit(f"TRL finds no prompt in {first}")
        keys = [key for key in ("prompt", "chosen", "rejected") if key in first]
        unpaired = maybe_unpair_preference_dataset(loaded.select_columns(keys)) if "prompt" in keys else None
        if unpaired is not None and len(unpaired) != 2 * len(loaded):
            sys.exit(f"TRL unpairs {len(loaded)} rows into {len(unpaired)}")
    original = file.with_suffix(".jsonl.expected")
    if original.exists():
        expected = [json.loads(line) for line in original.read_text(encoding="utf-8").splitlines()]
        actual = list(loaded)
        if [plain(row) for row in actual] != [plain(row) for row in expected]:
            sys.exit(f"{file} holds other rows than {original}")
        print(f"{file.name}: the same {len(actual)} rows as {original.name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    writing = commands.add_parser("write")
    writing.add_argument("directory", type=pathlib.Path)
    writing.set_defaults(run=lambda options: write(options.directory))
    checking = commands.add_parser("check")
    checking.add_argument("file", type=pathlib.Path)
    checking.add_argument("kind", choices=["text", "messages"])
    checking.set_defaults(run=lambda options: check(options.file, options.kind))
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
