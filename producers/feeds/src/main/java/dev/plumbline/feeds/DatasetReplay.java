/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.datasets.DatasetRow;
import dev.plumbline.datasets.PreferenceReader;
import dev.plumbline.datasets.PreferenceRow;
import dev.plumbline.datasets.SkippedRow;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topics;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays a preference file: rows become prompts, completions, comparison tasks and votes of the
 * people who labelled them. Finishes at the end of the file.
 *
 * <p>How many lines were replayed, with a running hash of them, is committed in the transaction
 * that carries their records: started again it goes on after the last one, and refuses a file whose
 * replayed part has changed.
 */
public final class DatasetReplay extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(DatasetReplay.class);

  private final ReplaySettings settings;
  private final RoleContext context;
  private final String dataset;
  private final RowEvents events;
  private final Counter rows;
  private final Counter skipped;

  private DatasetReplay(ReplaySettings settings, RoleContext context) {
    super("replay-" + settings.datasetName());
    this.settings = settings;
    this.context = context;
    this.dataset = settings.datasetName();
    this.events = new RowEvents(dataset, settings.policy());
    this.rows = context.meters().counter("plumbline.replay.rows", "dataset", dataset);
    this.skipped = context.meters().counter("plumbline.replay.rows.skipped", "dataset", dataset);
  }

  /**
   * Starts replaying. The topics must exist.
   *
   * @throws DatasetException if the file is absent or its first row can't be read
   */
  public static DatasetReplay start(ReplaySettings settings, RoleContext context) {
    DatasetReplay replay = new DatasetReplay(settings, context);
    try (PreferenceReader reader = replay.open()) {
      var unused = reader.next();
    }
    replay.begin();
    return replay;
  }

  @Override
  void work() throws InterruptedException {
    String group = "replay-" + settings.policy() + "-" + dataset;
    try (var writer = ExactlyOnceWriter.open(context, group);
        PreferenceReader reader = open();
        Progress progress = context.progress("replay " + dataset, "rows")) {
      @Nullable OffsetAndMetadata committed =
          ExactlyOnceWriter.positions(context.clients(), group).get(Position.PLACE);
      Position start = committed == null ? Position.START : skipReplayed(reader, committed);
      replay(reader, writer, start, progress);
    }
  }

  private void replay(
      PreferenceReader reader, ExactlyOnceWriter writer, Position start, Progress progress)
      throws InterruptedException {
    Position position = start;
    long begun = System.nanoTime();
    long sent = 0;
    while (!stopping()) {
      List<DatasetRow> batch = next(reader, batchRows());
      if (batch.isEmpty()) {
        log.info("replay of {} is complete: {} rows in this run", dataset, sent);
        return;
      }
      for (DatasetRow row : batch) {
        position = position.after(row);
      }
      writer.write(records(batch), Map.of(Position.PLACE, position.commit()));
      sent += batch.size();
      progress.advance(batch.size());
      if (settings.rowsPerSecond() > 0) {
        long due = begun + (long) (sent / settings.rowsPerSecond() * 1e9);
        waitAtMost(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      }
    }
  }

  /** At a set rate, no more than a tenth of a second's rows at once. */
  private int batchRows() {
    double rate = settings.rowsPerSecond();
    return rate > 0 ? (int) Math.clamp(rate / 10, 1, settings.batchRows()) : settings.batchRows();
  }

  private List<Record> records(List<DatasetRow> batch) {
    Instant now = context.clock().instant();
    List<Record> records = new ArrayList<>();
    Set<String> prompts = new HashSet<>();
    for (DatasetRow row : batch) {
      switch (row) {
        case PreferenceRow usable -> {
          for (Record record : events.of(usable, now)) {
            if (!(record instanceof Prompt prompt) || prompts.add(prompt.itemId())) {
              records.add(record);
            }
          }
          rows.increment();
        }
        case SkippedRow unusable -> {
          log.warn(
              "{}:{}: row {} is skipped: {}",
              settings.file().getFileName(),
              unusable.line(),
              unusable.id(),
              unusable.reason());
          skipped.increment();
        }
      }
    }
    return records;
  }

  private Position skipReplayed(PreferenceReader reader, OffsetAndMetadata committed) {
    Position position = Position.START;
    while (position.line() < committed.offset()) {
      Optional<DatasetRow> row = reader.next();
      if (row.isEmpty()) {
        break;
      }
      position = position.after(row.get());
    }
    if (!position.hash().equals(committed.metadata())) {
      throw new InvalidSettingsException(
          List.of(
              "replay.file: %s is not the file that was replayed as data set %s: its first %d lines differ; replay it under another name (replay.dataset)"
                  .formatted(settings.file(), dataset, committed.offset())));
    }
    log.info("replay of {} goes on after line {}", dataset, position.line());
    return position;
  }

  private PreferenceReader open() {
    return settings.format() == null
        ? PreferenceReader.open(settings.file(), dataset)
        : PreferenceReader.open(settings.file(), dataset, settings.format());
  }

  private static List<DatasetRow> next(PreferenceReader reader, int atMost) {
    List<DatasetRow> batch = new ArrayList<>();
    while (batch.size() < atMost) {
      Optional<DatasetRow> row = reader.next();
      if (row.isEmpty()) {
        break;
      }
      batch.add(row.get());
    }
    return batch;
  }

  /**
   * How far the file was replayed.
   *
   * @param line the last line replayed
   * @param hash of all rows up to it
   */
  private record Position(int line, String hash) {
    /** Where it is kept: as an offset of the topic that the rows' prompts go to. */
    static final TopicPartition PLACE = new TopicPartition(Topics.PROMPTS.name(), 0);

    static final Position START = new Position(0, "");

    Position after(DatasetRow row) {
      String content =
          switch (row) {
            case PreferenceRow usable ->
                Identity.hash("row", usable.prompt(), usable.candidateA(), usable.candidateB());
            case SkippedRow skipped -> skipped.reason();
          };
      return new Position(row.line(), Identity.hash("rows", hash, row.id(), content));
    }

    OffsetAndMetadata commit() {
      return new OffsetAndMetadata(line, hash);
    }
  }
}
