/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * A completion, named by its id.
 *
 * @param candidateId the completion's id
 */
public record CompletionRef(String candidateId) implements Candidate {
  public CompletionRef {
    Limits.requireId("candidateId", candidateId);
  }
}
