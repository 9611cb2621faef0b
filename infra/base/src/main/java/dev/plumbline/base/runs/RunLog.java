/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The log of one training run. Belongs to the thread that trains.
 *
 * <p>Its folder gets three kinds of files, each complete after every call as far as this process is
 * concerned (a power failure may cost the last lines):
 *
 * <ul>
 *   <li>{@value #METRICS_FILE}: one object per call of {@link #log} with {@code step}, {@code
 *       wall_time} (seconds since 1970) and the scalars under their own names; a scalar that is NaN
 *       or infinite is null, and its name is in the list {@code not_finite};
 *   <li>{@value #TEXTS_FILE}: one object per call of {@link #text} with {@code step}, {@code
 *       wall_time}, {@code tag} and {@code markdown};
 *   <li>{@code events.out.tfevents.*}: the same for TensorBoard, scalars as float32; one file per
 *       start or resumption.
 * </ul>
 */
public final class RunLog implements AutoCloseable {

  /** Name of the file of scalars. */
  public static final String METRICS_FILE = "metrics.jsonl";

  /** Name of the file of texts. */
  public static final String TEXTS_FILE = "texts.jsonl";

  static final String WALL_TIME = "wall_time";
  static final String NOT_FINITE = "not_finite";
  static final String TAG = "tag";
  static final String MARKDOWN = "markdown";
  private static final Set<String> RESERVED = Set.of(JsonLines.STEP, WALL_TIME, NOT_FINITE);

  private final Path folder;
  private final InstantSource clock;
  private final JsonLines metrics;
  private final JsonLines texts;
  private final EventFile events;
  private long step;

  private RunLog(
      Path folder,
      InstantSource clock,
      JsonLines metrics,
      JsonLines texts,
      EventFile events,
      long step) {
    this.folder = folder;
    this.clock = clock;
    this.metrics = metrics;
    this.texts = texts;
    this.events = events;
    this.step = step;
  }

  /**
   * Begins the log of a new run.
   *
   * @param folder is created if absent
   * @throws IllegalStateException if the folder has the log of a run already
   */
  public static RunLog start(Path folder, InstantSource clock) {
    for (String name : List.of(METRICS_FILE, TEXTS_FILE)) {
      if (Files.exists(folder.resolve(name))) {
        throw new IllegalStateException(
            "folder %s has the %s of another run: resume that run, or choose another folder"
                .formatted(folder, name));
      }
    }
    try {
      Files.createDirectories(folder);
      return new RunLog(
          folder,
          clock,
          JsonLines.create(folder.resolve(METRICS_FILE)),
          JsonLines.create(folder.resolve(TEXTS_FILE)),
          EventFile.create(folder, clock.instant(), 0),
          0);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /**
   * Goes on with a run that has done {@code step} steps, as its checkpoint says. Lines of later
   * steps are dropped from the files of JSON; event files are append-only, so a new one begins and
   * tells TensorBoard to forget those steps.
   *
   * @throws IllegalStateException if a line of the log is damaged, other than by being cut off at
   *     the end
   */
  public static RunLog resume(Path folder, long step, InstantSource clock) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "a run resumes at step 0 or later, but was %d".formatted(step));
    }
    try {
      Files.createDirectories(folder);
      JsonLines metrics = JsonLines.resume(folder.resolve(METRICS_FILE), step);
      JsonLines texts = JsonLines.resume(folder.resolve(TEXTS_FILE), step);
      EventFile events = EventFile.create(folder, clock.instant(), step + 1);
      return new RunLog(folder, clock, metrics, texts, events, step);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /**
   * Writes down scalars of a step. A step may be logged more than once (training, then held-out
   * evaluation), an earlier one not.
   *
   * @param scalars by TRL's names, such as {@code rewards/margins} and {@code eval_loss}
   */
  public void log(long step, Map<String, Double> scalars) {
    if (step < this.step) {
      throw new IllegalArgumentException(
          "step must not fall below %d, but was %d".formatted(this.step, step));
    }
    for (String name : scalars.keySet()) {
      if (name.isBlank() || RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "a scalar has a name other than %s, but was '%s'".formatted(RESERVED, name));
      }
    }
    this.step = step;
    Instant now = clock.instant();
    try {
      metrics.append(line(now, scalars));
      events.scalars(now, step, scalars);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /**
   * Writes down a text, such as sampled completions, at the step that was logged last.
   *
   * @param tag what the text is about; later texts of this tag are its history
   */
  public void text(String tag, String markdown) {
    Instant now = clock.instant();
    try {
      texts.append(line(now, Map.of()).put(TAG, tag).put(MARKDOWN, markdown));
      events.text(now, step, tag, markdown);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  @Override
  public void close() {
    try (texts;
        events) {
      metrics.close();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private ObjectNode line(Instant now, Map<String, Double> scalars) {
    ObjectNode line = JsonLines.object(step).put(WALL_TIME, now.toEpochMilli() / 1000.0);
    List<String> notFinite = new ArrayList<>();
    scalars.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            line.put(name, value);
          } else {
            line.putNull(name);
            notFinite.add(name);
          }
        });
    if (!notFinite.isEmpty()) {
      ArrayNode names = line.putArray(NOT_FINITE);
      notFinite.forEach(names::add);
    }
    return line;
  }

  private static UncheckedIOException unwritable(Path folder, IOException cause) {
    return new UncheckedIOException(
        "log of the run in %s can't be written".formatted(folder), cause);
  }
}
