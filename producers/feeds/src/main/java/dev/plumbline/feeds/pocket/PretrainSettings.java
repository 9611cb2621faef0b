/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.family.LlamaConfig;

/** How the pocket policy is made: its texts, its size and its training. */
public record PretrainSettings(
    @Setting(doc = "seed of texts and first weights", defaultValue = "1") long seed,
    @Setting(
            doc = "ids of the tokenizer, bytes and special tokens included",
            defaultValue = "1024",
            min = "259")
        int vocabularySize,
    @Setting(doc = "texts that the tokenizer is made from", defaultValue = "5000", min = "1")
        int tokenizerTexts,
    @Setting(doc = "width of the residual stream", defaultValue = "64", min = "2") int hiddenSize,
    @Setting(doc = "width of the feed-forward layers", defaultValue = "176", min = "1")
        int intermediateSize,
    @Setting(doc = "number of blocks", defaultValue = "3", min = "1") int layers,
    @Setting(doc = "heads per block; divides hidden_size", defaultValue = "4", min = "1")
        int attentionHeads,
    @Setting(doc = "optimizer steps", defaultValue = "2400", min = "1") int steps,
    @Setting(doc = "texts per step; no text is used twice", defaultValue = "32", min = "1")
        int batchSize,
    @Setting(doc = "peak learning rate of AdamW", defaultValue = "0.004") double learningRate) {

  /** Longest row of the model: the longest review and prompt fit more than once. */
  static final int MAX_POSITIONS = 128;

  public PretrainSettings {
    if (hiddenSize % (2 * attentionHeads) != 0) {
      throw new IllegalArgumentException(
          "hidden_size must be a multiple of twice attention_heads, but was %d and %d"
              .formatted(hiddenSize, attentionHeads));
    }
  }

  /** The settings that the checkpoint on the class path was made with. */
  public static PretrainSettings defaults() {
    return Settings.bind(PretrainSettings.class, SettingsSource.empty());
  }

  LlamaConfig config(int bosTokenId, int eosTokenId) {
    return new LlamaConfig(
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        attentionHeads,
        attentionHeads,
        hiddenSize / attentionHeads,
        1e-5,
        10_000,
        MAX_POSITIONS,
        true,
        bosTokenId,
        eosTokenId);
  }
}
