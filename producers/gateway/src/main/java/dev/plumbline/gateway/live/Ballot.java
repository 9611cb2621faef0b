/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

/**
 * Two completions of a prompt as one annotator sees them. It names no policy version, and the side
 * on which a candidate stands depends on nothing but the task and the annotator.
 *
 * @param taskId the task
 * @param itemId the prompt
 * @param policy the policy aligned by the answer
 * @param criterion what is asked
 * @param prompt the prompt's text
 * @param left shown left, or first: candidate a of the answer
 * @param right shown right, or second: candidate b of the answer
 */
public record Ballot(
    String taskId,
    String itemId,
    String policy,
    String criterion,
    String prompt,
    Choice left,
    Choice right) {
  public Ballot {
    if (left.candidateId().equals(right.candidateId()) || left.text().equals(right.text())) {
      throw new IllegalArgumentException(
          "a ballot shows two different candidates, but both sides show " + left.candidateId());
    }
  }

  /**
   * One side of a ballot.
   *
   * @param candidateId the candidate
   * @param text its text
   */
  public record Choice(String candidateId, String text) {}
}
