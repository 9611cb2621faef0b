# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Adapters with a scalar head as PEFT saves them (task SEQ_CLS), and what transformers scores with them.

    score_goldens.py OUTPUT    # OUTPUT = trainers/lm/src/test/resources/dev/plumbline/lm

Reads OUTPUT/checkpoints and writes OUTPUT/scored/NAME (the adapter's directory, with golden.safetensors
beside its files). Needs what reference_goldens.py needs, in version 5.
"""

import json
import shutil
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from reference_goldens import double_precision, golden_ids, noise, randomize
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForSequenceClassification

FAMILIES = {
    "llama": ["q_proj", "v_proj"],
    "mistral": ["q_proj", "down_proj"],
    "qwen2": ["k_proj", "gate_proj"],
    "qwen3": ["o_proj"],
    "gpt2": ["c_attn"],
}
ROW = 9


def classifier(checkpoint, dtype):
    config = AutoConfig.from_pretrained(checkpoint, num_labels=1, pad_token_id=0)
    return AutoModelForSequenceClassification.from_pretrained(
        checkpoint, config=config, dtype=dtype, attn_implementation="eager"
    )


def write_adapter(directory, base, targets):
    shutil.rmtree(directory, ignore_errors=True)
    settings = LoraConfig(task_type=TaskType.SEQ_CLS, r=2, lora_alpha=4, lora_dropout=0.0, target_modules=targets)
    model = get_peft_model(classifier(base, torch.float32), settings)
    trained = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    randomize("scored-" + directory.name, trained)
    model.peft_config["default"].base_model_name_or_path = f"plumbline-tests/{base.name}"
    model.save_pretrained(directory)
    (directory / "README.md").unlink()
    file = directory / "adapter_config.json"
    config = json.loads(file.read_text())
    config["target_modules"].sort()
    file.write_text(json.dumps(config, indent=2, sort_keys=True))


def write_golden(file, base, adapter):
    """The score of every prefix of a row, and the gradients of sum(score * cotangent)."""
    classifier(base, torch.float32)  # imports what is to be patched
    with double_precision():
        model = PeftModel.from_pretrained(classifier(base, torch.float64), adapter, is_trainable=True).double().eval()
        ids = torch.from_numpy(golden_ids("scored-" + base.name, ROW))
        cotangent = (3 * noise("scored-" + base.name, "cotangent", (ROW,))).round()
        scores = torch.stack([model(ids[None, : t + 1], use_cache=False).logits[0, 0] for t in range(ROW)])
        (scores * cotangent).sum().backward()
    tensors = {"scores": scores.detach(), "cotangent": cotangent}
    for name, weight in model.named_parameters():
        if weight.grad is not None:
            plain = name.replace(".default", "").replace(".modules_to_save", "")
            tensors["grad." + plain] = weight.grad
    about = {"ids": ids.tolist(), "transformers": transformers.__version__, "peft": peft.__version__}
    metadata = {"golden": json.dumps(about, sort_keys=True)}
    save_file({name: value.contiguous() for name, value in tensors.items()}, file, metadata=metadata)


def main():
    output = Path(sys.argv[1])
    for name, targets in FAMILIES.items():
        base = output / "checkpoints" / name
        adapter = output / "scored" / name
        write_adapter(adapter, base, targets)
        write_golden(adapter / "golden.safetensors", base, adapter)


if __name__ == "__main__":
    main()
