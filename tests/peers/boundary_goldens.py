#!/usr/bin/env python3
"""Separates prompts from completions with TRL, and trains the small tokenizer for it.

    python tests/peers/boundary_goldens.py trainers/lm/src/test/resources/chat

writes chat-tokenizer.json and boundary-goldens.json.
"""

import json
import pathlib
import sys
import types

import tokenizers
import transformers
import trl
from datasets import Dataset
from tokenizers import decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast
from trl.trainer.dpo_trainer import DataCollatorForPreference, DPOTrainer

from chat_cases import CONVERSATIONS, WEATHER, assistant, system, user

SPECIALS = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
TEXTS = [
    "the cat sat on the mat and the cattle stand there",
    "system user assistant tool function arguments name",
    "<think> </think> <tool_call> </tool_call> <tool_response>",
    "What is the weather in Zürich? Four. Two and two. Thanks.",
]

PLAIN = [
    {"prompt": "the cat", "chosen": " sat", "rejected": " stands on the mat"},
    {"prompt": "the ca", "chosen": "t sat", "rejected": " sat"},
    {"prompt": "the ca", "chosen": "ttle", "rejected": "t"},
    {"prompt": "the ", "chosen": "cat", "rejected": " mat"},
    {"prompt": "the cat", "chosen": "</s>", "rejected": " sat</s>"},
    {"prompt": "the cat", "chosen": "", "rejected": "tle"},
    {"prompt": "", "chosen": "the cat", "rejected": "the mat"},
    {"prompt": "Zür", "chosen": "ich 👩‍👩‍👧", "rejected": "\u0308 e\u0301"},
    {"prompt": "a</s>b", "chosen": "c<s>d", "rejected": "e"},
    {"prompt": "the cat sat on the mat and", "chosen": " the cattle stand there", "rejected": " there"},
]
CHATS = [
    {"prompt": [user("What?")], "chosen": [assistant("Four.")], "rejected": [assistant("Two and two.")]},
    {
        "prompt": [system("Thanks."), user("What?"), assistant("Four."), user("Why?")],
        "chosen": [assistant("Two.")],
        "rejected": [assistant("<think>\nTwo\n</think>\n\nTwo and two.")],
    },
    {"prompt": [user("")], "chosen": [assistant("")], "rejected": [assistant("👩‍👩‍👧")]},
    {
        "prompt": [user("Weather?")],
        "chosen": [assistant("Four.")],
        "rejected": [assistant("No.")],
        "tools": [WEATHER],
    },
    {
        "prompt": [user("What?")],
        "chosen": [assistant("Four.")],
        "rejected": [assistant("No.")],
        "chat_template_kwargs": {"enable_thinking": False},
    },
]


def train_tokenizer():
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=SPECIALS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def prepared(tokenizer, example, max_length=None, truncation_mode="keep_start"):
    trainer = types.SimpleNamespace(_tokenizer=tokenizer)
    args = types.SimpleNamespace(dataset_num_proc=None, max_length=max_length, truncation_mode=truncation_mode)
    dataset = DPOTrainer._prepare_dataset(trainer, Dataset.from_list([example]), tokenizer, args, "golden")
    return list(dataset)


def truncations(tokenizer, example, lengths):
    rows = []
    for mode in ("keep_start", "keep_end"):
        for length in lengths:
            kept = prepared(tokenizer, example, length, mode)
            row = {"mode": mode, "max_length": length, "dropped": not kept}
            if kept:
                batch = DataCollatorForPreference(pad_token_id=0, max_length=length, truncation_mode=mode)(kept)
                row["rows"] = []
                for ids, mask, completion in zip(
                    batch["input_ids"].tolist(), batch["attention_mask"].tolist(), batch["completion_mask"].tolist()
                ):
                    n = sum(mask)
                    learned = sum(completion)
                    row["rows"].append({"prompt": ids[: n - learned], "completion": ids[n - learned : n]})
            rows.append(row)
    return rows


def golden(tokenizer, example, lengths, **more):
    (row,) = prepared(tokenizer, example)
    return {
        **more,
        "example": example,
        "prompt_ids": row["prompt_ids"],
        "completion_ids": [row["chosen_ids"], row["rejected_ids"]],
        "truncated": truncations(tokenizer, example, lengths),
    }


def mask_goldens(tokenizer, directory):
    rows = []
    for file in ("chat-qwen2_5_training.jinja", "chat-qwen3_training.jinja"):
        tokenizer.chat_template = (directory / file).read_text(encoding="utf-8")
        for name in ("several turns", "unicode", "reasoning field", "system", "one question"):
            out = tokenizer.apply_chat_template(
                CONVERSATIONS[name]["messages"], tokenize=True, return_dict=True, return_assistant_tokens_mask=True
            )
            rows.append(
                {
                    "template": file,
                    "messages": CONVERSATIONS[name]["messages"],
                    "ids": out["input_ids"],
                    "mask": out["assistant_masks"],
                }
            )
    return rows


def main():
    directory = pathlib.Path(sys.argv[1])
    base = train_tokenizer()
    base.save(str(directory / "chat-tokenizer.json"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=base, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="<unk>"
    )
    content = {
        "provenance": {
            "script": "tests/peers/boundary_goldens.py",
            "trl": trl.__version__,
            "transformers": transformers.__version__,
            "tokenizers": tokenizers.__version__,
        },
        "special_tokens": {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<unk>"},
        "plain": [golden(tokenizer, example, (1, 3, 5, 8, 100)) for example in PLAIN],
        "chats": [],
        "masks": [],
    }
    for file in ("chat-qwen2_5.jinja", "chat-qwen3.jinja"):
        tokenizer.chat_template = (directory / file).read_text(encoding="utf-8")
        content["chats"] += [golden(tokenizer, example, (4, 40, 1000), template=file) for example in CHATS]
    content["masks"] = mask_goldens(tokenizer, directory)
    (directory / "boundary-goldens.json").write_text(
        json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
