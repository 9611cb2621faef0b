/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.models.InputException;
import dev.plumbline.app.training.EpochOrder;
import dev.plumbline.app.training.PairFiles;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelCard;
import dev.plumbline.lm.StepReport;
import dev.plumbline.reward.PairEvaluation;
import dev.plumbline.reward.PairScores;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.RewardLearner;
import dev.plumbline.reward.RewardModel;
import dev.plumbline.reward.RewardPair;
import dev.plumbline.reward.RewardRecipe;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One run of {@code plumbline reward train}. Which pairs a step learns from is a function of the
 * settings and the files, so equal runs write equal bytes. Used by one thread.
 */
final class RewardTraining {
  private final RewardSettings settings;
  private final Clock clock;
  private final ProgressStyle style;

  RewardTraining(RewardSettings settings, Clock clock, ProgressStyle style) {
    this.settings = settings;
    this.clock = clock;
    this.style = style;
  }

  /**
   * Learns, and writes what was learned.
   *
   * @return what happened, for people
   */
  List<String> run() {
    RewardFiles.requireFree("output_dir", settings.outputDir());
    try (CausalLanguageModel model =
        CausalLanguageModel.load(settings.modelNameOrPath(), settings.engine())) {
      PairFiles.Content content =
          new PairFiles(
                  settings.modelNameOrPath(),
                  settings.chatTemplatePath(),
                  settings.datasetFormat(),
                  settings.onBadRow(),
                  settings.truncationMode(),
                  settings.recipe().maxLength(),
                  Clock.fixed(clock.instant(), clock.getZone()))
              .read("data", settings.data(), model);
      List<RewardPair> pairs = RewardPairs.of(content.pairs());
      List<String> lines = new ArrayList<>();
      lines.add("pairs      %d; %d rows left out".formatted(pairs.size(), content.leftOut()));
      try (RewardEnsemble ensemble = learn(model, pairs, lines)) {
        RewardFiles.write(settings.outputDir(), ensemble.files(card(model)));
      }
      lines.add("written    " + settings.outputDir());
      return lines;
    }
  }

  private RewardEnsemble learn(
      CausalLanguageModel model, List<RewardPair> pairs, List<String> lines) {
    RewardRecipe recipe = settings.recipe();
    long steps = (long) recipe.ensembleSize() * recipe.numTrainEpochs() * perEpoch(pairs);
    List<RewardModel> members = new ArrayList<>();
    PrintStream out =
        settings.disableTqdm() ? new PrintStream(OutputStream.nullOutputStream()) : System.err;
    try (Progress progress =
        Progress.start("reward", "steps", OptionalLong.of(steps), style, out, clock)) {
      for (int member = 0; member < recipe.ensembleSize(); member++) {
        long seed = recipe.seed() + member;
        RewardLearner learner = RewardLearner.start(model, recipe.seeded(seed).plan());
        try {
          for (int epoch = 0; epoch < recipe.numTrainEpochs(); epoch++) {
            String said = epoch(learner, pairs, seed, epoch, progress);
            lines.add("member %-3d epoch %d: %s".formatted(member, epoch + 1, said));
          }
        } catch (RuntimeException e) {
          learner.close();
          throw e;
        }
        members.add(learner.finish());
      }
    } catch (RuntimeException e) {
      members.forEach(RewardModel::close);
      throw e;
    }
    return new RewardEnsemble(members);
  }

  private int perEpoch(List<RewardPair> pairs) {
    return Math.ceilDiv(pairs.size(), settings.recipe().batchSize());
  }

  /** One pass over the pairs; what it says is of each pair before it was learned from. */
  private String epoch(
      RewardLearner learner, List<RewardPair> pairs, long seed, int epoch, Progress progress) {
    int[] order = new EpochOrder(seed).of(epoch, pairs.size());
    int size = settings.recipe().batchSize();
    List<PairScores> scored = new ArrayList<>();
    for (int from = 0; from < order.length; from += size) {
      List<RewardPair> batch = new ArrayList<>();
      for (int i = from; i < Math.min(from + size, order.length); i++) {
        batch.add(pairs.get(order[i]));
      }
      RewardLearner.RewardStep step = learner.step(batch);
      switch (step.report()) {
        case StepReport.Applied applied -> {}
        case StepReport.Refused refused -> throw new InputException("data", refused.toString());
      }
      scored.addAll(step.scored());
      progress.note(String.format(Locale.ROOT, "loss %.3f", step.loss()));
      progress.advance(1);
    }
    PairEvaluation evaluation = PairEvaluation.of(scored);
    return String.format(
        Locale.ROOT,
        "accuracy %.3f, log-loss %.3f, mean lead %.3f",
        evaluation.accuracy(),
        evaluation.logLoss(),
        evaluation.meanLead());
  }

  private String card(CausalLanguageModel model) {
    SortedMap<String, String> origin = new TreeMap<>();
    origin.put("base weights", "sha256 " + model.identity().weightsSha256());
    return ModelCard.of(
            ModelCard.Kind.REWARD_MODEL,
            model.identity().name(),
            List.of("bradley-terry"),
            "Reward model",
            "Learned from judged pairs by `plumbline reward train`. Only differences between"
                + " scores mean something: sigmoid of one is the probability that a text is better"
                + " than another.")
        .with("Origin", origin)
        .with("Settings", Settings.asMap(settings.recipe()))
        .text();
  }
}
