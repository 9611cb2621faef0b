/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.AdapterWithHead;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TrainedAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says how good a text is: the score of a scalar head after the text's last token, in units of
 * log-odds; only differences between texts mean something. Below the head is a language model that
 * it shares with others, with an adapter of its own or as it is.
 *
 * <p>Owns adapter and head, not the model. Used by the thread that uses the model.
 */
public final class RewardModel implements AutoCloseable {
  private final CausalLanguageModel model;
  private final Adapter adapter;
  private final ScalarHead head;

  RewardModel(CausalLanguageModel model, Adapter adapter, ScalarHead head) {
    this.model = model;
    this.adapter = adapter;
    this.head = head;
  }

  /** A new one: a head drawn from the seed, on an adapter that changes nothing yet. */
  public static RewardModel initialize(CausalLanguageModel model, LoraConfig lora, long seed) {
    return new RewardModel(
        model, LoraAdapter.initialize(model, lora, seed), ScalarHead.initialize(model, seed));
  }

  /** A new one that is a head alone, on the model as it is. */
  public static RewardModel initialize(CausalLanguageModel model, long seed) {
    return new RewardModel(model, Adapter.none(), ScalarHead.initialize(model, seed));
  }

  /**
   * Reads what {@link #files} wrote, or what PEFT saved for task {@code SEQ_CLS} with one label.
   *
   * @param files by name
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  public static RewardModel read(CausalLanguageModel model, Map<String, byte[]> files) {
    byte[] headAlone = files.get(ScalarHead.FILE);
    if (headAlone != null) {
      return new RewardModel(model, Adapter.none(), ScalarHead.fromSafeTensors(model, headAlone));
    }
    AdapterWithHead both = PeftDirectory.readWithHead(model, files);
    return new RewardModel(model, both.adapter(), both.head());
  }

  /** The model below. */
  public CausalLanguageModel model() {
    return model;
  }

  Adapter adapter() {
    return adapter;
  }

  ScalarHead head() {
    return head;
  }

  /**
   * The score of each row.
   *
   * @param batchSize rows computed together; rows that share a prompt cost less in one batch, and
   *     another batch moves the last bits
   */
  public double[] scores(List<TokenRow> rows, int batchSize) {
    double[] scores = new double[rows.size()];
    for (int from = 0; from < scores.length; from += batchSize) {
      int to = Math.min(from + batchSize, scores.length);
      double[] part = model.scores(rows.subList(from, to), adapter, head).last();
      System.arraycopy(part, 0, scores, from, part.length);
    }
    return scores;
  }

  /**
   * The reward model as files: a directory that PEFT reads, or the head alone.
   *
   * @param card what {@code README.md} says
   */
  public SortedMap<String, byte[]> files(String card) {
    return switch (adapter) {
      case LoraAdapter lora -> PeftDirectory.write(lora, head, model.identity().name(), card);
      case ControlAdapter control ->
          throw new IllegalStateException("a head stands on a LoRA adapter, or on none");
      case Adapter.None none ->
          new TreeMap<>(
              Map.of(
                  ScalarHead.FILE,
                  head.toSafeTensors(),
                  PeftDirectory.CARD_FILE,
                  card.getBytes(StandardCharsets.UTF_8)));
    };
  }

  @Override
  public void close() {
    head.close();
    switch (adapter) {
      case TrainedAdapter trained -> trained.close();
      case Adapter.None none -> {}
    }
  }
}
