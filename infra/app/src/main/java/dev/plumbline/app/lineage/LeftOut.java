/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.streams.replay.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which records of the source logs a lineage is rebuilt without: a pure function of a record. What
 * takes back what is left out goes with it, so that the logs read as if it had never been said.
 *
 * @param eventIds events of these ids, whatever they are about
 * @param events these very events
 * @param annotators all that these said
 * @param items all about these
 */
record LeftOut(
    Set<String> eventIds, Set<NamedEvent> events, Set<String> annotators, Set<String> items)
    implements Predicate<LogRecord> {

  @Override
  public boolean test(LogRecord record) {
    if (record.key() != null
        && items.contains(new String(record.key().toArray(), StandardCharsets.UTF_8))) {
      return true;
    } else if (record.topic().equals(Topics.REWARDS.name())) {
      return isScoreLeftOut(record);
    }
    return record.feedback().map(this::isLeftOut).orElse(false);
  }

  private boolean isLeftOut(FeedbackEvent event) {
    return names(event.itemId(), event.eventId())
        || annotators.contains(event.annotator().id())
        || (event.statement() instanceof Statement.Retraction(var scope)
            && takesBackWhatIsLeftOut(event.itemId(), scope));
  }

  private boolean takesBackWhatIsLeftOut(String itemId, Statement.RetractionScope scope) {
    return switch (scope) {
      case Statement.OneEvent(String eventId) -> names(itemId, eventId);
      // What else was said of the candidate must stay taken back.
      case Statement.OneCandidate candidate -> false;
      case Statement.WholeContribution(String annotatorId) -> annotators.contains(annotatorId);
    };
  }

  private boolean isScoreLeftOut(LogRecord record) {
    try {
      RewardScore score = Topics.REWARDS.value().decode(record.value().toArray());
      return names(score.itemId(), score.eventId()) || annotators.contains(score.judge().id());
    } catch (UndecodableException e) {
      return false;
    }
  }

  private boolean names(String itemId, String eventId) {
    return eventIds.contains(eventId) || events.contains(new NamedEvent(itemId, eventId, null));
  }

  /** Gathers what is left out. */
  static final class Builder {
    private final Set<String> eventIds = new TreeSet<>();
    private final Set<NamedEvent> events = new TreeSet<>();
    private final Set<String> annotators = new TreeSet<>();
    private final Set<String> items = new TreeSet<>();

    Builder eventId(String id) {
      eventIds.add(id);
      return this;
    }

    Builder events(Set<NamedEvent> these) {
      events.addAll(these);
      return this;
    }

    Builder annotator(String id) {
      annotators.add(id);
      return this;
    }

    Builder items(Set<String> these) {
      items.addAll(these);
      return this;
    }

    LeftOut build() {
      return new LeftOut(eventIds, events, annotators, items);
    }
  }
}
