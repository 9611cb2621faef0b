# Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0
"""Tiny random checkpoints and adapters as transformers and PEFT save them, and what those compute in double precision.

    reference_goldens.py OUTPUT    # OUTPUT = trainers/lm/src/test/resources/dev/plumbline/lm

The installed transformers decides what is written: version 4 writes the directories of its own
config style (checkpoints/*-v4 and gpt2-hub); version 5 writes all others, the adapters and, for
every directory it finds, the goldens. So run it with version 4 first, then with version 5.

Values are functions of the seed and of the tensor's name alone (numpy's PCG64), so that they don't
depend on the versions of torch and transformers.
"""

import contextlib
import json
import shutil
import sys
import types
import zlib
from pathlib import Path

import numpy
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForCausalLM, GPT2Model, PreTrainedTokenizerFast

VERSION_5 = int(transformers.__version__.split(".")[0]) >= 5
VOCABULARY = 48
SPECIAL = {"bos_token_id": 1, "eos_token_id": 2}
LLAMA = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    tie_word_embeddings=False,
    **SPECIAL,
)
GPT2 = dict(vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_head=4, n_positions=32, **SPECIAL)
ROPE_LLAMA3 = dict(
    rope_type="llama3",
    factor=4.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=16,
)


def rope(theta, scaling=None):
    """RoPE settings in the style of the installed version."""
    if VERSION_5:
        return {"rope_parameters": {"rope_theta": theta, "rope_type": "default"} | (scaling or {})}
    return {"rope_theta": theta, "rope_scaling": scaling}


# name -> (model type, settings, type of the values, largest shard)
CHECKPOINTS = (
    {
        "llama": ("llama", LLAMA | rope(10000.0), torch.float32, None),
        "llama-sharded": (
            "llama",
            LLAMA
            | dict(head_dim=8, attention_bias=True, mlp_bias=True, tie_word_embeddings=True)
            | rope(500000.0),
            torch.float32,
            "8KB",
        ),
        "llama-bfloat16": ("llama", LLAMA | rope(500000.0, ROPE_LLAMA3), torch.bfloat16, None),
        "mistral": ("mistral", LLAMA | dict(sliding_window=None) | rope(10000.0), torch.float32, None),
        "qwen2": ("qwen2", LLAMA | dict(tie_word_embeddings=True) | rope(1000000.0), torch.float32, None),
        "qwen3": ("qwen3", LLAMA | dict(head_dim=8) | rope(1000000.0), torch.float32, None),
        "gpt2": ("gpt2", GPT2, torch.float32, None),
    }
    if VERSION_5
    else {
        "llama-v4": ("llama", LLAMA | rope(500000.0, ROPE_LLAMA3), torch.float32, None),
        "mistral-v4": ("mistral", LLAMA | dict(sliding_window=4096) | rope(10000.0), torch.bfloat16, None),
        "qwen2-v4": ("qwen2", LLAMA | rope(1000000.0), torch.float16, None),
        "qwen3-v4": (
            "qwen3",
            LLAMA | dict(head_dim=8, tie_word_embeddings=True) | rope(1000000.0),
            torch.float32,
            None,
        ),
        "gpt2-hub": ("gpt2", GPT2, torch.float32, None),
    }
)
# Checkpoints of which the golden holds the gradient of every weight.
WITH_GRADIENTS = ["llama", "llama-sharded", "qwen2", "qwen3", "gpt2"]

# The same weights under other settings: name -> (checkpoint, changed settings, number of ids).
VARIANTS = {
    "llama-rope-linear": ("llama-sharded", rope(10000.0, dict(rope_type="linear", factor=2.5)), 20),
    "llama-rope-dynamic": (
        "llama-sharded",
        dict(max_position_embeddings=16) | rope(10000.0, dict(rope_type="dynamic", factor=2.0)),
        20,
    ),
    "llama-rope-dynamic-short": (
        "llama-sharded",
        dict(max_position_embeddings=16) | rope(10000.0, dict(rope_type="dynamic", factor=2.0)),
        10,
    ),
    "llama-rope-yarn": (
        "llama-sharded",
        rope(10000.0, dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=4096)),
        20,
    ),
    "llama-rope-yarn-factor": (
        "llama-sharded",
        rope(
            10000.0,
            dict(
                rope_type="yarn",
                factor=4.0,
                original_max_position_embeddings=4096,
                beta_fast=128.0,
                beta_slow=8.0,
                attention_factor=1.25,
            ),
        ),
        20,
    ),
    "llama-rope-llama3": ("llama-sharded", rope(10000.0, ROPE_LLAMA3), 20),
    "mistral-sliding": ("mistral", dict(sliding_window=4), 10),
    "gpt2-scaled": ("gpt2", dict(scale_attn_by_inverse_layer_idx=True), 10),
    "gpt2-unscaled": ("gpt2", dict(scale_attn_weights=False), 10),
}

