/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.feeds.judges.Judgeable;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulated crowd that judges tasks of completions by the true grade of their texts, with stated
 * errors: by comparisons, thumbs or rankings. Its feedback is marked as simulated: in the
 * annotator, in the source, in the log.
 *
 * <p>Votes and offsets are one transaction. The committed offsets are those of the oldest records
 * that a task still waits for, so a restart reads some records again; tasks judged behind them are
 * committed with them and not judged again.
 */
public final class SimulatedAnnotators extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(SimulatedAnnotators.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final AnnotatorSettings settings;
  private final SimulatedCrowd crowd;
  private final RoleContext context;
  private final Counter votes;
  private final Counter forgotten;

  private SimulatedAnnotators(AnnotatorSettings settings, TruthScore truth, RoleContext context) {
    super("annotators-" + settings.policy());
    this.settings = settings;
    this.crowd = new SimulatedCrowd(settings, truth);
    this.context = context;
    this.votes = context.meters().counter("plumbline.simulated.votes");
    this.forgotten = context.meters().counter("plumbline.simulated.tasks.forgotten");
  }

  /** Starts judging. The topics must exist. */
  public static SimulatedAnnotators start(
      AnnotatorSettings settings, TruthScore truth, RoleContext context) {
    SimulatedAnnotators annotators = new SimulatedAnnotators(settings, truth, context);
    annotators.begin();
    return annotators;
  }

  @Override
  void work() {
    String group = "simulated-annotators-" + settings.policy();
    try (var writer = ExactlyOnceWriter.open(context, group)) {
      try (var tasks =
              TaskSource.open(
                  context, group, settings.policy(), settings.sources(), settings.itemsInMind());
          Progress progress = context.progress("simulated annotators", "votes")) {
        log.info(
            "{} SIMULATED annotators judge the tasks of {} from {}",
            settings.reliabilities().size(),
            settings.policy(),
            settings.sources());
        while (!stopping()) {
          List<Judgeable> ready = tasks.poll(WAIT);
          forgotten.increment(tasks.forget());
          if (!ready.isEmpty()) {
            Instant now = context.clock().instant();
            List<FeedbackEvent> said =
                ready.stream().flatMap(each -> crowd.judge(each, now).stream()).toList();
            ready.forEach(tasks::judged);
            writer.write(said, tasks.positions());
            votes.increment(said.size());
            progress.advance(said.size());
          }
        }
      }
    }
  }
}
