#!/usr/bin/env python3
"""Renders chat templates and small Jinja snippets with transformers and jinja2.

    python tests/peers/chat_goldens.py TEMPLATES_DIR trainers/lm/src/test/resources/chat

writes chat-goldens.json (every template over every conversation) and jinja-goldens.json (every
snippet over its variables). The Java renderer must give the same texts, spans and refusals.
"""

import datetime
import hashlib
import json
import pathlib
import sys

import jinja2
import transformers
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils
from transformers.utils.chat_template_utils import render_jinja_template

from chat_cases import CONVERSATIONS, SNIPPETS, SPECIAL_TOKENS, V

NOW = datetime.datetime(2024, 7, 4, 9, 5, 3, 120000)


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def provenance():
    return {
        "script": "tests/peers/chat_goldens.py",
        "python": sys.version.split()[0],
        "transformers": transformers.__version__,
        "jinja2": jinja2.__version__,
        "now": NOW.isoformat(),
    }


def chat_goldens(directory):
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), **SPECIAL_TOKENS)
    templates, renderings = {}, []
    for path in sorted(directory.glob("chat-*.jinja")):
        source = path.read_text(encoding="utf-8")
        templates[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        for name, request in CONVERSATIONS.items():
            row = {"template": path.name, "conversation": name}
            arguments = {
                "tools": request.get("tools"),
                "add_generation_prompt": request.get("add_generation_prompt", False),
                **request.get("variables", {}),
            }
            try:
                row["text"] = tokenizer.apply_chat_template(
                    request["messages"], chat_template=source, tokenize=False, **arguments
                )
                present = [{k: v for k, v in m.items() if v is not None} for m in request["messages"]]
                _, spans = render_jinja_template(
                    conversations=[present],
                    chat_template=source,
                    return_assistant_tokens_mask=True,
                    **{**SPECIAL_TOKENS, **arguments},
                )
                row["spans"] = [list(span) for span in spans[0]]
            except Exception as e:
                row.pop("text", None)
                row["error"] = type(e).__name__
                row["message"] = str(e)
            renderings.append(row)
    return {
        "provenance": provenance(),
        "templates_sha256": templates,
        "special_tokens": SPECIAL_TOKENS,
        "conversations": CONVERSATIONS,
        "renderings": renderings,
    }


def jinja_goldens():
    rows = []
    for source, variables in SNIPPETS:
        row = {"source": source} if variables is None else {"source": source, "variables": variables}
        try:
            template = chat_template_utils._compile_jinja_template.__wrapped__(source)
            row["text"] = template.render(**(V if variables is None else variables))
        except TemplateSyntaxError as e:
            row.update(error=type(e).__name__, message=e.message, line=e.lineno)
        except Exception as e:
            row.update(error=type(e).__name__, message=str(e))
            if type(e) is TemplateError:
                row["raised"] = True
        rows.append(row)
    return {"provenance": provenance(), "variables": V, "snippets": rows}


def write(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    templates, output = map(pathlib.Path, sys.argv[1:3])
    output.mkdir(parents=True, exist_ok=True)
    datetime.datetime = FixedTime
    chat_template_utils.datetime = FixedTime
    write(output / "chat-goldens.json", chat_goldens(templates))
    write(output / "jinja-goldens.json", jinja_goldens())


if __name__ == "__main__":
    main()
