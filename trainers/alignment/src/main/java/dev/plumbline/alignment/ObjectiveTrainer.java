/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.AdaptiveObjective;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.ScoredRollouts;
import dev.plumbline.alignment.objectives.ScoredUnpaired;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.DropoutKey;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.ScorePass;
import dev.plumbline.lm.ScoreRequest;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenScores;
import dev.plumbline.lm.TokenStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The recipe: how a batch of examples becomes one optimizer step, whatever their shape.
 *
 * <p>The model is asked for what the objective needs, and what the plan logs. A separable objective
 * streams micro-batches; one that needs the whole batch takes two passes: statistics of all
 * micro-batches, then, with the derivatives at hand, forward and pull-back of each. The second pass
 * repeats the first to the bit, dropped inputs included.
 *
 * <p>The reference runs in the same batch shape as the policy, so that equal weights give equal
 * log-probabilities to the bit. Only a step's policy drops inputs: the reference and {@link #score}
 * never do. Where the objective needs a critic, it is asked and learns in passes of its own. An
 * {@linkplain AdaptiveObjective adaptive} objective is another one after each step that was
 * applied. Owns nothing; used by the thread that uses the model.
 *
 * @param <E> an example that the objective learns from
 * @param <S> that example as it was scored
 */
public final class ObjectiveTrainer<E extends EncodedExample, S extends ScoredExample> {
  private final TrainedPolicy policy;
  private final AdamW optimizer;
  private final TrainedPolicy.@Nullable Critic critic;
  private final StepPlan plan;
  private final ForwardRequest request;
  private ExampleKind<E, S> kind;

  private ObjectiveTrainer(
      TrainedPolicy policy, AdamW optimizer, ExampleKind<E, S> kind, StepPlan plan) {
    this.policy = policy;
    this.optimizer = optimizer;
    this.kind = kind;
    this.plan = plan;
    this.critic = kind.objective().needsCritic() ? requireCritic(policy, kind) : null;
    Set<Statistic> asked = EnumSet.copyOf(kind.objective().statistics());
    asked.addAll(plan.logged());
    Statistic[] statistics = asked.toArray(Statistic[]::new);
    this.request =
        ForwardRequest.of(statistics[0], statistics)
            .over(kind.objective().labels())
            .keeping(plan.activations());
  }

