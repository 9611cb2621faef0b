"""Holds the TensorBoard files of a run's folder against its metrics.jsonl and texts.jsonl.

  python tensorboard_check.py OUTPUT_DIR

TensorBoard's own reader must find every tag, step, value (float32) and text, and nothing else; exits with 1 otherwise.
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util


def lines(path):
  return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def logged_scalars(folder):
  scalars = {}
  for line in lines(folder / "metrics.jsonl"):
    for name, value in line.items():
      if name not in ("step", "wall_time", "not_finite"):
        finite = None if value is None else float(np.float32(value))
        scalars.setdefault(name, []).append((line["step"], line["wall_time"], finite))
  return scalars


def logged_texts(folder):
  texts = {}
  for line in lines(folder / "texts.jsonl"):
    texts.setdefault(line["tag"], []).append((line["step"], line["wall_time"], line["markdown"]))
  return texts


def plain(value):
  if isinstance(value, bytes):
    return value.decode("utf-8")
  return value if math.isfinite(value) else None


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("folder", type=pathlib.Path)
  folder = parser.parse_args().folder
  reader = plugin_event_accumulator.EventAccumulator(
      str(folder), tensor_size_guidance={"scalars": 0, "text": 0})
  reader.Reload()
  found_by_plugin = {"scalars": {}, "text": {}}
  for tag in reader.Tags()["tensors"]:
    plugin = reader.SummaryMetadata(tag).plugin_data.plugin_name
    found_by_plugin[plugin][tag] = [
        (event.step, event.wall_time, plain(tensor_util.make_ndarray(event.tensor_proto).item()))
        for event in reader.Tensors(tag)]
  failures = 0
  for plugin, expected in [("scalars", logged_scalars(folder)), ("text", logged_texts(folder))]:
    found = found_by_plugin[plugin]
    for tag in sorted(expected.keys() | found.keys()):
      if expected.get(tag) != found.get(tag):
        failures += 1
        print(f"{plugin} {tag}: logged {expected.get(tag)}, TensorBoard reads {found.get(tag)}")
    print(f"{plugin}: {len(expected)} tags, {sum(map(len, expected.values()))} values")
  sys.exit(1 if failures else 0)


if __name__ == "__main__":
  main()
