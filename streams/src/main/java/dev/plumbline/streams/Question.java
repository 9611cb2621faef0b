/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.List;

/** What annotators were asked about an item. Votes answer it; an example is its outcome. */
sealed interface Question {
  String itemId();

  String criterion();

  /** Returns the candidates it speaks of. */
  List<String> candidateIds();

  /**
   * Which of two candidates is better; the outcome is a preference pair.
   *
   * @param a the smaller candidate id
   * @param b the larger candidate id
   */
  record WhichIsBetter(String itemId, String criterion, String a, String b) implements Question {
    public WhichIsBetter {
      if (a.compareTo(b) >= 0) {
        throw new IllegalArgumentException(
            "a must be the smaller candidate id, but a was %s and b %s".formatted(a, b));
      }
    }

    @Override
    public List<String> candidateIds() {
      return List.of(a, b);
    }
  }

  /**
   * In which order several candidates come; the outcome is a ranked group.
   *
   * @param candidateIds the ids of exactly the candidates that are ranked, sorted
   */
  record WhichOrder(String itemId, String criterion, List<String> candidateIds)
      implements Question {
    public WhichOrder {
      candidateIds = List.copyOf(candidateIds);
      if (candidateIds.size() < 2
          || !candidateIds.equals(candidateIds.stream().distinct().sorted().toList())) {
        throw new IllegalArgumentException(
            "candidateIds must be two or more different ids in order, but were " + candidateIds);
      }
    }
  }

  /** Whether one candidate is desirable; the outcome is an unpaired example. */
  record IsDesirable(String itemId, String criterion, String candidateId) implements Question {
    @Override
    public List<String> candidateIds() {
      return List.of(candidateId);
    }
  }

  /**
   * How good one candidate is, attribute by attribute. It has no outcome of its own: two answers of
   * one annotator are compared.
   */
  record HowGood(String itemId, String criterion, String candidateId) implements Question {
    @Override
    public List<String> candidateIds() {
      return List.of(candidateId);
    }
  }

  /**
   * Which of two pieces of recorded behaviour is better; the outcome is a preference pair of the
   * task's policy.
   *
   * @param a the smaller candidate id
   * @param b the larger candidate id
   * @param taskId the task that names the policy
   */
  record WhichSegment(String itemId, String criterion, String a, String b, String taskId)
      implements Question {
    public WhichSegment {
      if (a.compareTo(b) >= 0) {
        throw new IllegalArgumentException(
            "a must be the smaller candidate id, but a was %s and b %s".formatted(a, b));
      }
    }

    @Override
    public List<String> candidateIds() {
      return List.of(a, b);
    }
  }
}
