/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.chat.ChatEncoder;
import dev.plumbline.lm.chat.ChatRequest;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletion;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import dev.plumbline.lm.text.TruncationMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a prompt and its completions into the rows that a reward model reads: the end-of-sequence
 * id last, where the score is. What is too long loses its beginning, because what is judged is at
 * the end. Text that spells a special token stays text: it may be a stranger's.
 */
public final class RewardEncoder {
  private final CompletionEncoder texts;
  private final int maxLength;

  /**
   * @param maxLength longest prompt with completion, in tokens; at least 2, and at most what the
   *     model can read
   */
  public RewardEncoder(CausalLanguageModel model, int maxLength) {
    if (maxLength < 2) {
      throw new IllegalArgumentException("max_length must be at least 2, but was " + maxLength);
    }
    this.texts = new CompletionEncoder(model.tokenizer(), SpecialText.LITERAL);
    this.maxLength = Math.min(maxLength, model.config().maxPositions());
  }

  /** A row per completion of a text. */
  public List<TokenRow> texts(String prompt, List<String> completions) {
    return rows(texts.encode(prompt, completions));
  }

  /**
   * A row per answer in a conversation.
   *
   * @param chat of the same model
   * @param prompt its messages before the answer
   * @param answers messages that follow the prompt, mostly one of the assistant
   */
  public List<TokenRow> answers(
      ChatEncoder chat,
      ChatRequest prompt,
      List<? extends List<? extends Map<String, ? extends @Nullable Object>>> answers) {
    return rows(chat.encode(prompt, answers));
  }

  private List<TokenRow> rows(PromptCompletions encoded) {
    int[] prompt =
        encoded.promptIds().length == 0
            ? new int[] {texts.tokenizer().bosTokenId()}
            : encoded.promptIds();
    PromptCompletions begun =
        new PromptCompletions(prompt, encoded.completionIds(), encoded.unsharedPromptIds());
    List<TokenRow> rows = new ArrayList<>();
    for (PromptCompletion one : begun.truncated(TruncationMode.KEEP_END, maxLength).orElseThrow()) {
      rows.add(row(one.promptIds(), one.completionIds()));
    }
    return rows;
  }

  /** A row begins with a prompt: where cutting left none, the first token stands for it. */
  private static TokenRow row(int[] prompt, int[] completion) {
    return prompt.length > 0
        ? TokenRow.of(prompt, completion)
        : TokenRow.of(
            Arrays.copyOf(completion, 1), Arrays.copyOfRange(completion, 1, completion.length));
  }
}
