# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Compares the log-probabilities that `plumbline score --json` printed with those of transformers and PEFT.

    parity.py --checkpoint DIR [--adapter DIR] --scores FILE [--tolerance 1e-4]

FILE holds rows with `ids` and `log_probs`, one per id from the second on: a list of rows, an object
with that list under `rows`, or one row a line. transformers computes every row by itself, in float32
and in float64. Prints the largest difference of each and where it is; exits with 1 when one is above
the tolerance, with 2 when there is nothing to compare.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM


def read_rows(file):
    text = Path(file).read_text()
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(content, dict):
        content = content.get("rows", [content])
    rows = [(row["ids"], row["log_probs"]) for row in content]
    for index, (ids, log_probs) in enumerate(rows):
        if len(log_probs) != len(ids) - 1:
            sys.exit(f"{file}: row {index} has {len(ids)} ids, but {len(log_probs)} log_probs")
    return rows


def load(checkpoint, adapter, dtype):
    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=dtype)
    if adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, adapter).to(dtype)
    return model.eval()


@torch.no_grad()
def label_log_probs(model, ids):
    logits = model(torch.tensor([ids]), use_cache=False).logits[0, :-1].double()
    labels = torch.tensor(ids[1:])
    return logits.log_softmax(-1).gather(-1, labels[:, None])[:, 0].tolist()


def largest_difference(model, rows):
    """(difference, row, label, ours, theirs); what is not a number differs infinitely."""
    worst = (-1.0, 0, 0, 0.0, 0.0)
    for index, (ids, ours) in enumerate(rows):
        theirs = label_log_probs(model, ids) if len(ids) > 1 else []
        for label, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            difference = abs(a - b) if math.isfinite(a - b) else math.inf
            worst = max(worst, (difference, index, label, a, b))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--adapter")
    parser.add_argument("--scores", required=True)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    arguments = parser.parse_args()
    rows = read_rows(arguments.scores)
    labels = sum(len(log_probs) for _, log_probs in rows)
    if labels == 0:
        print(f"{arguments.scores} holds no log-probability")
        sys.exit(2)
    agree = True
    for dtype in [torch.float32, torch.float64]:
        model = load(arguments.checkpoint, arguments.adapter, dtype)
        difference, row, label, ours, theirs = largest_difference(model, rows)
        name = str(dtype).removeprefix("torch.")
        print(
            f"{name}: largest difference {difference:.3e} of {labels} labels in {len(rows)} rows"
            f" (row {row}, label {label}: ours {ours:.9f}, transformers {theirs:.9f})"
        )
        agree &= difference <= arguments.tolerance
    if not agree:
        print(f"above the tolerance of {arguments.tolerance:g}")
        sys.exit(1)


if __name__ == "__main__":
    main()
