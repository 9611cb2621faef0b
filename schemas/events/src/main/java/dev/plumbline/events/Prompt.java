/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/**
 * What a policy is asked to answer. The prompt is the item of all feedback on its completions.
 *
 * @param itemId the prompt's id and the key of its topics
 * @param policy the policy that is aligned by feedback on it
 * @param text the prompt
 * @param lengthChars length of the readable text in characters
 * @param source the app, data set or simulation it came from
 * @param acceptedAt record time
 */
public record Prompt(
    String itemId, String policy, Text text, int lengthChars, String source, Instant acceptedAt) {
  public Prompt {
    Limits.requireId("itemId", itemId);
    Limits.requireId("policy", policy);
  }
}
