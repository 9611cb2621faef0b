/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two or more candidates put up for judgement.
 *
 * @param taskId the task's id
 * @param itemId what the judgement is about: the prompt for text, the task itself for everything
 *     else
 * @param policy the policy that is aligned by the judgement
 * @param candidates at least two, with different ids
 * @param criterion what is asked ("overall", "helpfulness", ...)
 * @param quorum votes after which an example is emitted; absent for the streams' default
 * @param timeLimit accepted time after the first vote at which an example is emitted with the votes
 *     at hand; absent for the streams' default
 * @param source the sampler, app or data set that asks
 * @param acceptedAt record time
 */
public record ComparisonTask(
    String taskId,
    String itemId,
    String policy,
    List<Candidate> candidates,
    String criterion,
    @Nullable Integer quorum,
    @Nullable Duration timeLimit,
    String source,
    Instant acceptedAt) {
  public ComparisonTask {
    Limits.requireId("taskId", taskId);
    Limits.requireId("itemId", itemId);
    Limits.requireId("policy", policy);
    Limits.requireId("criterion", criterion);
    candidates = List.copyOf(candidates);
    long distinct = candidates.stream().map(Candidate::candidateId).distinct().count();
    if (candidates.size() < 2 || distinct != candidates.size()) {
      throw new IllegalArgumentException(
          "a comparison task needs two or more candidates with different ids, but had "
              + candidates.stream().map(Candidate::candidateId).toList());
    }
    if (quorum != null && quorum < 1) {
      throw new IllegalArgumentException("quorum must be at least 1, but was " + quorum);
    }
    if (timeLimit != null && (timeLimit.isNegative() || timeLimit.isZero())) {
      throw new IllegalArgumentException("timeLimit must be positive, but was " + timeLimit);
    }
  }
}
