/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.lm.ModelCard;
import dev.plumbline.lm.ModelIdentity;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The model card of a run's policy: what it was learned from and how. A function of the run's
 * settings and step, like the weights.
 *
 * @param base what training started from
 * @param kind adapter or whole model
 * @param lossTypes by name
 */
record PolicyCard(ModelIdentity base, ModelCard.Kind kind, List<String> lossTypes) {

  static PolicyCard of(TrainSettings settings, ModelIdentity base) {
    return new PolicyCard(
        base,
        settings.recipe().usePeft() ? ModelCard.Kind.ADAPTER : ModelCard.Kind.FINE_TUNED,
        settings.recipe().loss().lossType());
  }

  String at(RunState state) {
    SortedMap<String, String> origin = new TreeMap<>();
    origin.put("base weights", "sha256 " + base.weightsSha256());
    origin.put("examples", "sha256 " + state.dataSha256());
    origin.put("step", Long.toString(state.step()));
    return ModelCard.of(
            kind,
            base.name(),
            Stream.concat(lossTypes.stream(), Stream.of("trl-compatible")).toList(),
            "%s after %d steps".formatted(title(), state.step()),
            "Learned from preference files by `plumbline train`.")
        .with("Origin", origin)
        .with("Settings", state.settings())
        .text();
  }

  private String title() {
    return switch (kind) {
      case ADAPTER -> "LoRA adapter";
      case FINE_TUNED -> "Fine-tuned model";
      case MERGED, REWARD_MODEL -> throw new IllegalStateException("training makes no " + kind);
    };
  }
}
