/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A prompt and completions of it as token ids, separated where TRL separates them.
 *
 * <p>The prompt is encoded alone, and with each completion behind it. The completions begin where
 * these encodings part: after the longest beginning that they all share. That may be before the
 * prompt's end, where tokens merge across the boundary or a chat template renders the prompt
 * otherwise when something follows; the rest of the prompt is then learned as part of the
 * completions, in the tokens it has there.
 *
 * @param promptIds what all completions follow
 * @param completionIds the completions' tokens, in their order
 * @param unsharedPromptIds the end of the prompt's own encoding that is not in {@code promptIds}:
 *     the model samples behind a context that it was not trained on. Empty where all is well
 */
@SuppressWarnings("ArrayRecordComponent") // ids on their way into rows, never compared
public record PromptCompletions(
    int[] promptIds, List<int[]> completionIds, int[] unsharedPromptIds) {
  public PromptCompletions {
    completionIds = List.copyOf(completionIds);
  }

  /**
   * @param promptIds encoding of the prompt alone
   * @param promptCompletionIds encodings of the prompt with each completion
   */
  public static PromptCompletions of(int[] promptIds, List<int[]> promptCompletionIds) {
    int shared = promptIds.length;
    for (int[] ids : promptCompletionIds) {
      int mismatch = Arrays.mismatch(promptIds, ids);
      shared = Math.min(shared, mismatch < 0 ? promptIds.length : mismatch);
    }
    int start = shared;
    return new PromptCompletions(
        Arrays.copyOf(promptIds, start),
        promptCompletionIds.stream()
            .map(ids -> Arrays.copyOfRange(ids, start, ids.length))
            .toList(),
        Arrays.copyOfRange(promptIds, start, promptIds.length));
  }

  /**
   * Each completion with its prompt, cut to a length apart from the others. Empty where the start
   * is kept and the prompt alone is that long: nothing would be left to learn, and TRL drops the
   * example.
   */
  public Optional<List<PromptCompletion>> truncated(TruncationMode mode, int maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException("max_length must be at least 1, but was " + maxLength);
    }
    return switch (mode) {
      case KEEP_START ->
          promptIds.length < maxLength
              ? Optional.of(completionIds.stream().map(ids -> keepStart(ids, maxLength)).toList())
              : Optional.empty();
      case KEEP_END ->
          Optional.of(completionIds.stream().map(ids -> keepEnd(ids, maxLength)).toList());
    };
  }

  private PromptCompletion keepStart(int[] completion, int maxLength) {
    int room = Math.min(completion.length, maxLength - promptIds.length);
    return new PromptCompletion(promptIds, Arrays.copyOf(completion, room));
  }

  private PromptCompletion keepEnd(int[] completion, int maxLength) {
    int kept = Math.min(completion.length, maxLength);
    int ofPrompt = Math.min(promptIds.length, maxLength - kept);
    return new PromptCompletion(
        Arrays.copyOfRange(promptIds, promptIds.length - ofPrompt, promptIds.length),
        Arrays.copyOfRange(completion, completion.length - kept, completion.length));
  }
}
