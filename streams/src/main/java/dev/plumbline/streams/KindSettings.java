/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.settings.Setting;
import java.util.List;

/** What is made of which kind of feedback. */
public record KindSettings(
    @Setting(
            doc =
                "Annotators that may take back what others said, and candidates with all that was said of them.",
            defaultValue = "")
        List<String> operators) {
  /** The settings of whoever sets nothing. */
  public static final KindSettings DEFAULT = new KindSettings(List.of());

  public KindSettings {
    operators = List.copyOf(operators);
  }
}
