/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.feeds.CompletionSource.Draw;
import dev.plumbline.feeds.CompletionSource.DrawnCompletion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws completions of one version for each of some prompts and puts them up for judgement.
 *
 * <p>Completions to be compared must differ: where some are equal or blank, further ones are drawn,
 * up to a bound. Rollouts are a sample of what the policy says, so each of them counts as it was
 * drawn, alike or blank: leaving one out would change what the policy is told of itself.
 */
final class Answering {
  /** The source that the sampler's records name. */
  static final String SOURCE = "sampler";

  private final CompletionSource source;
  private final SamplerSettings settings;

  Answering(CompletionSource source, SamplerSettings settings) {
    this.source = source;
    this.settings = settings;
  }

  /** Two or more completions and the task that puts them up. */
  record Answered(List<Completion> completions, ComparisonTask task) {}

  /** One result per prompt, in order; empty where completions had to differ and no two did. */
  List<Optional<Answered>> answer(List<Prompt> prompts, PolicyVersionId version, Instant now) {
    List<Attempt> attempts =
        prompts.stream().map(prompt -> new Attempt(prompt, version, now)).toList();
    int wanted = settings.completionsPerPrompt();
    draw(attempts, IntStream.range(0, wanted).toArray());
    if (!areRollouts()) {
      for (int index = wanted; index < settings.maxDraws(); index++) {
        draw(attempts.stream().filter(attempt -> attempt.kept.size() < wanted).toList(), index);
      }
    }
    return attempts.stream().map(this::answered).toList();
  }

  private void draw(List<Attempt> attempts, int... indexes) {
    List<Draw> draws = new ArrayList<>();
    for (Attempt attempt : attempts) {
      for (int index : indexes) {
        draws.add(new Draw(text(attempt.prompt), noiseKey(attempt.completionId(index))));
      }
    }
    if (draws.isEmpty()) {
      return;
    }
    var drawn = source.draw(draws).iterator();
    for (Attempt attempt : attempts) {
      for (int index : indexes) {
        DrawnCompletion completion = drawn.next();
        if (areRollouts()) {
          attempt.keep(index, requireTokens(completion));
        } else {
          attempt.keepIfNew(index, completion);
        }
      }
    }
  }

  private boolean areRollouts() {
    return settings.exampleKind() == ExampleKind.ROLLOUT;
  }

  private static DrawnCompletion requireTokens(DrawnCompletion rollout) {
    if (rollout.tokenIds().isEmpty()
        || rollout.tokenLogProbs().size() != rollout.tokenIds().size()) {
      throw new IllegalStateException(
          "a rollout needs its tokens and a log-probability for each, but %d tokens had %d"
              .formatted(rollout.tokenIds().size(), rollout.tokenLogProbs().size()));
    }
    return rollout;
  }

  private Optional<Answered> answered(Attempt attempt) {
    if (attempt.kept.size() < 2) {
      return Optional.empty();
    }
    List<String> ids = attempt.kept.stream().map(Completion::completionId).toList();
    ComparisonTask task =
        new ComparisonTask(
            Identity.hash("sampler-task", ids.toArray(String[]::new)),
            attempt.prompt.itemId(),
            attempt.prompt.policy(),
            ids.stream().<Candidate>map(CompletionRef::new).toList(),
            FeedbackEvent.OVERALL,
            settings.quorum(),
            settings.timeLimit(),
            SOURCE,
            attempt.acceptedAt);
    return Optional.of(new Answered(List.copyOf(attempt.kept), task));
  }

  static String text(Prompt prompt) {
    return ((Text.Plain) prompt.text()).text();
  }

  /** The same completion id always meets the same noise. */
  private static long noiseKey(String completionId) {
    return Long.parseUnsignedLong(completionId, 0, 16, 16);
  }

  /** What was drawn for one prompt so far. */
  private static final class Attempt {
    private final Prompt prompt;
    private final PolicyVersionId version;
    private final Instant acceptedAt;
    private final List<Completion> kept = new ArrayList<>();

    Attempt(Prompt prompt, PolicyVersionId version, Instant acceptedAt) {
      this.prompt = prompt;
      this.version = version;
      this.acceptedAt = acceptedAt;
    }

    String completionId(int index) {
      return Identity.completionId(prompt.itemId(), version, index);
    }

    void keepIfNew(int index, DrawnCompletion drawn) {
      boolean isNew =
          !drawn.text().isBlank()
              && kept.stream()
                  .noneMatch(
                      earlier ->
                          ((Text.Plain) earlier.text())
                              .text()
                              .strip()
                              .equals(drawn.text().strip()));
      if (isNew) {
        keep(index, drawn);
      }
    }

    void keep(int index, DrawnCompletion drawn) {
      kept.add(
          new Completion(
              completionId(index),
              prompt.itemId(),
              Text.plain(drawn.text()),
              drawn.text().length(),
              version,
              index,
              drawn.tokenIds(),
              drawn.tokenLogProbs(),
              drawn.promptLevels(),
              SOURCE,
              acceptedAt,
              prompt.subject()));
    }
  }
}