  private static TrainedPolicy.Critic requireCritic(TrainedPolicy policy, ExampleKind<?, ?> kind) {
    return policy
        .critic()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    kind.objective().name() + " needs a policy with a critic, but it has none"));
  }

  /** Learns from pairs. */
  public static ObjectiveTrainer<EncodedPair, ScoredPair> ofPairs(
      TrainedPolicy policy, AdamW optimizer, PairObjective objective, StepPlan plan) {
    return new ObjectiveTrainer<>(policy, optimizer, new PairBatch(objective), plan);
  }

  /** Learns from completions that were judged alone. */
  public static ObjectiveTrainer<EncodedUnpaired, ScoredUnpaired> ofUnpaired(
      TrainedPolicy policy, AdamW optimizer, UnpairedObjective objective, StepPlan plan) {
    return new ObjectiveTrainer<>(
        policy, optimizer, new UnpairedBatch(objective, plan.maxLength()), plan);
  }

  /** Learns from rankings. */
  public static ObjectiveTrainer<EncodedRanking, ScoredRanking> ofRankings(
      TrainedPolicy policy, AdamW optimizer, ListObjective objective, StepPlan plan) {
    return new ObjectiveTrainer<>(policy, optimizer, new RankingBatch(objective), plan);
  }

  /** Learns from rollouts by policy gradients; an example is a group. */
  public static ObjectiveTrainer<EncodedRolloutGroup, ScoredRollouts> ofRollouts(
      TrainedPolicy policy, AdamW optimizer, RolloutObjective objective, StepPlan plan) {
    return new ObjectiveTrainer<>(policy, optimizer, new RolloutBatch(objective), plan);
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were.
   *
   * @param batch 1 to N examples; a short batch is still divided by N
   */
  public LearningStep<S> step(List<E> batch) {
    if (batch.isEmpty() || batch.size() > plan.batchSize()) {
      throw new IllegalArgumentException(
          "a batch holds 1 to %d %s, but had %d"
              .formatted(plan.batchSize(), kind.plural(), batch.size()));
    }
    List<S> scored =
        switch (kind.objective().batchUse()) {
          case SEPARABLE -> new ArrayList<>();
          case WHOLE -> firstPass(batch);
        };
    try (Gradients gradients = accumulate(batch, 0, scored)) {
      for (int from = plan.microBatchSize(); from < batch.size(); from += plan.microBatchSize()) {
        try (Gradients more = accumulate(batch, from, scored)) {
          gradients.add(more);
        }
      }
      long tokens = 0;
      for (E example : batch) {
        for (EncodedCompletion completion : kind.completions(example)) {
          tokens += completion.row().length();
        }
      }
      StepReport report = optimizer.step(gradients);
      switch (report) {
        case StepReport.Applied applied -> kind = kind.after(scored);
        case StepReport.Refused refused -> {}
      }
      return new LearningStep<>(scored, tokens, report);
    }
  }

  /** What is learned by from here on. */
  Objective objective() {
    return kind.objective();
  }

  /** What the critic says of each completion of each example, per token; nothing is dropped. */
  List<List<double[]>> criticise(List<? extends EncodedExample> examples) {
    List<E> asked = cast(examples);
    List<List<double[]>> said = new ArrayList<>();
    for (int from = 0; critic != null && from < asked.size(); from += plan.microBatchSize()) {
      List<E> part = part(asked, from);
      List<EncodedCompletion> rows = inColumns(part);
      TokenScores scores = critic.scores(rows(rows));
      said.addAll(perExample(part, rows, row -> criticOf(rows.get(row), scores, row)));
    }
    return said;
  }

  /** {@link #step} on examples whose kind is checked here. */
  LearningStep<S> stepOn(List<? extends EncodedExample> batch) {
    return step(cast(batch));
  }

  /** {@link #score} of examples whose kind is checked here. */
  List<S> scoreAny(List<? extends EncodedExample> examples) {
    return score(cast(examples));
  }

  private List<E> cast(List<? extends EncodedExample> examples) {
    List<E> cast = new ArrayList<>(examples.size());
    for (EncodedExample example : examples) {
      if (!kind.example().isInstance(example)) {
        throw new IllegalArgumentException(
            "%s learns from %s, but was given an %s"
                .formatted(
                    kind.objective().name(), kind.plural(), example.getClass().getSimpleName()));
      }
      cast.add(kind.example().cast(example));
    }
    return cast;
  }

  /** Scores examples without learning from them, as one batch, in order. */
  public List<S> score(List<E> examples) {
    if (examples.isEmpty()) {
      return List.of();
    }
    return kind.evaluate(examples, examples, said(examples), contrasts(examples));
  }

  private List<List<CompletionStatistics>> said(List<E> examples) {
    List<List<CompletionStatistics>> said = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += plan.microBatchSize()) {
      List<E> part = part(examples, from);
      List<EncodedCompletion> rows = inColumns(part);
      TokenStatistics statistics = policy.score(rows(rows), request);
      @Nullable TokenScores scores = critic == null ? null : critic.scores(rows(rows));
      said.addAll(completions(part, rows, statistics, scores));
    }
    return said;
  }

  private List<S> firstPass(List<E> batch) {
    List<List<CompletionStatistics>> said = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += plan.microBatchSize()) {
      List<E> part = part(batch, from);
      List<EncodedCompletion> rows = inColumns(part);
      try (ForwardPass pass = policy.forward(rows(rows), request.dropping(noise()))) {
        said.addAll(completions(part, rows, pass.statistics(), criticised(rows)));
      }
    }
    return kind.evaluate(batch, batch, said, contrasts(batch));
  }

  private @Nullable TokenScores criticised(List<EncodedCompletion> rows) {
    if (critic == null) {
      return null;
    }
    try (ScorePass pass = critic.forward(rows(rows), scoreRequest())) {
      return pass.scores();
    }
  }

  /** Gradients of the share of the loss of the micro-batch that starts there. */
  private Gradients accumulate(List<E> batch, int from, List<S> scored) {
    List<E> part = part(batch, from);
    List<EncodedCompletion> rows = inColumns(part);
    try (ForwardPass pass = policy.forward(rows(rows), request.dropping(noise()))) {
      switch (kind.objective().batchUse()) {
        case SEPARABLE ->
            scored.addAll(
                kind.evaluate(
                    part,
                    batch,
                    completions(part, rows, pass.statistics(), criticised(rows)),
                    List.of()));
        case WHOLE -> {}
      }
      List<S> ofPart = scored.subList(from, from + part.size());
      Gradients gradients = pass.pullBack(derivatives(rows, part, ofPart));
      return critic == null ? gradients : withCritic(critic, gradients, rows, part, ofPart);
    }
  }

  /** The policy's gradients, which end here, and on top of them the critic's. */
  private Gradients withCritic(
      TrainedPolicy.Critic critic,
      Gradients ofPolicy,
      List<EncodedCompletion> rows,
      List<E> part,
      List<S> scored) {
    try (ofPolicy;
        ScorePass pass = critic.forward(rows(rows), scoreRequest())) {
      Gradients gradients = pass.pullBack(criticDerivatives(rows, part, scored));
      gradients.add(ofPolicy);
      return gradients;
    }
  }

  private List<CompletionStatistics> contrasts(List<E> batch) {
    List<EncodedCompletion> contrasts = kind.contrasts(batch);
    List<CompletionStatistics> said = new ArrayList<>();
    for (int from = 0; from < contrasts.size(); from += plan.microBatchSize()) {
      List<EncodedCompletion> part =
          contrasts.subList(from, Math.min(from + plan.microBatchSize(), contrasts.size()));
      TokenStatistics statistics = policy.score(rows(part), request);
      for (int row = 0; row < part.size(); row++) {
        said.add(completion(part.get(row), statistics, row, null));
      }
    }
    return said;
  }

  private List<E> part(List<E> batch, int from) {
    return batch.subList(from, Math.min(from + plan.microBatchSize(), batch.size()));
  }

  /** One noise per optimizer step: how the batch is cut doesn't change what is dropped. */
  private DropoutKey noise() {
    return new DropoutKey(plan.seed(), Math.toIntExact(optimizer.steps()));
  }

  private ScoreRequest scoreRequest() {
    return ScoreRequest.defaults().keeping(plan.activations()).dropping(noise());
  }

  /** All first completions, then all second ones, and so on. */
  private List<EncodedCompletion> inColumns(List<E> examples) {
    List<EncodedCompletion> rows = new ArrayList<>();
    int columns =
        examples.stream().mapToInt(example -> kind.completions(example).size()).max().orElse(0);
    for (int column = 0; column < columns; column++) {
      for (E example : examples) {
        List<EncodedCompletion> completions = kind.completions(example);
        if (column < completions.size()) {
          rows.add(completions.get(column));
        }
      }
    }
    return rows;
  }

  private static List<TokenRow> rows(List<EncodedCompletion> completions) {
    return completions.stream().map(EncodedCompletion::row).toList();
  }

  /** What was said of the rows of {@link #inColumns}, by example and completion. */
  private List<List<CompletionStatistics>> completions(
      List<E> examples,
      List<EncodedCompletion> rows,
      TokenStatistics statistics,
      @Nullable TokenScores criticised) {
    return perExample(
        examples, rows, row -> completion(rows.get(row), statistics, row, criticised));
  }

  private <T> List<List<T>> perExample(
      List<E> examples, List<EncodedCompletion> rows, IntFunction<T> ofRow) {
    List<List<T>> said = new ArrayList<>();
    examples.forEach(example -> said.add(new ArrayList<>()));
    int row = 0;
    for (int column = 0; row < rows.size(); column++) {
      for (int i = 0; i < examples.size(); i++) {
        if (column < kind.completions(examples.get(i)).size()) {
          said.get(i).add(ofRow.apply(row));
          row++;
        }
      }
    }
    return said;
  }

  private CompletionStatistics completion(
      EncodedCompletion encoded,
      TokenStatistics statistics,
      int row,
      @Nullable TokenScores criticised) {
    int start = encoded.row().labels() - encoded.row().completionTokens();
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    for (Statistic statistic : statistics.statistics()) {
      double[] all = statistics.values(statistic, row);
      values.put(statistic, Arrays.copyOfRange(all, start, all.length));
    }
    CompletionStatistics completion =
        CompletionStatistics.of(values)
            .weighted(encoded.tokenWeights())
            .from(encoded.origin())
            .sampled(encoded.samplerLogProbs());
    if (criticised != null) {
      completion = completion.criticised(criticOf(encoded, criticised, row));
    }
    return switch (kind.objective().labels()) {
      case LabelScope.COMPLETION -> completion;
      case LabelScope.ALL -> completion.after(Arrays.copyOf(statistics.logProbs(row), start));
    };
  }

  /** V_t is what the critic says in the state that predicts token t: that before it. */
  private static double[] criticOf(EncodedCompletion encoded, TokenScores scores, int row) {
    return Arrays.copyOfRange(
        scores.values(row), encoded.row().completionStart() - 1, encoded.row().labels());
  }

  /** d loss / d statistic of each label: the chain rule through w_i L_i / N. */
  private Map<Statistic, double[][]> derivatives(
      List<EncodedCompletion> rows, List<E> examples, List<S> scored) {
    List<TokenDerivatives> perRow = perRow(rows, examples, scored);
    Set<Statistic> pulled = EnumSet.of(Statistic.LOG_PROB);
    perRow.forEach(one -> pulled.addAll(one.statistics()));
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    for (Statistic statistic : pulled) {
      double[][] ofRows = new double[rows.size()][];
      Arrays.setAll(ofRows, row -> spread(rows.get(row), statistic, perRow.get(row)));
      derivatives.put(statistic, ofRows);
    }
    return derivatives;
  }

  /** d loss / d (what the critic said) at each token of each row. */
  private double[][] criticDerivatives(
      List<EncodedCompletion> rows, List<E> examples, List<S> scored) {
    List<TokenDerivatives> perRow = perRow(rows, examples, scored);
    double[][] derivatives = new double[rows.size()][];
    for (int row = 0; row < derivatives.length; row++) {
      TokenRow tokens = rows.get(row).row();
      derivatives[row] = new double[tokens.length()];
      for (int t = 0; t < tokens.completionTokens(); t++) {
        derivatives[row][tokens.completionStart() - 1 + t] = perRow.get(row).critic(t);
      }
    }
    return derivatives;
  }

  private List<TokenDerivatives> perRow(
      List<EncodedCompletion> rows, List<E> examples, List<S> scored) {
    List<List<TokenDerivatives>> perExample = scored.stream().map(kind::derivatives).toList();
    List<TokenDerivatives> perRow = new ArrayList<>();
    for (int column = 0; perRow.size() < rows.size(); column++) {
      for (int i = 0; i < examples.size(); i++) {
        if (column < perExample.get(i).size()) {
          double share = kind.weight(scored.get(i)) / plan.batchSize();
          perRow.add(perExample.get(i).get(column).times(share));
        }
      }
    }
    return perRow;
  }

  private static double[] spread(
      EncodedCompletion completion, Statistic statistic, TokenDerivatives one) {
    double[] perLabel = new double[completion.row().labels()];
    int start = perLabel.length - completion.row().completionTokens();
    if (statistic == Statistic.LOG_PROB) {
      Arrays.fill(perLabel, 0, start, one.promptLogProb());
    }
    for (int t = start; t < perLabel.length; t++) {
      perLabel[t] = one.value(statistic, t - start);
    }
    return perLabel;
  }
}
