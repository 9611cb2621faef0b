/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.EncodedRolloutGroup;
import dev.plumbline.alignment.ExampleEncoder;
import dev.plumbline.alignment.MarkedText;
import dev.plumbline.alignment.SampledTokens;
import dev.plumbline.alignment.SpanEmphasis;
import dev.plumbline.alignment.SpanWeight;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.trainer.LearningSettings.PairSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What an example of the feed says, in tokens: belief, tie, weight and order as they are, and each
 * marked span as what its tokens count for.
 *
 * @param encoder of the policy
 * @param marks what marked spans count for
 * @param pairs rollouts are read as pairs where pairs are made of them
 */
record ExampleReader(ExampleEncoder encoder, SpanEmphasis marks, PairSource pairs) {

  /**
   * @param factor on the example's weight
   * @throws IllegalArgumentException when its text is sealed, or a rollout has no tokens
   */
  EncodedExample read(TrainingExample example, double factor) {
    return switch (example) {
      case PreferencePair pair -> pair(pair, factor);
      case UnpairedExample unpaired -> {
        double belief = unpaired.probDesirablePpm() / 1e6;
        yield encoder.unpaired(
            text(unpaired.prompt()),
            marked(unpaired.candidate(), 2 * belief - 1),
            belief,
            unpaired.weightPpm() / 1e6 * factor);
      }
      case RankedGroup group ->
          encoder.ranking(
              text(group.prompt()),
              inOrder(group),
              group.tierSizes(),
              group.weightPpm() / 1e6 * factor);
      case RolloutGroup group -> {
        EncodedRolloutGroup encoded =
            encoder.rollouts(
                text(group.prompt()),
                group.rollouts().stream().map(ExampleReader::sampled).toList(),
                factor);
        yield switch (pairs) {
          case COMPARISONS -> encoded;
          case ROLLOUTS -> encoded.bestAgainstWorst();
        };
      }
    };
  }

  private EncodedPair pair(PreferencePair pair, double factor) {
    double belief = pair.belief();
    EncodedPair encoded =
        encoder.pair(
            text(pair.prompt()),
            marked(pair.a(), 2 * belief - 1),
            marked(pair.b(), 1 - 2 * belief),
            belief,
            pair.probTiePpm() / 1e6,
            pair.weight() * factor);
    return new EncodedPair(
        by(encoded.a(), pair.a()),
        by(encoded.b(), pair.b()),
        encoded.belief(),
        encoded.tieProb(),
        encoded.weight());
  }

  /** The first tier stands at 1, the last at -1, those between at equal steps. */
  private List<MarkedText> inOrder(RankedGroup group) {
    List<MarkedText> texts = new ArrayList<>();
    int tiers = group.tierSizes().size();
    for (int tier = 0; tier < tiers; tier++) {
      double standing = tiers == 1 ? 0 : 1 - 2.0 * tier / (tiers - 1);
      for (int i = 0; i < group.tierSizes().get(tier); i++) {
        texts.add(marked(group.candidates().get(texts.size()), standing));
      }
    }
    return texts;
  }

  private MarkedText marked(ExampleCandidate candidate, double standing) {
    return new MarkedText(
        text(candidate.text()),
        candidate.spans().stream()
            .map(
                span ->
                    new SpanWeight(
                        span.startChar(), span.endChar(), marks.factor(span.strength(), standing)))
            .toList());
  }

  private static SampledTokens sampled(RolloutGroup.Rollout rollout) {
    return new SampledTokens(
        rollout.tokenIds().stream().mapToInt(Integer::intValue).toArray(),
        rollout.tokenLogProbs().stream().mapToDouble(Float::doubleValue).toArray(),
        rollout.reward(),
        rollout.promptLevels().stream().mapToInt(Integer::intValue).toArray(),
        rollout.prefixScores().stream().mapToDouble(Float::doubleValue).toArray());
  }

  private static EncodedCompletion by(EncodedCompletion completion, ExampleCandidate candidate) {
    return completion.from(Origins.of(candidate));
  }

  private static String text(Text text) {
    return switch (text) {
      case Text.Plain plain -> plain.text();
      case Text.Sealed sealed ->
          throw new IllegalArgumentException("sealed text can't be learned from");
    };
  }
}
