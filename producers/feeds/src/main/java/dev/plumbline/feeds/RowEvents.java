/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.datasets.PreferenceRow;
import dev.plumbline.datasets.Vote;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.events.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a row of a data set is on the topics: a prompt, two completions, a comparison task with as
 * many votes as quorum, and the votes. All ids follow from the data set's name and the row, so that
 * a second replay says nothing new. Rows with the same prompt are about the same item: a prompt is
 * never learned from in one row and held out in another.
 */
final class RowEvents {
  private final String dataset;
  private final String policy;

  RowEvents(String dataset, String policy) {
    this.dataset = dataset;
    this.policy = policy;
  }

  List<Record> of(PreferenceRow row, Instant acceptedAt) {
    String itemId = itemId(row);
    String idA = Identity.hash("dataset-completion", dataset, row.id(), "a");
    String idB = Identity.hash("dataset-completion", dataset, row.id(), "b");
    String taskId = Identity.hash("dataset-task", dataset, row.id());
    // Data sets put the better one first; half of the tasks are turned round, for ever the same.
    boolean turned = Character.digit(taskId.charAt(0), 16) % 2 == 1;
    String first = turned ? idB : idA;
    String second = turned ? idA : idB;

    List<Record> records = new ArrayList<>();
    records.add(
        new Prompt(
            itemId, policy, Text.plain(row.prompt()), row.prompt().length(), dataset, acceptedAt));
    records.add(completion(idA, itemId, row.candidateA(), 0, acceptedAt));
    records.add(completion(idB, itemId, row.candidateB(), 1, acceptedAt));
    records.add(
        new ComparisonTask(
            taskId,
            itemId,
            policy,
            List.of(new CompletionRef(first), new CompletionRef(second)),
            FeedbackEvent.OVERALL,
            row.votes().size(),
            null,
            dataset,
            acceptedAt));
    for (Vote vote : row.votes()) {
      Answer answer = turned ? turned(vote.answer()) : vote.answer();
      records.add(
          new FeedbackEvent(
              Identity.hash("dataset-vote", dataset, row.id(), vote.annotatorId()),
              itemId,
              new Annotator(vote.annotatorId(), vote.kind(), false),
              dataset,
              acceptedAt,
              null,
              taskId,
              FeedbackEvent.OVERALL,
              new Comparison(first, second, answer)));
    }
    return records;
  }

  private String itemId(PreferenceRow row) {
    return Identity.hash("dataset-prompt", dataset, policy, row.prompt());
  }

  private Completion completion(
      String id, String itemId, String text, int index, Instant acceptedAt) {
    return new Completion(
        id,
        itemId,
        Text.plain(text),
        text.length(),
        null,
        index,
        List.of(),
        List.of(),
        dataset,
        acceptedAt);
  }

  private static Answer turned(Answer answer) {
    return switch (answer) {
      case A -> Answer.B;
      case B -> Answer.A;
      case TIE, BOTH_BAD, CANT_TELL -> answer;
    };
  }
}
