/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The tables of the experiment, and what of its promises they don't keep. */
final class TrustReport {
  /** Epochs that the farm may go unseen. */
  static final int GRACE = 3;

  private static final double BATCH_MARGIN = 0.01;
  private static final double SPAMMER_GAIN = 0.05;
  private static final double SPAM_LEFT = 0.05;
  private static final double HONEST_LOST = 0.02;
  private static final long FIRST_SEED = 11;

  private final List<String> lines = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<List<SpamFarm.Epoch>> farms = new ArrayList<>();

  List<String> lines() {
    return lines;
  }

  List<String> failures() {
    return failures;
  }

  List<List<SpamFarm.Epoch>> farms() {
    return farms;
  }

  /** Real crowds with known answers. */
  void crowds(Path folder, int epochs) {
    lines.add("| set | items | method | accuracy | 95 % interval | log-loss | 95 % interval |");
    lines.add("|---|--:|---|--:|---|--:|---|");
    for (String name : List.of("mozafari", "adult2")) {
      CrowdLabels labels = CrowdLabels.read(folder, name);
      double batch = 0;
      double ours = 0;
      for (LabelMethod method : LabelMethod.values()) {
        LabelScores scores = scores(labels, method, epochs);
        lines.add(
            String.format(
                Locale.ROOT,
                "| %s | %d | %s | %.4f | %.3f to %.3f | %.3f | %.3f to %.3f |",
                name,
                scores.items(),
                method.title(),
                scores.accuracy().mean(),
                scores.accuracy().low(),
                scores.accuracy().high(),
                scores.logLoss().mean(),
                scores.logLoss().low(),
                scores.logLoss().high()));
        switch (method) {
          case ONE_COIN, DAWID_SKENE -> batch = Math.max(batch, scores.accuracy().mean());
          case TRUST_POSTERIOR -> ours = scores.accuracy().mean();
          case MAJORITY, TRUST_SHARE -> {}
        }
      }
      if (ours < batch - BATCH_MARGIN) {
        failures.add(
            String.format(
                Locale.ROOT,
                "%s: accuracy must be within 0.01 of the better batch method's %.4f, but was %.4f",
                name,
                batch,
                ours));
      }
    }
  }

  /** Seeded crowds with spammers; seeds count from 11, for the crowd was made up on 1 to 10. */
  void synthetic(int seeds, int epochs) {
    lines.add("| method | mean accuracy | least | most | seeds |");
    lines.add("|---|--:|--:|--:|--:|");
    double majority = 0;
    for (LabelMethod method : LabelMethod.values()) {
      List<Double> accuracies = new ArrayList<>();
      for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
        accuracies.add(scores(SyntheticCrowd.of(seed), method, epochs).accuracy().mean());
      }
      double mean = accuracies.stream().mapToDouble(x -> x).average().orElseThrow();
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %.4f | %.4f | %.4f | %d |",
              method.title(),
              mean,
              accuracies.stream().mapToDouble(x -> x).min().orElseThrow(),
              accuracies.stream().mapToDouble(x -> x).max().orElseThrow(),
              seeds));
      if (method == LabelMethod.MAJORITY) {
        majority = mean;
      }
      if (method == LabelMethod.TRUST_POSTERIOR && mean < majority + SPAMMER_GAIN) {
        failures.add(
            String.format(
                Locale.ROOT,
                "synthetic: accuracy must exceed the majority's %.4f by 0.05, but was %.4f",
                majority,
                mean));
      }
    }
  }

  /** A spam farm among real votes; seeds count from 1. */
  void farm(CrowdLabels labels, int seeds, int epochs) {
    lines.add("| seed | spam removed | honest lost | all real lost |");
    lines.add("|--:|--:|--:|--:|");
    for (long seed = 1; seed <= seeds; seed++) {
      List<SpamFarm.Epoch> farm = SpamFarm.run(labels, epochs, seed, TrustPolicy.DEFAULT);
      farms.add(farm);
      double spam = after(farm, SpamFarm.Epoch::allSpam);
      double honest = 1 - after(farm, SpamFarm.Epoch::honest);
      lines.add(
          String.format(
              Locale.ROOT,
              "| %d | %.4f | %.4f | %.4f |",
              seed,
              1 - spam,
              honest,
              1 - after(farm, SpamFarm.Epoch::real)));
      if (spam > SPAM_LEFT || honest > HONEST_LOST) {
        failures.add(
            String.format(
                Locale.ROOT,
                "farm, seed %d: spam removed must be at least 0.95 and honest lost at most 0.02, but"
                    + " were %.4f and %.4f",
                seed,
                1 - spam,
                honest));
      }
    }
  }

  private static double after(List<SpamFarm.Epoch> farm, ToDoubleFunction<SpamFarm.Epoch> value) {
    return farm.stream().skip(GRACE).mapToDouble(value).average().orElseThrow();
  }

  private static LabelScores scores(CrowdLabels labels, LabelMethod method, int epochs) {
    Alphabet alphabet = Alphabet.classes(labels.classes().size());
    return LabelScores.of(
        labels.items(), method.posteriors(labels, alphabet, epochs), labels.truth());
  }
}
