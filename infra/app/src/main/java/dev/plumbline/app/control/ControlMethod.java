/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.reward.attribute.ControllerKind;
import dev.plumbline.reward.control.ControlSettings.ControlForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How texts of one row of the table come about. */
sealed interface ControlMethod {

  /** The frozen policy, to which a controller only listens. */
  record Base() implements ControlMethod {}

  /**
   * Classic plug-and-play control of the frozen policy: the residual term alone.
   *
   * @param lambda its weight
   */
  record LogitControl(double lambda) implements ControlMethod {}

  /** The frozen policy behind a soft prompt that descends, which nothing was learned for. */
  record GradientControl() implements ControlMethod {}

  /**
   * A policy that has learned by RLDAF, and speaks as it has learned.
   *
   * @param parts what learns
   * @param form how the controller moves the prompt; where none learns, lambda 1 alone is the
   *     bank's
   */
  record Rldaf(List<TrainedPart> parts, ControlForm form) implements ControlMethod {
    public Rldaf {
      parts = List.copyOf(parts);
    }
  }

  /** As the table and the files of rows name it. */
  default String label() {
    return switch (this) {
      case Base base -> "base";
      case LogitControl(double lambda) -> String.format(Locale.ROOT, "control-%.0f", lambda);
      case GradientControl gradient -> "gradient";
      case Rldaf(List<TrainedPart> parts, ControlForm form) ->
          "rldaf-%s-%s"
              .formatted(
                  parts.stream()
                      .map(part -> part.name().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining("+")),
                  form.name().toLowerCase(Locale.ROOT));
    };
  }

  /**
   * The kind of controller: a prompt descends by the gradient of a head, which no other kind has.
   *
   * @param chosen for all others
   */
  default ControllerKind controller(ControllerKind chosen) {
    return switch (this) {
      case GradientControl gradient -> ControllerKind.HEAD;
      case Rldaf rldaf when rldaf.form() == ControlForm.GRADIENT -> ControllerKind.HEAD;
      case Base base -> chosen;
      case LogitControl logit -> chosen;
      case Rldaf rldaf -> chosen;
    };
  }

  /** All methods, in the order of the table. A prompt descends only where there is one. */
  static List<ControlMethod> all() {
    List<ControlMethod> all = new ArrayList<>();
    all.add(new Base());
    for (double lambda : new double[] {1, 2, 4, 8}) {
      all.add(new LogitControl(lambda));
    }
    all.add(new GradientControl());
    List<TrainedPart> both = List.of(TrainedPart.PROMPT, TrainedPart.BIAS);
    all.add(new Rldaf(List.of(TrainedPart.PROMPT), ControlForm.BANK));
    all.add(new Rldaf(List.of(TrainedPart.BIAS), ControlForm.BANK));
    all.add(new Rldaf(List.of(TrainedPart.LORA), ControlForm.BANK));
    all.add(new Rldaf(both, ControlForm.BANK));
    all.add(new Rldaf(List.of(TrainedPart.PROMPT), ControlForm.GRADIENT));
    all.add(new Rldaf(both, ControlForm.GRADIENT));
    return all;
  }
}
