/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a policy is asked to answer. The prompt is the item of all feedback on its completions.
 *
 * @param itemId the prompt's id and the key of its topics
 * @param policy the policy that is aligned by feedback on it
 * @param text the prompt
 * @param lengthChars length of the readable text in characters
 * @param source the app, data set or simulation it came from
 * @param acceptedAt record time
 * @param subject the person whose text it is (a random pseudonym), under whose key it is sealed;
 *     absent for text of nobody in particular
 */
public record Prompt(
    String itemId,
    String policy,
    Text text,
    int lengthChars,
    String source,
    Instant acceptedAt,
    @AddedLater @Nullable String subject) {
  public Prompt {
    Limits.requireId("itemId", itemId);
    Limits.requireId("policy", policy);
    if (subject != null) {
      Limits.requireId("subject", subject);
    }
  }

  /** A prompt that is nobody's in particular. */
  public Prompt(
      String itemId, String policy, Text text, int lengthChars, String source, Instant acceptedAt) {
    this(itemId, policy, text, lengthChars, source, acceptedAt, null);
  }
}
