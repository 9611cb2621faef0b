/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.datasets.JudgedRow;
import dev.plumbline.datasets.JudgementReader;
import dev.plumbline.datasets.RowProblem;
import dev.plumbline.events.FeedbackEvent;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the export of an annotation tool, or a preference file: what each annotator said becomes
 * a feedback event under a random pseudonym. Finishes at the end of the file.
 *
 * <p>The whole file is read before anything is sent, so that its bad rows are known. Every event's
 * id follows from what was said: a file that is imported again, after a crash or with more rows,
 * adds what is new and counts the rest as duplicates.
 */
public final class FeedbackImport extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(FeedbackImport.class);
  private static final int REPORTED = 100;

  private final ImportSettings settings;
  private final RoleContext context;
  private final Path annotators;
  private final RandomGenerator random;
  private final Counter events;
  private final Counter badRows;

  private FeedbackImport(
      ImportSettings settings, RoleContext context, Path annotators, RandomGenerator random) {
    super("import-" + settings.datasetName());
    this.settings = settings;
    this.context = context;
    this.annotators = annotators;
    this.random = random;
    String dataset = settings.datasetName();
    this.events = context.meters().counter("plumbline.import.events", "dataset", dataset);
    this.badRows = context.meters().counter("plumbline.import.rows.bad", "dataset", dataset);
  }

  /**
   * Starts importing. The topics must exist.
   *
   * @param annotators the file that keeps pseudonyms
   * @param random makes new ones: a source that nobody can guess
   * @throws DatasetException if a file is absent
   */
  public static FeedbackImport start(
      ImportSettings settings, RoleContext context, Path annotators, RandomGenerator random) {
    var imported = new FeedbackImport(settings, context, annotators, random);
    imported.open().close();
    imported.begin();
    return imported;
  }

  @Override
  void work() throws InterruptedException {
    Tally found = check();
    if (found.bad > 0 && settings.badRows() == ImportSettings.BadRows.REFUSE) {
      throw new InvalidSettingsException(
          List.of(
              "%s: %d of %d rows can't be imported, for the reasons above, and nothing was sent; mend them, or send the rest with feedback_import.bad_rows=skip"
                  .formatted(settings.file(), found.bad, found.rows)));
    }
    try {
      send(found);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the pseudonyms of %s can't be kept in %s: %s"
              .formatted(settings.datasetName(), annotators, e.getMessage()),
          e);
    }
  }

  /** What a reading of the whole file found. */
  private static final class Tally {
    private long rows;
    private long bad;
    private long leftOut;
    private long unjudged;
  }

  private Tally check() {
    Tally tally = new Tally();
    PrintStream out = context.progressOut();
    read(
        UnaryOperator.identity(),
        (row, records) -> {
          tally.rows++;
          tally.unjudged += records.isEmpty() ? 1 : 0;
          tally.leftOut += row.leftOut().size();
        },
        problem -> {
          tally.rows++;
          tally.bad++;
          if (tally.bad <= REPORTED) {
            out.println(problem);
          }
        });
    if (tally.bad > REPORTED) {
      out.printf("... and %d rows more%n", tally.bad - REPORTED);
    }
    badRows.increment((double) tally.bad);
    return tally;
  }

  private void send(Tally found) throws IOException {
    Pseudonyms pseudonyms = Pseudonyms.open(annotators, random);
    String group = "import-" + settings.policy() + "-" + settings.datasetName();
    long[] sent = new long[1];
    try (var writer = ExactlyOnceWriter.open(context, group);
        Progress progress = context.progress("import " + settings.datasetName(), "rows")) {
      Batch batch = new Batch();
      read(
          pseudonyms::of,
          (row, records) -> {
            batch.add(records);
            progress.advance(1);
            if (batch.rows >= settings.batchRows()) {
              sent[0] += flush(batch, writer, pseudonyms);
            }
          },
          problem -> {});
      sent[0] += flush(batch, writer, pseudonyms);
    }
    log.info(
        "import of {} is complete: {} feedback events of {} rows; {} rows were bad, {} without a judgement, {} answers say of no candidate how good it is",
        settings.datasetName(),
        sent[0],
        found.rows - found.bad,
        found.bad,
        found.unjudged,
        found.leftOut);
  }

  /** Records of some rows, each prompt, completion and task once. */
  private static final class Batch {
    private final List<Record> records = new ArrayList<>();
    private final Set<Record> seen = new HashSet<>();
    private int rows;

    private void add(List<Record> more) {
      rows++;
      more.stream().filter(seen::add).forEach(records::add);
    }
  }

  /** Returns how many feedback events were sent. */
  private long flush(Batch batch, ExactlyOnceWriter writer, Pseudonyms pseudonyms) {
    if (batch.records.isEmpty()) {
      return 0;
    }
    try {
      pseudonyms.save();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the pseudonyms can't be kept in %s: %s".formatted(annotators, e.getMessage()), e);
    }
    writer.write(batch.records, Map.of());
    long said = batch.records.stream().filter(FeedbackEvent.class::isInstance).count();
    events.increment((double) said);
    batch.records.clear();
    batch.seen.clear();
    batch.rows = 0;
    return said;
  }

  private interface RowSink {
    void accept(JudgedRow row, List<Record> records);
  }

  /** Reads the whole file, or until the role is to stop. */
  private void read(UnaryOperator<String> pseudonym, RowSink good, Consumer<String> bad) {
    Instant now = context.clock().instant();
    var judgements = new JudgementEvents(settings, pseudonym);
    try (JudgementReader reader = open()) {
      while (!stopping()) {
        JudgedRow row;
        List<Record> records;
        try {
          Optional<JudgedRow> next = reader.next();
          if (next.isEmpty()) {
            return;
          }
          row = next.get();
          records = judgements.of(row, settings.scale(reader.format()), now);
        } catch (DatasetException e) {
          if (e.endsReading()) {
            throw e;
          }
          bad.accept(e.getMessage());
          continue;
        } catch (RowProblem | IllegalArgumentException e) {
          bad.accept(
              "%s:%d: %s".formatted(settings.file().getFileName(), reader.line(), e.getMessage()));
          continue;
        }
        good.accept(row, records);
      }
    }
  }

  private JudgementReader open() {
    return JudgementReader.open(settings.file(), settings.format(), settings.scores());
  }
}
