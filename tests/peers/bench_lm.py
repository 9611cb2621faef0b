#!/usr/bin/env python3
"""Times the steps of `plumbline bench lm` in PyTorch with transformers and PEFT, and compares.

    ./plumbline bench lm --json > ours.jsonl
    python tests/peers/bench_lm.py ours.jsonl

The peer pads each batch to its longest row, as TRL's collator does, and runs Hugging Face's Llama with scaled dot
product attention, PEFT's LoRA and fused AdamW, on the same lengths, sizes, threads and precision. Useful tokens are the
rows' own, padding not counted. Exits 1 when ours is slower than the peer anywhere.
"""
import argparse
import csv
import json
import pathlib
import sys
import time

import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

LENGTHS = (
    pathlib.Path(__file__).resolve().parents[2]
    / "infra/app/src/main/resources/dev/plumbline/app/bench/hh-lastturn-lengths.csv"
)
SIZES = {
    "0.3M": dict(vocab_size=512, hidden_size=64, intermediate_size=172, num_hidden_layers=6, num_attention_heads=4),
    "5M": dict(vocab_size=4096, hidden_size=256, intermediate_size=688, num_hidden_layers=5, num_attention_heads=4),
    "40M": dict(vocab_size=16384, hidden_size=512, intermediate_size=1536, num_hidden_layers=9, num_attention_heads=8),
}
PAIRS = {"0.3M": 16, "5M": 8, "40M": 4}
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def batches(size):
    """Rows as (ids, completion start): all chosen, then all rejected ones of each batch."""
    generator = torch.Generator().manual_seed(1)
    with open(LENGTHS) as file:
        lengths = [tuple(int(row[name]) for name in ("prompt", "chosen", "rejected")) for row in csv.DictReader(file)]
    pairs = PAIRS[size]

    def ids(count):
        return torch.randint(3, SIZES[size]["vocab_size"], (count,), generator=generator)

    for start in range(0, len(lengths) - pairs + 1, pairs):
        prompts = [ids(prompt) for prompt, _, _ in lengths[start : start + pairs]]
        rows = []
        for completion in (1, 2):
            for prompt, length in zip(prompts, lengths[start : start + pairs]):
                rows.append((torch.cat([prompt, ids(length[completion])]), len(prompt)))
        yield rows


def padded(rows):
    width = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    attention = torch.zeros(len(rows), width, dtype=torch.long)
    completion = torch.zeros(len(rows), width)
    for i, (row, start) in enumerate(rows):
        ids[i, : len(row)] = row
        attention[i, : len(row)] = 1
        completion[i, start : len(row)] = 1
    return ids, attention, completion[:, 1:]


def log_probs(model, ids, attention, completion):
    logits = model(input_ids=ids, attention_mask=attention, use_cache=False).logits[:, :-1].float()
    chosen = torch.gather(logits, -1, ids[:, 1:, None]).squeeze(-1)
    return ((chosen - torch.logsumexp(logits, -1)) * completion).sum(-1)


class Work:
    def __init__(self, size, dtype, work):
        self.work = work
        config = LlamaConfig(
            **SIZES[size],
            num_key_value_heads=SIZES[size]["num_attention_heads"],
            tie_word_embeddings=True,
            max_position_embeddings=1024,
            attn_implementation="sdpa",
        )
        torch.manual_seed(1)
        model = LlamaForCausalLM(config)
        self.autocast = torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)
        if work != "full_step":
            model = model.to(dtype)
        if work == "lora_step":
            model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear"))
        self.model = model
        trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=1e-5, fused=True)
        self.trained = trained

    def run(self, rows):
        batch = padded(rows)
        with self.autocast:
            if self.work == "score":
                with torch.no_grad():
                    log_probs(self.model, *batch)
                return
            if self.work == "lora_step":
                with torch.no_grad(), self.model.disable_adapter():
                    reference = log_probs(self.model, *batch)
            else:
                reference = torch.zeros(len(rows))
            ratio = log_probs(self.model, *batch) - reference
            half = len(rows) // 2
            loss = -F.logsigmoid(0.1 * (ratio[:half] - ratio[half:])).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


def measure(size, dtype, work, seconds):
    steps = Work(size, dtype, work)
    all_batches = list(batches(size))
    steps.run(all_batches[0])
    tokens, spent, i = 0, 0.0, 0
    while i < 2 or spent < seconds:
        rows = all_batches[i % len(all_batches)]
        start = time.perf_counter()
        steps.run(rows)
        spent += time.perf_counter() - start
        tokens += sum(len(ids) for ids, _ in rows)
        i += 1
    return tokens / spent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", help="output of `plumbline bench lm --json`")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with open(arguments.ours) as file:
        ours = [json.loads(line) for line in file if line.startswith("{")]
    print(f"torch {torch.__version__}, {arguments.threads} thread(s)")
    print(f"{'size':6} {'type':9} {'work':10} {'peer tok/s':>11} {'ours, padded':>13} {'ours, shared':>13}")
    slower = False
    for cell in ours:
        if cell["layout"] != "shared" or cell["precision"] not in TYPES:
            continue
        key = {name: cell[name] for name in ("size", "precision", "work")}
        padded_cell = next(c for c in ours if c["layout"] == "padded" and all(c[k] == v for k, v in key.items()))
        peer = measure(cell["size"], TYPES[cell["precision"]], cell["work"], arguments.seconds)
        ratio = cell["tokens_per_second"] / peer
        slower |= ratio < 1
        print(
            f"{cell['size']:6} {cell['precision']:9} {cell['work']:10} {peer:11,.0f} "
            f"{padded_cell['tokens_per_second'] / peer:12.2f}x {ratio:12.2f}x",
            flush=True,
        )
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    main()
