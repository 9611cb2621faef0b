/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One pair objective and what its Javadoc promises, for the tests that hold for all of them.
 *
 * @param name shown in the report
 * @param random an objective with random settings
 * @param whereNothingMoved the documented loss of a pair of equal completions on which policy and
 *     reference agree
 * @param surrogate the loss as a function of statistics, given those at which whatever carries no
 *     gradient is frozen; written down a second time where an objective stops gradients
 * @param mixes whether L_i is p L(a,b) + (1 - p) L(b,a) pair by pair
 */
record PairCase(
    String name,
    Function<SplittableRandom, PairObjective> random,
    ToDoubleBiFunction<PairObjective, PairStatistics> whereNothingMoved,
    Surrogate surrogate,
    boolean mixes) {

  /** sum_i w_i L_i of statistics {@code moved}, with stopped gradients frozen at {@code at}. */
  interface Surrogate {
    double of(PairObjective objective, List<PairStatistics> moved, List<PairStatistics> at);
  }

  private static final double LN_2 = Math.log(2);

  static Stream<PairCase> all() {
    return Stream.of(
        margin("sigmoid", r -> new DpoObjective(beta(r), smoothing(r)), o -> LN_2),
        margin("robust", r -> new RobustDpoObjective(beta(r), smoothing(r)), o -> LN_2),
        margin("ipo", r -> new IpoObjective(beta(r)), o -> 0.25 / square(o.beta())),
        margin("ipo_sum", r -> new IpoSumObjective(beta(r)), o -> 0.25 / square(o.beta())),
        margin("hinge", r -> new HingeObjective(beta(r)), o -> 1),
        margin("nca_pair", r -> new NcaPairObjective(beta(r)), o -> 2 * LN_2),
        margin("bco_pair", r -> new BcoPairObjective(beta(r)), o -> 2 * LN_2),
        margin("sppo_hard", r -> new SppoHardObjective(beta(r)), o -> 0.5 / square(o.beta())),
        margin(
            "exo_pair",
            r -> new ExoPairObjective(beta(r), r.nextDouble(1e-3, 0.4)),
            o -> -Math.log(2 * Math.sqrt(o.labelSmoothing() * (1 - o.labelSmoothing())))),
        margin("apo_zero", r -> new ApoZeroObjective(beta(r)), o -> 1),
        margin("apo_down", r -> new ApoDownObjective(beta(r)), o -> 1),
        margin(
            "discopop",
            r -> new DiscoPopObjective(beta(r), r.nextDouble(0.05, 1)),
            o -> (LN_2 + 1) / 2),
        margin("sigmoid_norm", r -> new SigmoidNormObjective(beta(r)), o -> LN_2),
        margin(
            "sigmoid_reference_free",
            r -> new ReferenceFreeDpoObjective(beta(r), smoothing(r)),
            o -> LN_2),
        margin(
            "reverse_kl",
            r -> new FDivergenceDpoObjective(beta(r), new FDivergence.ReverseKl()),
            o -> LN_2),
        margin(
            "forward_kl",
            r -> new FDivergenceDpoObjective(beta(r), new FDivergence.ForwardKl()),
            o -> LN_2),
        margin(
            "js_divergence",
            r -> new FDivergenceDpoObjective(beta(r), new FDivergence.JensenShannon()),
            o -> LN_2),
        margin(
            "alpha_divergence",
            r -> new FDivergenceDpoObjective(beta(r), new FDivergence.Alpha(r.nextDouble(0, 2))),
            o -> LN_2),
        margin("rdpo", r -> new RdpoObjective(beta(r), r.nextDouble(0.1)), o -> LN_2),
        margin("tdpo1", r -> new Tdpo1Objective(beta(r)), o -> LN_2),
        stopped(
            "tdpo2",
            r -> new Tdpo2Objective(beta(r), r.nextDouble(0, 2)),
            (o, pair) -> LN_2,
            PairCase::tdpo2),
        own(
            "davidson",
            r -> new DavidsonObjective(beta(r), r.nextDouble(0.1, 3)),
            (o, pair) -> Math.log(2 + o.nu()) - pair.tieProb() * Math.log(o.nu())),
        own(
            "rao_kupper",
            r -> new RaoKupperObjective(beta(r), r.nextDouble(1.1, 4)),
            (o, pair) -> Math.log(1 + o.theta()) - pair.tieProb() * Math.log(o.theta() - 1)),
        own(
            "simpo",
            r ->
                new SimpoObjective(
                    r.nextDouble(1, 4), r.nextDouble(0, 2), new MarginLoss.Logistic(0)),
            (o, pair) -> Math.log1p(Math.exp(o.gamma()))),
        own(
            "simpo with cpo_alpha",
            r ->
                new SimpoObjective(
                    r.nextDouble(1, 4),
                    r.nextDouble(0, 2),
                    r.nextDouble(2),
                    new MarginLoss.Logistic(0)),
            (o, pair) ->
                Math.log1p(Math.exp(o.gamma()))
                    - o.alpha() * pair.a().logProb() / pair.batch().meanCompletionLength()),
        own(
            "cpo",
            r -> new CpoObjective(beta(r), r.nextDouble(2), new MarginLoss.Logistic(smoothing(r))),
            (o, pair) ->
                LN_2 - o.alpha() * pair.a().logProb() / pair.batch().meanCompletionLength()),
        own(
            "cpo_ipo",
            r -> new CpoObjective(beta(r), r.nextDouble(2), new MarginLoss.Squared()),
            (o, pair) ->
                0.25 / square(o.beta())
                    - o.alpha() * pair.a().logProb() / pair.batch().meanCompletionLength()),
        own(
            "orpo",
            r -> new OrpoObjective(beta(r)),
            (o, pair) ->
                o.beta() * LN_2
                    - (pair.a().promptLogProb() + pair.a().logProb())
                        / pair.batch().meanRowLabels()),
        own(
            "slic",
            r -> new SlicObjective(r.nextDouble(0.5, 2), r.nextDouble(0.2)),
            (o, pair) -> o.delta() - o.lambda() * pair.a().logProb()),
        own(
            "sft",
            r -> new SftObjective(beta(r)),
            (o, pair) -> -pair.a().logProb() / pair.batch().meanCompletionLength()),
        own(
            "xpo",
            r -> new XpoObjective(beta(r), r.nextDouble(0.5), new MarginLoss.Logistic(0)),
            (o, pair) -> LN_2 + o.alpha() * pair.a().logProb()),
        stopped(
            "nash_md", r -> new NashMdObjective(beta(r)), PairCase::nashValue, PairCase::nashMd),
        own(
            "ld_sigmoid",
            r -> new LdDpoObjective(new DpoObjective(beta(r), 0), r.nextDouble()),
            (o, pair) -> LN_2),
        own(
            "mean_tdpo1",
            r -> new LengthAveragedObjective(new Tdpo1Objective(beta(r))),
            (o, pair) -> LN_2),
        stopped(
            "wpo_sigmoid",
            r -> new WpoObjective(new DpoObjective(beta(r), smoothing(r))),
            (o, pair) -> LN_2 * wpoWeight(pair),
            PairCase::wpo),
        own(
            "sigmoid+bco_pair+sft",
            r ->
                new CombinedObjective(
                    List.of(
                        new CombinedObjective.Part(new DpoObjective(beta(r), 0), 0.8),
                        new CombinedObjective.Part(new BcoPairObjective(beta(r)), 0.2),
                        new CombinedObjective.Part(new SftObjective(beta(r)), 1))),
            (o, pair) -> 1.2 * LN_2 - pair.a().logProb() / pair.batch().meanCompletionLength()),
        sorted("aot", r -> new AotObjective(beta(r), smoothing(r))),
        sorted("aot_unpaired", r -> new AotUnpairedObjective(beta(r), smoothing(r))));
  }

  /** sum_i w_i L_i as the objective itself has it. */
  static double total(PairObjective objective, List<PairStatistics> batch) {
    List<PairValue> values = objective.evaluate(batch);
    double sum = 0;
    for (int i = 0; i < batch.size(); i++) {
      sum += batch.get(i).weight() * values.get(i).loss();
    }
    return sum;
  }

  @Override
  public String toString() {
    return name;
  }

  private static <O extends PairObjective> PairCase margin(
      String name, Function<SplittableRandom, O> random, ToDoubleFunction<O> whereNothingMoved) {
    return own(name, random, (objective, pair) -> whereNothingMoved.applyAsDouble(objective));
  }

  private static <O extends PairObjective> PairCase own(
      String name,
      Function<SplittableRandom, O> random,
      ToDoubleBiFunction<O, PairStatistics> whereNothingMoved) {
    return stopped(
        name, random, whereNothingMoved, (objective, moved, at) -> total(objective, moved));
  }

  @SuppressWarnings("unchecked") // each case is asked about its own objectives only
  private static <O extends PairObjective> PairCase stopped(
      String name,
      Function<SplittableRandom, O> random,
      ToDoubleBiFunction<O, PairStatistics> whereNothingMoved,
      Surrogate surrogate) {
    return new PairCase(
        name,
        random::apply,
        (objective, pair) -> whereNothingMoved.applyAsDouble((O) objective, pair),
        surrogate,
        true);
  }

  private static PairCase sorted(String name, Function<SplittableRandom, PairObjective> random) {
    return new PairCase(
        name,
        random,
        (objective, pair) -> LN_2,
        (objective, moved, at) -> total(objective, moved),
        false);
  }

  private static double tdpo2(
      PairObjective objective, List<PairStatistics> moved, List<PairStatistics> at) {
    Tdpo2Objective tdpo2 = (Tdpo2Objective) objective;
    double sum = 0;
    for (int i = 0; i < moved.size(); i++) {
      PairStatistics now = moved.get(i);
      double margin = now.a().logRatio() - now.b().logRatio();
      double aBetter =
          margin
              - tdpo2.alpha()
                  * (now.b().sum(Statistic.FORWARD_KL) - at.get(i).a().sum(Statistic.FORWARD_KL));
      double bBetter =
          -margin
              - tdpo2.alpha()
                  * (now.a().sum(Statistic.FORWARD_KL) - at.get(i).b().sum(Statistic.FORWARD_KL));
      sum +=
          now.weight()
              * (now.belief() * Math.log1p(Math.exp(-tdpo2.beta() * aBetter))
                  + (1 - now.belief()) * Math.log1p(Math.exp(-tdpo2.beta() * bBetter)));
    }
    return sum;
  }

  private static double nashMd(
      PairObjective objective, List<PairStatistics> moved, List<PairStatistics> at) {
    double beta = ((NashMdObjective) objective).beta();
    double sum = 0;
    for (int i = 0; i < moved.size(); i++) {
      boolean a = moved.get(i).a().origin() == CompletionOrigin.POLICY;
      CompletionStatistics now = a ? moved.get(i).a() : moved.get(i).b();
      CompletionStatistics then = a ? at.get(i).a() : at.get(i).b();
      double preferred = (a ? 1 : -1) * (moved.get(i).belief() - 0.5);
      for (int t = 0; t < now.tokens(); t++) {
        double logRatio =
            then.value(Statistic.LOG_PROB, t) - then.value(Statistic.REFERENCE_LOG_PROB, t);
        sum +=
            moved.get(i).weight()
                * now.tokenWeight(t)
                * (beta * logRatio - preferred)
                * now.value(Statistic.LOG_PROB, t);
      }
    }
    return sum;
  }

  private static double nashValue(NashMdObjective objective, PairStatistics pair) {
    return (pair.a().origin() == CompletionOrigin.POLICY ? -1 : 1)
        * (pair.belief() - 0.5)
        * pair.a().logProb();
  }

  private static double wpo(
      PairObjective objective, List<PairStatistics> moved, List<PairStatistics> at) {
    PairObjective within = ((WpoObjective) objective).within();
    double sum = 0;
    for (int i = 0; i < moved.size(); i++) {
      sum += wpoWeight(at.get(i)) * total(within, moved.subList(i, i + 1));
    }
    return sum;
  }

  private static double wpoWeight(PairStatistics pair) {
    return Math.min(1, wpoWeight(pair.a()) * wpoWeight(pair.b()));
  }

  private static double wpoWeight(CompletionStatistics completion) {
    double sum = 0;
    double length = 0;
    for (int t = 0; t < completion.tokens(); t++) {
      double surprise =
          completion.value(Statistic.LOG_PROB, t)
              - completion.value(Statistic.LOG_SUM_SQUARED_PROB, t);
      sum += completion.tokenWeight(t) * surprise;
      length += completion.tokenWeight(t);
    }
    return Math.exp(sum / length);
  }

  private static double beta(SplittableRandom random) {
    return random.nextDouble(0.05, 1);
  }

  private static double smoothing(SplittableRandom random) {
    return random.nextDouble(0, 0.45);
  }

  private static double square(double x) {
    return x * x;
  }
}
