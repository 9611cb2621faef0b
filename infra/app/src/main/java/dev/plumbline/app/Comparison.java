/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.feeds.SourcePrompt;
import dev.plumbline.feeds.pocket.PocketPrompts;
import dev.plumbline.feeds.pocket.PocketWinRate;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.trainer.VersionArtifact;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run has changed, for a person to read: the base before, the last version after. */
final class Comparison {
  private static final int SAMPLES = 5;
  private static final String OF_POLICIES = "eval_rewards/accuracies";
  private static final String OF_REWARD_MODELS = "eval_accuracy";

  private Comparison() {}

  /** Prints held-out accuracy before and after, with 95 % intervals. */
  static void printHeldOut(PolicyVersion last, PrintStream out) {
    Map<String, Double> metrics = last.learned().metrics();
    long pairs = Math.round(metrics.getOrDefault("eval_decided", 0.0));
    if (pairs == 0) {
      return;
    }
    out.printf("%nheld-out pairs that were decided: %d%n", pairs);
    if (metrics.containsKey(OF_REWARD_MODELS)) {
      out.println("  chosen scored above rejected");
      out.println("    %-9s %s".formatted("now", share(metrics.get(OF_REWARD_MODELS), pairs)));
      return;
    }
    out.println("  chosen more probable than rejected");
    out.println("    base      " + share(metrics.get("eval_ref_logps/accuracies"), pairs));
    out.println("    %-9s %s".formatted("now", share(metrics.get("eval_logps/accuracies"), pairs)));
    out.println("  implicit reward of chosen above that of rejected (base: equal by definition)");
    out.println("    %-9s %s".formatted("now", share(metrics.get(OF_POLICIES), pairs)));
  }

  /** Prints the last version of each lane side by side, where there are several. */
  static void printLanes(List<PolicyVersion> last, PrintStream out) {
    if (last.size() < 2) {
      return;
    }
    out.printf(
        "%n%-34s %-14s %9s %12s %9s%n",
        "last version of each lane", "objective", "win rate", "held-out acc", "steps");
    for (PolicyVersion version : last) {
      Map<String, Double> metrics = version.learned().metrics();
      out.printf(
          "%-34s %-14s %9s %12s %9d%n",
          version.id(),
          version.learned().objective(),
          number(metrics.get("eval_win_rate")),
          number(metrics.getOrDefault(OF_POLICIES, metrics.get(OF_REWARD_MODELS))),
          version.learned().step());
    }
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * Prints the same held-out prompts answered by the base and by the version, same noise; nothing
   * for a reward model, which answers none.
   */
  static void printSamples(
      AppSettings settings, ArtifactStore artifacts, PolicyVersion last, PrintStream out) {
    if (settings.trainer().learning().recipe().objective() instanceof RewardObjective) {
      return;
    }
    try (CausalLanguageModel model = new BaseModel(settings).load();
        @Nullable AttributeController controller =
            Judges.controller(settings.judge(), model).orElse(null);
        TrainedAdapter adapter =
            VersionArtifact.readAdapter(
                model, artifacts.open(new ArtifactDigest(last.learned().artifactDigest())))) {
      PocketWinRate measure =
          BaseModel.measure(model, settings.sampler(), settings.trainer(), controller);
      List<String> before = measure.texts(Adapter.none());
      List<String> after = measure.texts(adapter);
      List<SourcePrompt> prompts = new PocketPrompts().heldOut();
      out.printf("%nthe same held-out prompts, before and after:%n");
      for (int i = 0; i < SAMPLES; i++) {
        out.println("  prompt       " + prompts.get(i).text());
        out.println("    base       " + before.get(i).strip());
        out.println("    %s %s".formatted(last.id(), after.get(i).strip()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String share(Double accuracy, long pairs) {
    WilsonInterval interval = WilsonInterval.of(Math.round(accuracy * pairs), pairs);
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", accuracy, interval.low(), interval.high());
  }
}
