/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ControlledCompletion;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.reward.control.ControlledSampler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures a version of the pocket policy against its base on the held-out prompts: one completion
 * each, drawn with the same noise, compared by {@link PhraseAttribute}. Beside the win rate stand
 * the guards that the text is still readable.
 *
 * <p>A function of the weights and of the sampling options alone. The base's completions are drawn
 * once, on first use. Used by the thread that uses the model.
 */
public final class PocketWinRate {
  /** Prompts measured on; the held-out split has more. */
  public static final int PROMPTS = 256;

  private static final int BATCH = 128;

  private final CausalLanguageModel model;
  private final SamplingOptions options;
  private final @Nullable ControlledSampler control;
  private final PhraseAttribute attribute = PhraseAttribute.ofReviews();
  private final List<int[]> prompts;
  private @Nullable List<String> baseTexts;

  /**
   * @param model base of all versions that are measured
   * @param options as the loop samples; the seed should be another one
   */
  public PocketWinRate(CausalLanguageModel model, SamplingOptions options) {
    this(model, options, null);
  }

  /**
   * @param control that chooses the soft prompts of versions that have any; should have a lambda of
   *     0, so that what is measured is what the version has learned. Null where none has
   */
  public PocketWinRate(
      CausalLanguageModel model, SamplingOptions options, @Nullable ControlledSampler control) {
    this.model = model;
    this.options = options;
    this.control = control;
    this.prompts =
        new PocketPrompts()
            .heldOut().stream()
                .limit(PROMPTS)
                .map(prompt -> model.tokenizer().encodePrompt(prompt.text()))
                .toList();
  }

  /**
   * Measures a version.
   *
   * @return {@code eval_win_rate}, {@code eval_tie_share}, {@code eval_wins}, {@code eval_losses},
   *     {@code eval_ties}, {@code eval_attribute}, {@code eval_distinct_3}, {@code
   *     eval_distinct_3_ratio} (to the base's), {@code eval_mean_length} (words)
   */
  public Map<String, Double> measure(Adapter version) {
    List<String> base = baseTexts();
    List<String> texts = texts(version);
    WinRate winRate = WinRate.of(scores(texts), scores(base));
    double distinct = DistinctTrigrams.share(texts);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("eval_win_rate", winRate.rate());
    metrics.put("eval_tie_share", winRate.tieShare());
    metrics.put("eval_wins", (double) winRate.wins());
    metrics.put("eval_losses", (double) winRate.losses());
    metrics.put("eval_ties", (double) winRate.ties());
    metrics.put(
        "eval_attribute", scores(texts).stream().mapToInt(score -> score).average().orElse(0));
    metrics.put("eval_distinct_3", distinct);
    metrics.put("eval_distinct_3_ratio", distinct / DistinctTrigrams.share(base));
    metrics.put(
        "eval_mean_length",
        texts.stream().mapToInt(text -> Words.of(text).size()).average().orElse(0));
    return metrics;
  }

  /** The completions that a version is measured by, one per prompt: samples to read. */
  public List<String> texts(Adapter version) {
    List<String> texts = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += BATCH) {
      int to = Math.min(from + BATCH, prompts.size());
      List<Long> noiseKeys = LongStream.range(from, to).boxed().toList();
      for (int[] ids : spoken(version, prompts.subList(from, to), noiseKeys)) {
        texts.add(model.tokenizer().decode(ids));
      }
    }
    return texts;
  }

  private List<int[]> spoken(Adapter version, List<int[]> asked, List<Long> noiseKeys) {
    return control != null && version instanceof ControlAdapter
        ? control.speak(model, version, asked, options, noiseKeys).stream()
            .map(ControlledCompletion::ids)
            .toList()
        : model.sample(asked, version, options, noiseKeys).stream()
            .map(SampledCompletion::ids)
            .toList();
  }

  private List<String> baseTexts() {
    if (baseTexts == null) {
      baseTexts = texts(Adapter.none());
    }
    return baseTexts;
  }

  private List<Integer> scores(List<String> texts) {
    return texts.stream().map(attribute::of).toList();
  }
}
