/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A seeded random model, and pairs whose better completion has more of one token. */
public final class TinyModel {
  private static final int LIKED = 42;

  private TinyModel() {}

  public static CausalLanguageModel open(Precision precision) {
    return CausalLanguageModel.initialize(
        "tiny",
        new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2),
        ByteBpeTrainer.train(List.of("the cat sat on the mat, and the dog sat on the log"), 280),
        7,
        new EngineOptions(1, "cpu", precision));
  }

  static List<RewardPair> pairs(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<RewardPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = random.ints(random.nextInt(1, 4), 50, 300).toArray();
      TokenRow better = TokenRow.of(prompt, completion(random, 0.6));
      TokenRow worse = TokenRow.of(prompt, completion(random, 0.1));
      pairs.add(RewardPair.decided(better, worse));
    }
    return pairs;
  }

  private static int[] completion(SplittableRandom random, double liked) {
    int[] ids = random.ints(random.nextInt(3, 9), 50, 300).toArray();
    for (int t = 0; t < ids.length; t++) {
      ids[t] = random.nextDouble() < liked ? LIKED : ids[t];
    }
    return ids;
  }
}
