# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Soft prompts as PEFT's prompt tuning saves them, and what transformers computes behind them.

    prompt_goldens.py OUTPUT    # OUTPUT = trainers/lm/src/test/resources/dev/plumbline/lm

Reads OUTPUT/checkpoints and writes OUTPUT/prompted/NAME (the prompt's directory, with golden.safetensors
beside its files). Needs what reference_goldens.py needs, in version 5.

    prompt_goldens.py --check DIR...

loads soft prompts that we wrote (the folders prompt-N of a control adapter) with PEFT, saves them again and
exits with 1 when a tensor or a setting differs.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel, PromptTuningConfig, TaskType, get_peft_model
from reference_goldens import double_precision, golden_ids, noise, randomize
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

FAMILIES = ["llama", "mistral", "qwen2", "qwen3", "gpt2"]
ROW = 7
VECTORS = 3


def model_of(checkpoint, dtype):
    return AutoModelForCausalLM.from_pretrained(checkpoint, dtype=dtype, attn_implementation="eager")


def write_prompt(directory, base):
    shutil.rmtree(directory, ignore_errors=True)
    settings = PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=VECTORS)
    model = get_peft_model(model_of(base, torch.float32), settings)
    randomize("prompted-" + directory.name, [("prompt", model.prompt_encoder["default"].embedding.weight)])
    model.peft_config["default"].base_model_name_or_path = f"plumbline-tests/{base.name}"
    model.save_pretrained(directory)
    (directory / "README.md").unlink()


def write_golden(file, base, prompt):
    """The logits of a row behind the prompt, and the prompt's gradient of sum(logits * cotangent)."""
    model_of(base, torch.float32)  # imports what is to be patched
    with double_precision():
        model = PeftModel.from_pretrained(model_of(base, torch.float64), prompt).double().eval()
        vectors = model.prompt_encoder["default"].embedding.weight.requires_grad_(True)
        ids = torch.from_numpy(golden_ids("prompted-" + base.name, ROW))
        logits = model(input_ids=ids[None], use_cache=False).logits[0, VECTORS:]
        cotangent = (3 * noise("prompted-" + base.name, "cotangent", tuple(logits.shape))).round()
        (logits * cotangent).sum().backward()
    tensors = {"logits": logits.detach(), "cotangent": cotangent, "grad.prompt_embeddings": vectors.grad}
    about = {"ids": ids.tolist(), "transformers": transformers.__version__, "peft": peft.__version__}
    metadata = {"golden": json.dumps(about, sort_keys=True)}
    save_file({name: value.contiguous() for name, value in tensors.items()}, file, metadata=metadata)


def differences(directory):
    """What PEFT writes otherwise than we did, in words."""
    ours = json.loads((directory / "adapter_config.json").read_text())
    model = PeftModel.from_pretrained(model_of(ours["base_model_name_or_path"], torch.float32), directory)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        theirs = json.loads((Path(folder) / "adapter_config.json").read_text())
        saved = load_file(Path(folder) / "adapter_model.safetensors")
    written = load_file(directory / "adapter_model.safetensors")
    found = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    # Ours names the first release that knows all keys; PEFT names itself.
    found = [f"{key} is {ours.get(key)}, PEFT has {theirs.get(key)}" for key in found if key != "peft_version"]
    if written.keys() != saved.keys() or any(not torch.equal(written[name], saved[name]) for name in saved):
        found.append("the tensors differ")
    return found


def main():
    if sys.argv[1] == "--check":
        found = {directory: differences(Path(directory)) for directory in sys.argv[2:]}
        for directory, texts in found.items():
            print(directory, "; ".join(texts) if texts else "same")
        sys.exit(any(found.values()))
    output = Path(sys.argv[1])
    for name in FAMILIES:
        base = output / "checkpoints" / name
        prompt = output / "prompted" / name
        write_prompt(prompt, base)
        write_golden(prompt / "golden.safetensors", base, prompt)


if __name__ == "__main__":
    main()
