/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.lm.text.PromptCompletion;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.TruncationMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How rows that are too long are cut: first the prompt to its last tokens and each completion to
 * its first, then each completion with its prompt to the longest row.
 *
 * @param mode which end of a prompt with its completion is kept
 * @param maxLength longest row, in tokens
 * @param maxPromptLength longest prompt; null for no limit of its own
 * @param maxCompletionLength longest completion; null for no limit of its own
 */
record Truncation(
    TruncationMode mode,
    int maxLength,
    @Nullable Integer maxPromptLength,
    @Nullable Integer maxCompletionLength) {

  /** Empty where cutting leaves nothing to learn. */
  Optional<List<PromptCompletion>> of(PromptCompletions encoded) {
    int[] prompt = encoded.promptIds();
    int cutFrom = maxPromptLength == null ? 0 : Math.max(0, prompt.length - maxPromptLength);
    List<int[]> completions =
        encoded.completionIds().stream()
            .map(
                ids ->
                    maxCompletionLength == null || ids.length <= maxCompletionLength
                        ? ids
                        : Arrays.copyOf(ids, maxCompletionLength))
            .toList();
    return new PromptCompletions(
            Arrays.copyOfRange(prompt, cutFrom, prompt.length),
            completions,
            encoded.unsharedPromptIds())
        .truncated(mode, maxLength);
  }
}
