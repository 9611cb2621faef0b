/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PolicyVersion;
import java.util.List;

/** The policy as the sampler sees it. Belongs to one thread. */
public interface CompletionSource extends AutoCloseable {
  /**
   * Answers as this version from now on.
   *
   * @throws OtherBaseModelException naming both, when the version stands on another base model
   */
  void use(PolicyVersion version);

  /** Whether the prompt leaves room for an answer. */
  boolean fits(String prompt);

  /**
   * Draws one completion per request, in order. A completion's text is a function of the version,
   * its prompt and its noise key.
   */
  List<DrawnCompletion> draw(List<Draw> draws);

  @Override
  void close();

  /**
   * One completion to draw.
   *
   * @param prompt the prompt, which {@linkplain #fits fits}
   * @param noiseKey what its randomness is keyed by
   */
  record Draw(String prompt, long noiseKey) {}

  /**
   * A completion that was drawn.
   *
   * @param text the readable text
   * @param tokenIds the tokens as sampled
   * @param tokenLogProbs log-probability that each was drawn with, in nats; empty where unknown
   * @param promptLevels level of the soft-prompt bank that acted when each was drawn; empty where
   *     no bank acted
   */
  record DrawnCompletion(
      String text, List<Integer> tokenIds, List<Float> tokenLogProbs, List<Integer> promptLevels) {
    public DrawnCompletion {
      tokenIds = List.copyOf(tokenIds);
      tokenLogProbs = List.copyOf(tokenLogProbs);
      promptLevels = List.copyOf(promptLevels);
    }

    /** A completion that no bank of soft prompts had a part in. */
    public DrawnCompletion(String text, List<Integer> tokenIds, List<Float> tokenLogProbs) {
      this(text, tokenIds, tokenLogProbs, List.of());
    }
  }
}
