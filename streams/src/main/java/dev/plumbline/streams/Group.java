/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.CompletionRef;
import java.util.Collection;
import java.util.List;

/**
 * Completions that one task or several put up together, to be learned from as rollouts.
 *
 * @param candidateIds the ids of the completions, sorted
 */
record Group(String itemId, String criterion, List<String> candidateIds) {
  Group {
    candidateIds = List.copyOf(candidateIds);
  }

  /** Returns the groups that tasks put up; a task of anything but completions puts up none. */
  static List<Group> of(Collection<ComparisonTask> tasks) {
    return tasks.stream()
        .filter(task -> task.candidates().stream().allMatch(CompletionRef.class::isInstance))
        .map(
            task ->
                new Group(
                    task.itemId(),
                    task.criterion(),
                    task.candidates().stream().map(each -> each.candidateId()).sorted().toList()))
        .distinct()
        .toList();
  }
}
