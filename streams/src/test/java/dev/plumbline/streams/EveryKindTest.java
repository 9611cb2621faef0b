/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.events.UnpairedExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of feedback at once, and all that it implies for pairs, against {@link
 * EveryKindOracle}, which knows the rules and the events but no stores, no order of topics and no
 * effects.
 */
class EveryKindTest {
  private static final int EVENTS = 160;
  private static final List<String> CANDIDATES = List.of("c1", "c2", "c3");

  /** One answer suffices, so that every belief is that of all standing answers. */
  private static final StreamsSettings SETTINGS =
      new StreamsSettings(
          "test-streams",
          1,
          1,
          1,
          1,
          Duration.ofHours(1),
          Duration.ofDays(30),
          Duration.ofHours(1),
          new KindSettings(
              List.of(),
              true,
              RankingPairs.ADJACENT,
              List.of("copied=up:0.3", "regenerated=down:0.5")),
          Fixtures.TRUST);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldBelieveWhatAllAnswersTogetherSay(long world) {
    List<FeedbackEvent> events = events(new Random(world));
    Map<String, String> expected = EveryKindOracle.examples(events);

    for (int seed = 0; seed < 4; seed++) {
      assertThat(view(read(events, new Random(seed))))
          .as("world %d, seed %d", world, seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void shouldHaveAWorldWithPairsOfEveryOrigin() {
    List<FeedbackEvent> events = events(new Random(1));
    Map<String, String> expected = EveryKindOracle.examples(events);

    assertThat(events.stream().<Class<?>>map(event -> event.statement().getClass()).distinct())
        .hasSize(7);
    assertThat(expected.keySet())
        .anyMatch(key -> key.contains(" clarity "))
        .anyMatch(key -> key.contains(" warmth "))
        .anyMatch(key -> key.endsWith(" s1 s2"))
        .anyMatch(key -> key.startsWith("unpaired"));
    assertThat(expected.values()).anyMatch(value -> value.contains("margin="));
  }

  private static List<FeedbackEvent> events(Random random) {
    List<FeedbackEvent> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Instant accepted = Fixtures.at(i);
      Statement statement = statement(random);
      boolean isLate = random.nextInt(4) == 0;
      events.add(
          new FeedbackEvent(
              "e" + i,
              "item-" + random.nextInt(3),
              Annotator.human("annotator-" + random.nextInt(4)),
              "test",
              accepted,
              isLate ? accepted.minusSeconds(random.nextInt(4_000)) : null,
              statement instanceof Statement.SegmentComparison ? "task" : null,
              FeedbackEvent.OVERALL,
              statement));
    }
    return events;
  }

  private static Statement statement(Random random) {
    List<String> shuffled = new ArrayList<>(CANDIDATES);
    Collections.shuffle(shuffled, random);
    String one = shuffled.getFirst();
    Answer[] answers = Answer.values();
    Answer answer = answers[random.nextInt(answers.length)];
    return switch (random.nextInt(9)) {
      case 0 -> new Statement.Comparison(one, shuffled.get(1), answer);
      case 1 -> new Statement.Correction(one, Text.plain("better still"), 6, 12, 12);
      case 2 -> new Statement.Signal(one, random.nextBoolean() ? "copied" : "regenerated", 1);
      case 3 -> new Statement.SegmentComparison(segment("s1"), segment("s2"), answer);
      case 4 ->
          new Statement.Ranking(
              random.nextBoolean()
                  ? List.of(
                      new Statement.Tier(shuffled.subList(0, 2)),
                      new Statement.Tier(shuffled.subList(2, 3)))
                  : shuffled.stream().map(id -> new Statement.Tier(List.of(id))).toList());
      case 5, 6 -> new Statement.Thumbs(one, random.nextBoolean() ? Thumb.UP : Thumb.DOWN);
      default -> {
        var clarity = new Statement.Mark("clarity", random.nextInt(1, 6), 1, 5);
        var warmth = new Statement.Mark("warmth", random.nextInt(-2, 3) / 2.0, -1, 1);
        yield new Statement.Rating(
            one, random.nextInt(4) == 0 ? List.of(clarity) : List.of(clarity, warmth));
      }
    };
  }

  private static TrajectorySegment segment(String id) {
    return new TrajectorySegment(
        id, "kitchen", "7", "wrist", Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  /** Reads feedback in its order, some of it twice, and references anywhere between. */
  private static List<TrainingExample> read(List<FeedbackEvent> events, Random random) {
    List<Origin> references = new ArrayList<>();
    for (String item : Set.of("item-0", "item-1", "item-2")) {
      references.add(origin(Topics.PROMPTS, item, Fixtures.prompt(item)));
      references.add(origin(Topics.TASKS, item, Fixtures.task(item, "task", null, null)));
      for (String id : CANDIDATES) {
        references.add(origin(Topics.COMPLETIONS, item, Fixtures.completion(item, id)));
      }
    }
    Collections.shuffle(references, random);
    List<Origin> records = new ArrayList<>();
    for (FeedbackEvent event : events) {
      records.add(origin(Topics.FEEDBACK, event.itemId(), event));
      if (random.nextInt(10) == 0) {
        records.add(records.getLast());
      }
    }
    for (Origin reference : references) {
      records.add(random.nextInt(records.size() + 1), reference);
    }
    List<TrainingExample> emitted = new ArrayList<>();
    var store = new MemoryStore(StoredState.STORE);
    var partition =
        new ItemPartition(
            SETTINGS,
            Fixtures.LAYOUT,
            new StoredState(SETTINGS, Fixtures.LAYOUT, store),
            output -> {
              if (output instanceof Effect.Emit(TrainingExample example)) {
                emitted.add(example);
              }
            });
    records.forEach(partition::take);
    return emitted;
  }

  private static <V> Origin origin(Topic<String, ? super V> topic, String item, V value) {
    return new Origin(
        topic.name(), 0, 0, Bytes.of(item.getBytes(UTF_8)), Bytes.of(topic.value().encode(value)));
  }

  private static Map<String, String> view(List<TrainingExample> emitted) {
    Map<String, String> view = new TreeMap<>();
    for (TrainingExample example : emitted) {
      String key = key(example);
      if (key != null) {
        view.remove(key);
        if (!example.evidence().isWithdrawn()) {
          view.put(key, said(example));
        }
      }
    }
    return view;
  }

  private static @Nullable String key(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair ->
          EveryKindOracle.pairKey(
              pair.itemId(), pair.criterion(), pair.a().candidateId(), pair.b().candidateId());
      case UnpairedExample one ->
          EveryKindOracle.unpairedKey(one.itemId(), one.candidate().candidateId());
      default -> null;
    };
  }

  private static String said(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair ->
          "a=%d tie=%d w=%d %s%s"
              .formatted(
                  pair.probABetterPpm(),
                  pair.probTiePpm(),
                  pair.weightPpm(),
                  pair.evidence().eventIds(),
                  FinalView.margin(pair.marginPpm()));
      case UnpairedExample one ->
          "up=%d w=%d %s"
              .formatted(one.probDesirablePpm(), one.weightPpm(), one.evidence().eventIds());
      default -> throw new IllegalStateException("neither a pair nor unpaired: " + example);
    };
  }
}