ALL_LINEAR = "all-linear"
# name -> (checkpoint, LoRA settings)
ADAPTERS = {
    "llama-lora": ("llama", dict(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj"])),
    "llama-rslora": ("llama", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR, use_rslora=True)),
    "llama-dora": ("llama", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR, use_dora=True)),
    "llama-embedding": ("llama", dict(r=2, lora_alpha=4, target_modules=["embed_tokens", "o_proj"])),
    "llama-patterns": (
        "llama",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["q_proj", "down_proj"],
            rank_pattern={"down_proj": 3},
            alpha_pattern={"q_proj": 7},
        ),
    ),
    "llama-layers": ("llama", dict(r=2, lora_alpha=4, target_modules=["q_proj"], layers_to_transform=[1])),
    "llama-modules-to-save": (
        "llama",
        dict(r=2, lora_alpha=4, target_modules=["q_proj"], modules_to_save=["lm_head"]),
    ),
    "qwen2-lora": ("qwen2", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR)),
    "qwen3-lora": ("qwen3", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR)),
    "qwen3-dora": ("qwen3", dict(r=2, lora_alpha=4, target_modules=["k_proj", "o_proj"], use_dora=True)),
    "gpt2-lora": ("gpt2", dict(r=2, lora_alpha=4, target_modules=["c_attn"])),
    "gpt2-rslora": ("gpt2", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR, use_rslora=True)),
    "gpt2-dora": ("gpt2", dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR, use_dora=True)),
    "gpt2-embedding": ("gpt2", dict(r=2, lora_alpha=4, target_modules=["wte", "c_attn"])),
}


def noise(kind, name, shape):
    """Standard normal values that depend on the two names alone."""
    seed = zlib.crc32(f"{kind}/{name}".encode())
    return torch.from_numpy(numpy.random.Generator(numpy.random.PCG64(seed)).standard_normal(shape))


def randomize(kind, named_parameters):
    """Weights large enough for every part of the network to matter."""
    with torch.no_grad():
        for name, weight in named_parameters:
            values = noise(kind, name, tuple(weight.shape))
            if "magnitude" in name:
                weight.mul_(1 + 0.1 * values.to(weight.dtype))
            elif weight.dim() == 1:
                weight.copy_((0.0 if name.endswith("bias") else 1.0) + 0.2 * values)
            else:
                weight.copy_(0.4 * values)


def tokenizer():
    letters = ["<unk>", "<s>", "</s>", "\u0120", *"abcdefghijklmnopqrstuvwxyz", *".,?!'"]
    merges = [("t", "h"), ("th", "e"), ("\u0120", "t"), ("\u0120", "a"), ("i", "n"), ("e", "r"), ("a", "n")]
    merges += [("o", "n"), ("\u0120", "s"), ("\u0120", "the"), ("r", "e"), ("o", "u"), ("\u0120", "w")]
    tokens = letters + [a + b for a, b in merges]
    assert len(tokens) == VOCABULARY
    plain = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    plain.decoder = decoders.ByteLevel()
    plain.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in letters[:3]])
    return PreTrainedTokenizerFast(
        tokenizer_object=plain,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )


def write_checkpoint(directory, model_type, settings, dtype, largest_shard):
    shutil.rmtree(directory, ignore_errors=True)
    config = AutoConfig.for_model(model_type, **settings)
    model = AutoModelForCausalLM.from_config(config)
    randomize(directory.name, model.named_parameters())
    model.to(dtype)
    if directory.name == "gpt2-hub":
        save_like_the_hub(model, directory)
    else:
        sharding = {"max_shard_size": largest_shard} if largest_shard else {}
        model.save_pretrained(directory, **sharding)
    tokenizer().save_pretrained(directory)
    (directory / "special_tokens_map.json").unlink(missing_ok=True)


def save_like_the_hub(model, directory):
    """openai-community/gpt2 has no 'transformer.' prefix and carries the causal masks as buffers."""
    model.save_pretrained(directory)
    bare = GPT2Model(model.config)
    bare.load_state_dict(model.transformer.state_dict())
    weights = {name: weight.contiguous() for name, weight in bare.state_dict().items()}
    positions = model.config.n_positions
    for layer in range(model.config.n_layer):
        weights[f"h.{layer}.attn.bias"] = torch.ones(positions, positions).tril()[None, None]
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})


