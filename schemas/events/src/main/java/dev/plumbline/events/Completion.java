/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer to a prompt.
 *
 * @param completionId unique within its item; see {@link Identity#completionId}
 * @param itemId the prompt it answers
 * @param text the answer
 * @param lengthChars length of the readable text in characters
 * @param version the policy version that gave it; absent for answers from elsewhere
 * @param index its number among the answers of that version to that prompt
 * @param tokenIds the tokens as sampled; empty where unknown
 * @param tokenLogProbs log-probability of each token when it was sampled, in nats; empty where
 *     unknown, else as long as {@code tokenIds}. It is the probability that the token was really
 *     drawn with, whatever steered it
 * @param promptLevels for each token the level of the soft-prompt bank that acted when it was
 *     sampled, 0 for none; empty where no bank acted, else as long as {@code tokenIds}
 * @param source the sampler, app or data set it came from
 * @param acceptedAt record time
 * @param subject the person whose text it is, under whose key it is sealed: the subject of the
 *     prompt, if it has one
 */
public record Completion(
    String completionId,
    String itemId,
    Text text,
    int lengthChars,
    @Nullable PolicyVersionId version,
    int index,
    List<Integer> tokenIds,
    List<Float> tokenLogProbs,
    List<Integer> promptLevels,
    String source,
    Instant acceptedAt,
    @AddedLater @Nullable String subject) {
  public Completion {
    Limits.requireId("completionId", completionId);
    Limits.requireId("itemId", itemId);
    tokenIds = List.copyOf(tokenIds);
    tokenLogProbs = List.copyOf(tokenLogProbs);
    promptLevels = List.copyOf(promptLevels);
    if (tokenIds.size() > Limits.MAX_TOKENS) {
      throw new IllegalArgumentException(
          "a completion carries at most %d tokens, but had %d"
              .formatted(Limits.MAX_TOKENS, tokenIds.size()));
    }
    if (!tokenLogProbs.isEmpty() && tokenLogProbs.size() != tokenIds.size()) {
      throw new IllegalArgumentException(
          "tokenLogProbs must be empty or as long as tokenIds (%d), but had %d"
              .formatted(tokenIds.size(), tokenLogProbs.size()));
    }
    Limits.requirePromptLevels(promptLevels, tokenIds.size());
    if (subject != null) {
      Limits.requireId("subject", subject);
    }
  }

  /** An answer to a prompt that is nobody's in particular. */
  public Completion(
      String completionId,
      String itemId,
      Text text,
      int lengthChars,
      @Nullable PolicyVersionId version,
      int index,
      List<Integer> tokenIds,
      List<Float> tokenLogProbs,
      List<Integer> promptLevels,
      String source,
      Instant acceptedAt) {
    this(
        completionId,
        itemId,
        text,
        lengthChars,
        version,
        index,
        tokenIds,
        tokenLogProbs,
        promptLevels,
        source,
        acceptedAt,
        null);
  }

  /** An answer that no bank of soft prompts had a part in. */
  public Completion(
      String completionId,
      String itemId,
      Text text,
      int lengthChars,
      @Nullable PolicyVersionId version,
      int index,
      List<Integer> tokenIds,
      List<Float> tokenLogProbs,
      String source,
      Instant acceptedAt) {
    this(
        completionId,
        itemId,
        text,
        lengthChars,
        version,
        index,
        tokenIds,
        tokenLogProbs,
        List.of(),
        source,
        acceptedAt);
  }
}
