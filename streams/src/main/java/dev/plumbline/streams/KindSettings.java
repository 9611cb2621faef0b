/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.settings.Setting;
import java.util.List;
import java.util.Optional;

/** What is made of which kind of feedback. */
public record KindSettings(
    @Setting(
            doc =
                "Annotators that may take back what others said, and candidates with all that was said of them.",
            defaultValue = "")
        List<String> operators,
    @Setting(
            doc =
                "Whether an annotator's thumb up on one completion and down on another one of the same item is a vote for the pair.",
            defaultValue = "true")
        boolean thumbPairs,
    @Setting(
            doc =
                "Which pairs a ranking votes on beside being kept whole: none, those of equal or neighbouring tiers (adjacent), or all.",
            defaultValue = "adjacent")
        RankingPairs rankingPairs,
    @Setting(
            doc =
                "What signals are worth, as name=up:trust or name=down:trust: a thumb of its annotator that counts with a trust of 0 to 1.",
            defaultValue = "copied=up:0.3,regenerated=down:0.5")
        List<String> signals) {
  /** The settings of whoever sets nothing. */
  public static final KindSettings DEFAULT =
      new KindSettings(
          List.of(), true, RankingPairs.ADJACENT, List.of("copied=up:0.3", "regenerated=down:0.5"));

  public KindSettings {
    operators = List.copyOf(operators);
    signals = List.copyOf(signals);
    signals.forEach(SignalRule::parse);
  }

  /** Returns what a signal is worth, if anything. */
  Optional<SignalRule> signal(String name) {
    return signals.stream()
        .map(SignalRule::parse)
        .filter(rule -> rule.name().equals(name))
        .findFirst();
  }
}