def write_adapter(directory, base, settings):
    from peft import LoraConfig, get_peft_model

    shutil.rmtree(directory, ignore_errors=True)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **settings))
    trained = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    randomize(directory.name, trained)
    model.peft_config["default"].base_model_name_or_path = f"plumbline-tests/{base.name}"
    model.save_pretrained(directory)
    (directory / "README.md").unlink()
    # PEFT keeps a set, which has another order in every run.
    file = directory / "adapter_config.json"
    config = json.loads(file.read_text())
    config["target_modules"].sort()
    file.write_text(json.dumps(config, indent=2, sort_keys=True))


class DoublePrecisionTorch(types.ModuleType):
    """torch with every single-precision type standing for double precision."""

    float32 = float = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


@contextlib.contextmanager
def double_precision():
    """transformers computes norms, softmax and rotary angles in float32 whatever the model's type:
    here those up-casts become double."""
    patched = []
    for module in list(sys.modules.values()):
        name = getattr(module, "__name__", "")
        modeling = name.startswith("transformers.models.") and ".modeling_" in name
        if modeling or name == "transformers.modeling_rope_utils":
            patched.append(module)
            module.torch = DoublePrecisionTorch("torch")
    single = torch.Tensor.float
    torch.Tensor.float = torch.Tensor.double
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)
        torch.Tensor.float = single
        for module in patched:
            module.torch = torch


def load_double(checkpoint, config):
    model = AutoModelForCausalLM.from_pretrained(
        checkpoint, config=AutoConfig.for_model(**config), dtype=torch.float64, attn_implementation="eager"
    )
    return model.eval()


def golden_ids(name, length):
    return numpy.random.Generator(numpy.random.PCG64(zlib.crc32(name.encode()))).integers(3, VOCABULARY, length)


def write_golden(file, checkpoint, changes, length, gradients, adapter=None):
    """One row of ids, the logits of every position, and the gradients of sum(logits * cotangent)."""
    config = json.loads((checkpoint / "config.json").read_text()) | changes
    AutoModelForCausalLM.from_config(AutoConfig.for_model(**config))  # imports what is to be patched
    with double_precision():
        model = load_double(checkpoint, config)
        if adapter is not None:
            from peft import PeftModel

            model = PeftModel.from_pretrained(model, adapter, is_trainable=True).double().eval()
        ids = golden_ids(file.stem, length)
        logits = model(torch.from_numpy(ids)[None], use_cache=False).logits[0]
        assert logits.dtype == torch.float64
        tensors = {"logits": logits.detach()}
        if gradients:
            cotangent = (3 * noise(file.stem, "cotangent", tuple(logits.shape))).round()
            tensors["cotangent"] = cotangent.to(torch.int8)
            (logits * cotangent).sum().backward()
            for name, weight in model.named_parameters():
                if weight.grad is not None:
                    tensors["grad." + name.replace(".default", "")] = weight.grad
    about = {"checkpoint": checkpoint.name, "ids": ids.tolist(), "transformers": transformers.__version__}
    if changes:
        about["config"] = config
    if adapter is not None:
        import peft

        about |= {"adapter": adapter.name, "peft": peft.__version__}
    file.parent.mkdir(parents=True, exist_ok=True)
    # One entry: the library writes several in another order every time.
    metadata = {"golden": json.dumps(about, sort_keys=True)}
    save_file({name: value.contiguous() for name, value in tensors.items()}, file, metadata=metadata)


def main():
    output = Path(sys.argv[1])
    checkpoints = output / "checkpoints"
    for name, parts in CHECKPOINTS.items():
        write_checkpoint(checkpoints / name, *parts)
    if not VERSION_5:
        return
    for name, (base, settings) in ADAPTERS.items():
        write_adapter(output / "peft" / name, checkpoints / base, settings)
    goldens = output / "goldens"
    shutil.rmtree(goldens, ignore_errors=True)
    for checkpoint in sorted(checkpoints.iterdir()):
        gradients = checkpoint.name in WITH_GRADIENTS
        write_golden(goldens / f"{checkpoint.name}.safetensors", checkpoint, {}, 10, gradients)
    for name, (base, changes, length) in VARIANTS.items():
        write_golden(goldens / f"{name}.safetensors", checkpoints / base, changes, length, False)
    for name, (base, settings) in ADAPTERS.items():
        file = goldens / "peft" / f"{name}.safetensors"
        write_golden(file, checkpoints / base, {}, 10, "modules_to_save" not in settings, output / "peft" / name)


if __name__ == "__main__":
    main()
