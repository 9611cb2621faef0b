/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.FeedbackEvent;
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
  protected void work() {
    String group = "simulated-annotators-" + settings.policy();
    try (var inbox =
            TaskInbox.open(context, group, this::isOurs, settings.itemsInMind(), forgotten);
        Progress progress = context.progress("simulated annotators", "votes")) {
      log.info(
          "{} SIMULATED annotators judge the tasks of {} from {}",
          settings.reliabilities().size(),
          settings.policy(),
          settings.sources());
      while (!stopping()) {
        List<Judgeable> ready = inbox.poll(WAIT);
        if (!ready.isEmpty()) {
          Instant now = context.clock().instant();
          List<FeedbackEvent> said =
              ready.stream().flatMap(each -> crowd.judge(each, now).stream()).toList();
          inbox.judged(ready, said);
          votes.increment(said.size());
          progress.advance(said.size());
        }
      }
    }
  }

  private boolean isOurs(ComparisonTask task) {
    return task.policy().equals(settings.policy()) && settings.sources().contains(task.source());
  }
}
