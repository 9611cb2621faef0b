/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.TopicReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Shared.class)
final class PromptLoopTest {
  private static final PromptSource THREE =
      new PromptSource() {
        @Override
        public String name() {
          return "three";
        }

        @Override
        public List<SourcePrompt> train() {
          return IntStream.rangeClosed(1, 3)
              .mapToObj(number -> new SourcePrompt("p" + number, "prompt " + number))
              .toList();
        }

        @Override
        public List<SourcePrompt> heldOut() {
          return List.of(new SourcePrompt("h", "held out"));
        }
      };

  private Cluster cluster;
  private String policy;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
    answerAllSoFar();
  }

  @Test
  void shouldSendRoundAfterRoundUnderNewIdsAndNeverWhatIsHeldOut() {
    try (var loop = start("ahead=8")) {
      List<Prompt> prompts = await(8);

      assertThat(prompts).extracting(Prompt::itemId).doesNotHaveDuplicates();
      assertThat(prompts)
          .extracting(prompt -> ((Text.Plain) prompt.text()).text())
          .containsOnly("prompt 1", "prompt 2", "prompt 3");
      assertThat(loop.done()).isNotDone();
    }
  }

  @Test
  void shouldStayABoundedNumberAheadOfTheSamplerAndGoOnWhenItHasAnswered() {
    try (var loop = start("ahead=6")) {
      await(6);
      assertThat(sent()).hasSize(6);

      answerAllSoFar();

      await(12);
      assertThat(loop.done()).isNotDone();
    }
  }

  @Test
  void shouldGoOnWithTheNextPromptWhenStartedAgain() {
    try (var loop = start("ahead=4")) {
      await(4);
      assertThat(loop.done()).isNotDone();
    }
    answerAllSoFar();

    try (var loop = start("ahead=4")) {
      await(8);
      assertThat(loop.done()).isNotDone();
    }

    assertThat(sent()).extracting(Prompt::itemId).doesNotHaveDuplicates();
  }

  @Test
  void shouldLeaveNothingOfATransactionThatAPredecessorDidNotCommit() {
    String group = "prompts-" + policy + "-three";
    try (var dead = cluster.clients.transactionalProducer("dead", group, Duration.ofSeconds(30))) {
      dead.initTransactions();
      dead.beginTransaction();
      new FeedbackPublisher(new EventPublisher(dead))
          .publish(Fixtures.prompt(policy, "never committed"))
          .join();

      try (var loop = start("ahead=10")) {
        List<Prompt> prompts = await(5);

        assertThat(prompts).extracting(Prompt::itemId).doesNotContain("never committed");
        assertThat(loop.done()).isNotDone();
      }
    }
  }

  private PromptLoop start(String... assignments) {
    String[] all = Arrays.copyOf(assignments, assignments.length + 1);
    all[assignments.length] = "policy=" + policy;
    return PromptLoop.start(Fixtures.settings(PromptSettings.class, all), THREE, cluster.context());
  }

  private List<Prompt> await(int count) {
    return cluster.await(Topics.PROMPTS, count, prompt -> prompt.policy().equals(policy));
  }

  private List<Prompt> sent() {
    return cluster.read(Topics.PROMPTS, prompt -> prompt.policy().equals(policy));
  }

  /** Commits for the policy's sampler that it has answered everything, as the sampler would. */
  private void answerAllSoFar() {
    try (var reader = TopicReader.openAtBeginning(cluster.clients, "test-ends", Topics.PROMPTS);
        var admin = cluster.clients.admin("test-answers")) {
      reader.readToEnd(Duration.ofSeconds(20), record -> {});
      admin
          .alterConsumerGroupOffsets(
              Sampler.group(policy), ExactlyOnceWriter.at(Topics.PROMPTS, reader.positions()))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
