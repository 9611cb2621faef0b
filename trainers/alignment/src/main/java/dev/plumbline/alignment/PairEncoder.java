/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import dev.plumbline.lm.text.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the texts of a pair into token rows.
 *
 * <p>Prompt and completion are encoded together and parted where TRL parts them ({@link
 * CompletionEncoder}): framed as the tokenizer's post-processor says, the end-of-sequence id after
 * each completion. Where the prompt with the longer completion exceeds {@code maxLength}, the
 * prompt is cut to {@code maxPromptLength} tokens (a start-of-text id and the prompt's end are
 * kept) and, if that is not enough, each completion to the tokens that still fit after it. Both
 * completions always follow the same prompt tokens. The rule is that of the DPO authors' code with
 * {@code keep_end}.
 */
public final class PairEncoder {
  private final CompletionEncoder texts;
  private final int maxLength;
  private final int maxPromptLength;

  /**
   * @param maxLength longest prompt with completion, in tokens
   * @param maxPromptLength what a prompt is cut to when cutting is needed
   */
  public PairEncoder(Tokenizer tokenizer, int maxLength, int maxPromptLength) {
    if (maxPromptLength < 1 || maxPromptLength >= maxLength) {
      throw new IllegalArgumentException(
          "max_prompt_length must be at least 1 and less than max_length, but they were %d and %d"
              .formatted(maxPromptLength, maxLength));
    }
    this.texts = new CompletionEncoder(tokenizer, SpecialText.LITERAL);
    this.maxLength = maxLength;
    this.maxPromptLength = maxPromptLength;
  }

  /** An encoder for a model: {@code maxLength}, or the model's longest row if that is less. */
  public static PairEncoder of(CausalLanguageModel model, int maxLength) {
    int length = Math.min(maxLength, model.config().maxPositions());
    return new PairEncoder(model.tokenizer(), length, length / 2);
  }

  /** Encodes a pair; see {@link EncodedPair} for belief and weight. */
  public EncodedPair encode(String prompt, String a, String b, double belief, double weight) {
    PromptCompletions encoded = texts.encode(prompt, List.of(a, b));
    int[] promptIds =
        encoded.promptIds().length == 0
            ? new int[] {texts.tokenizer().bosTokenId()}
            : encoded.promptIds();
    int[] idsA = encoded.completionIds().getFirst();
    int[] idsB = encoded.completionIds().getLast();
    if (promptIds.length + Math.max(idsA.length, idsB.length) > maxLength) {
      promptIds = keepEnd(promptIds, maxPromptLength);
      int room = maxLength - promptIds.length;
      idsA = keepStart(idsA, room);
      idsB = keepStart(idsB, room);
    }
    return new EncodedPair(
        TokenRow.of(promptIds, idsA), TokenRow.of(promptIds, idsB), belief, weight);
  }

  private int[] keepEnd(int[] ids, int length) {
    if (ids.length <= length) {
      return ids;
    }
    int[] kept = Arrays.copyOfRange(ids, ids.length - length, ids.length);
    if (texts.tokenizer().beginsFramed(ids)) {
      kept[0] = ids[0];
    }
    return kept;
  }

  private static int[] keepStart(int[] ids, int length) {
    return ids.length <= length ? ids : Arrays.copyOf(ids, length);
  }
}
