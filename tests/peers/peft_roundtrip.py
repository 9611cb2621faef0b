# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Holds adapters and merged models that Plumbline wrote against PEFT and transformers.

    peft_roundtrip.py DIR [--tolerance 1e-5]

DIR holds one folder per case, as PeftRoundtripTest writes them: `adapter` (a PEFT directory), `merged`
(the model with the adapter merged in) and `scores.json` (the checkpoint, and rows of ids with their
log-probabilities). For each case, in float64:

- PEFT, with our adapter loaded, computes the log-probabilities that we computed;
- transformers computes them from our merged model without adapter;
- PEFT's own merge has the weights of ours;
- PEFT, saving what it loaded, writes our tensors bit by bit and the settings that we wrote.

Prints the largest differences; exits with 1 when one is above the tolerance.
"""

import argparse
import json
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from parity import largest_difference, read_rows
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

# Ours names the first release that knows all keys; PEFT names itself.
OWN_RULES = {"peft_version"}


def load(directory):
    return AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float64).eval()


def saved_differences(model, adapter, folder):
    """What PEFT writes otherwise than we did, in words."""
    model.save_pretrained(folder)
    ours = load_file(adapter / "adapter_model.safetensors")
    theirs = load_file(Path(folder) / "adapter_model.safetensors")
    # Copies of the base's embeddings, which nothing needs.
    theirs = {name: tensor for name, tensor in theirs.items() if ".base_layer." not in name}
    differences = [f"only one has {name}" for name in ours.keys() ^ theirs.keys()]
    for name in ours.keys() & theirs.keys():
        if not torch.equal(ours[name].double(), theirs[name].double()):
            differences.append(f"{name} differs")
    our_settings = json.loads((adapter / "adapter_config.json").read_text())
    their_settings = json.loads((Path(folder) / "adapter_config.json").read_text())
    for key, value in our_settings.items():
        theirs = their_settings.get(key, "missing")
        if key == "target_modules":
            theirs = sorted(theirs)
        if key not in OWN_RULES and theirs != value:
            differences.append(f"{key} is {value}, PEFT has {theirs}")
    return differences


def merge_difference(model, ours):
    """Largest difference of a weight between PEFT's merge and our merged model."""
    theirs = model.merge_and_unload().state_dict()
    mine = ours.state_dict()
    # PEFT merges a tied embedding in place and so moves the output layer too; we keep that apart.
    names = theirs.keys() - ({"lm_head.weight"} if model_is_tied(theirs) else set())
    return max((theirs[name] - mine[name]).abs().max().item() for name in names)


def model_is_tied(state):
    embedding = "model.embed_tokens.weight" if "model.embed_tokens.weight" in state else "transformer.wte.weight"
    return "lm_head.weight" in state and state["lm_head.weight"].data_ptr() == state[embedding].data_ptr()


def check(case, tolerance):
    scores = case / "scores.json"
    rows = read_rows(scores)
    base = load(json.loads(scores.read_text())["checkpoint"])
    model = PeftModel.from_pretrained(base, case / "adapter").double().eval()
    merged = load(case / "merged")
    adapter_difference = largest_difference(model, rows)[0]
    merged_difference = largest_difference(merged, rows)[0]
    with tempfile.TemporaryDirectory() as folder:
        differences = saved_differences(model, case / "adapter", folder)
    weight_difference = merge_difference(model, merged)
    print(
        f"{case.name}: adapter {adapter_difference:.2e}, merged {merged_difference:.2e},"
        f" merged weights {weight_difference:.2e}, saved again: {'; '.join(differences) or 'the same'}"
    )
    return max(adapter_difference, merged_difference, weight_difference) <= tolerance and not differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-5)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    transformers.utils.logging.disable_progress_bar()
    cases = sorted(file.parent for file in arguments.cases.glob("*/scores.json"))
    if not cases:
        print(f"{arguments.cases} holds no case")
        sys.exit(2)
    if not all([check(case, arguments.tolerance) for case in cases]):
        sys.exit(1)


if __name__ == "__main__":
    main()
