/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * The consensus about one candidate alone, from thumbs.
 *
 * @param exampleId {@link Identity#unpairedId}
 * @param revision from 1
 * @param policy the policy of the feed
 * @param itemId the prompt
 * @param criterion what was asked
 * @param prompt the prompt's text
 * @param candidate the candidate
 * @param probDesirablePpm P(desirable), parts per million
 * @param weightPpm how much it counts in the loss, parts per million, at least 0
 * @param evidence the votes it rests on
 */
public record UnpairedExample(
    String exampleId,
    int revision,
    String policy,
    String itemId,
    String criterion,
    Text prompt,
    ExampleCandidate candidate,
    int probDesirablePpm,
    int weightPpm,
    Evidence evidence)
    implements TrainingExample {
  public UnpairedExample {
    Limits.requireProbPpm("probDesirablePpm", probDesirablePpm);
    if (weightPpm < 0) {
      throw new IllegalArgumentException("weightPpm must be at least 0, but was " + weightPpm);
    }
  }
}
