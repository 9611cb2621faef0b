/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.Text;
import dev.plumbline.feeds.TaskJoin.Place;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Judgeable.Origin;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class TaskJoinTest {
  private static final TopicPartition PROMPTS = new TopicPartition("prompts", 0);
  private static final TopicPartition COMPLETIONS = new TopicPartition("completions", 0);
  private static final TopicPartition TASKS = new TopicPartition("tasks", 0);
  private static final Bytes RECORD = Bytes.of(new byte[] {1});

  private final TaskJoin join = new TaskJoin(100);

  @Test
  void shouldHandOutATaskWhenItsLastPartArrivesWhicheverThatIs() {
    assertThat(task("i", "t", 4)).isEmpty();
    assertThat(completion("i", "b", 3)).isEmpty();
    assertThat(prompt("i", 2)).isEmpty();
    assertThat(completion("i", "a", 7))
        .containsExactly(
            new Judgeable(
                "t",
                "i",
                "overall",
                "Tell me of i",
                List.of(
                    new Shown("a", "text of a", List.of()), new Shown("b", "text of b", List.of())),
                new Origin(0, 4, RECORD)));
    assertThat(completion("i", "a", 8)).isEmpty();
  }

  @Test
  void shouldNeedWhatATaskStillWaitsForOrIsNotJudgedYet() {
    prompt("done", 5);
    completion("done", "a", 5);
    completion("done", "b", 6);
    prompt("waits", 6);
    completion("waits", "a", 7);
    task("waits", "t2", 9);

    List<Judgeable> ready = task("done", "t1", 8);

    assertThat(join.needed()).containsEntry(PROMPTS, 5L);

    ready.forEach(join::judged);

    assertThat(join.needed())
        .containsExactlyInAnyOrderEntriesOf(Map.of(PROMPTS, 6L, COMPLETIONS, 7L, TASKS, 9L));
  }

  @Test
  void shouldNeedNothingForATaskThatIsLeftToOthers() {
    prompt("i", 5);
    join.leave(comparison("i", "t"), new Place(TASKS, 1));

    assertThat(join.needed()).isEmpty();
  }

  @Test
  void shouldJudgeALaterTaskOnTextsItHasInMind() {
    prompt("i", 1);
    completion("i", "a", 1);
    completion("i", "b", 2);
    assertThat(task("i", "t1", 1)).hasSize(1);

    assertThat(task("i", "t2", 2)).extracting(Judgeable::taskId).containsExactly("t2");
  }

  @Test
  void shouldForgetTheOldestItemsAndSayHowManyTasksWereLost() {
    TaskJoin small = new TaskJoin(2);
    for (String item : List.of("one", "two", "three")) {
      small.add(comparison(item, "t-" + item), new Place(TASKS, item.length()), RECORD);
    }

    assertThat(small.forget()).isEqualTo(1);
    assertThat(small.needed()).containsEntry(TASKS, 3L);
    assertThat(small.forget()).isZero();
  }

  private List<Judgeable> prompt(String item, long offset) {
    return join.add(Fixtures.prompt("assistant", item), new Place(PROMPTS, offset));
  }

  private List<Judgeable> completion(String item, String id, long offset) {
    Completion completion =
        new Completion(
            id,
            item,
            Text.plain("text of " + id),
            9,
            null,
            0,
            List.of(),
            List.of(),
            "test",
            Cluster.ACCEPTED);
    return join.add(completion, new Place(COMPLETIONS, offset));
  }

  private List<Judgeable> task(String item, String id, long offset) {
    return join.add(comparison(item, id), new Place(TASKS, offset), RECORD);
  }

  private static ComparisonTask comparison(String item, String id) {
    return new ComparisonTask(
        id,
        item,
        "assistant",
        List.of(new CompletionRef("a"), new CompletionRef("b")),
        "overall",
        null,
        null,
        "sampler",
        Cluster.ACCEPTED);
  }
}
