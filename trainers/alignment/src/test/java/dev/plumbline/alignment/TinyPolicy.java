/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A seeded random checkpoint and pairs for it, small enough for every test. */
final class TinyPolicy {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  private static final byte[] TOKENIZER =
      ByteBpeTrainer.train(List.of("the cat sat on the mat, and the dog sat on the log"), 280);
  private static final String[] WORDS = {"the", "cat", "sat", "mat", "dog", "log", "and", "on"};

  private TinyPolicy() {}

  static CausalLanguageModel open() {
    return CausalLanguageModel.initialize(
        "tiny", CONFIG, TOKENIZER, 7, new EngineOptions(1, "cpu", Precision.FLOAT64));
  }

  static List<EncodedPair> pairs(CausalLanguageModel model, int count, long seed) {
    ExampleEncoder encoder = ExampleEncoder.of(model, 64);
    SplittableRandom random = new SplittableRandom(seed);
    List<EncodedPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(
          encoder.pair(
              words(random), words(random), words(random), random.nextDouble(), 0, 0.5 + i % 2));
    }
    return pairs;
  }

  /** Groups of three random rollouts each. */
  static List<EncodedRolloutGroup> groups(ExampleEncoder encoder, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EncodedRolloutGroup> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<SampledTokens> sampled = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        int tokens = random.nextInt(1, 6);
        sampled.add(
            new SampledTokens(
                random.ints(tokens, 10, 250).toArray(),
                random.doubles(tokens, -7, -4).toArray(),
                random.nextDouble()));
      }
      groups.add(encoder.rollouts(words(random), sampled, 0.5 + i % 2));
    }
    return groups;
  }

  /**
   * Groups of three rollouts each under a controller that wants half of the tokens, at three levels
   * in turn.
   */
  static List<EncodedRolloutGroup> controlled(ExampleEncoder encoder, int count, long seed) {
    return controlled(encoder, count, seed, 3);
  }

  /** The same at so many levels in turn. */
  static List<EncodedRolloutGroup> controlled(
      ExampleEncoder encoder, int count, long seed, int levels) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EncodedRolloutGroup> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<SampledTokens> sampled = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        sampled.add(controlled(random, random.nextInt(4, 9), levels));
      }
      groups.add(encoder.rollouts(words(random), sampled, 0.5 + i % 2));
    }
    return groups;
  }

  private static SampledTokens controlled(SplittableRandom random, int tokens, int levels) {
    int[] ids = random.ints(tokens, 40, 44).toArray();
    int[] acted = new int[tokens];
    double[] attributeLogProbs = new double[tokens + 1];
    double logit = -1;
    attributeLogProbs[0] = -Math.log1p(Math.exp(-logit));
    for (int t = 0; t < tokens; t++) {
      acted[t] = t % levels;
      logit += isWanted(ids[t]) ? 0.5 : -0.5;
      attributeLogProbs[t + 1] = -Math.log1p(Math.exp(-logit));
    }
    return new SampledTokens(
        ids,
        random.doubles(tokens, -6, -5).toArray(),
        attributeLogProbs[tokens],
        acted,
        attributeLogProbs);
  }

  static boolean isWanted(int id) {
    return id < 42;
  }

  private static String words(SplittableRandom random) {
    List<String> words = new ArrayList<>();
    int count = random.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }
}
