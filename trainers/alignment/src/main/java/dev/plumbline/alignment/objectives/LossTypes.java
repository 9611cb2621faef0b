/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.alignment.objectives.LossType.Parameter;
import dev.plumbline.base.settings.NearestName;
import dev.plumbline.reward.BradleyTerryLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All objectives by name (the one that TRL calls {@code sigmoid} names itself {@code dpo}), and the
 * way from settings to one of them. Here, and nowhere behind it, is an objective a string.
 *
 * <p>Beside an objective's own parameters, every pair objective takes {@code ld_alpha} ({@link
 * LdDpoObjective}), {@code pair_importance_cap} ({@link ImportanceObjective}) and {@code
 * use_weighting} ({@link WpoObjective}); several names make a {@link CombinedObjective} with {@code
 * loss_weights}. {@code sigmoid} also takes {@code f_divergence_type}. Objectives on rollouts take
 * {@link RolloutModifiers}. {@code bradley_terry} is a reward model's.
 */
public final class LossTypes {
  private static final String LOSS_WEIGHTS = "loss_weights";
  private static final String LD_ALPHA = "ld_alpha";
  private static final String USE_WEIGHTING = "use_weighting";
  private static final String IMPORTANCE_CAP = "pair_importance_cap";
  private static final String DIVERGENCE = "f_divergence_type";
  private static final String DIVERGENCE_COEFFICIENT = "f_alpha_divergence_coef";
  private static final List<String> MODIFIERS =
      Stream.concat(
              Stream.of(
                  LOSS_WEIGHTS,
                  LD_ALPHA,
                  USE_WEIGHTING,
                  IMPORTANCE_CAP,
                  DIVERGENCE,
                  DIVERGENCE_COEFFICIENT),
              RolloutModifiers.NAMES.stream())
          .toList();

  private static final List<LossType> OFFLINE =
      List.of(
          of("sigmoid", v -> new DpoObjective(beta(v), smoothing(v)), beta(0.1), smoothing(0)),
          of(
              "robust",
              v -> new RobustDpoObjective(beta(v), smoothing(v)),
              beta(0.1),
              smoothing(0.1)),
          of("ipo", v -> new IpoObjective(beta(v)), beta(0.1)),
          of("ipo_sum", v -> new IpoSumObjective(beta(v)), beta(0.1)),
          of("hinge", v -> new HingeObjective(beta(v)), beta(0.1)),
          of("nca_pair", v -> new NcaPairObjective(beta(v)), beta(0.1)),
          of("bco_pair", v -> new BcoPairObjective(beta(v)), beta(0.1)),
          of("sppo_hard", v -> new SppoHardObjective(beta(v)), beta(0.1)),
          of(
              "exo_pair",
              v -> new ExoPairObjective(beta(v), smoothing(v)),
              beta(0.1),
              smoothing(0.001)),
          of("aot", v -> new AotObjective(beta(v), smoothing(v)), beta(0.1), smoothing(0)),
          of(
              "aot_unpaired",
              v -> new AotUnpairedObjective(beta(v), smoothing(v)),
              beta(0.1),
              smoothing(0)),
          of("apo_zero", v -> new ApoZeroObjective(beta(v)), beta(0.1)),
          of("apo_down", v -> new ApoDownObjective(beta(v)), beta(0.1)),
          of(
              "discopop",
              v -> new DiscoPopObjective(beta(v), v.applyAsDouble("discopop_tau")),
              beta(0.1),
              new Parameter("discopop_tau", 0.05)),
          of("sigmoid_norm", v -> new SigmoidNormObjective(beta(v)), beta(0.1)),
          of(
              "sigmoid_reference_free",
              v -> new ReferenceFreeDpoObjective(beta(v), smoothing(v)),
              beta(0.1),
              smoothing(0)),
          of("sft", v -> new SftObjective(beta(v)), beta(0.1)),
          of(
              "rdpo",
              v -> new RdpoObjective(beta(v), v.applyAsDouble("rdpo_alpha")),
              beta(0.1),
              new Parameter("rdpo_alpha", 0.01)),
          of("tdpo1", v -> new Tdpo1Objective(beta(v)), beta(0.1)),
          of(
              "tdpo2",
              v -> new Tdpo2Objective(beta(v), v.applyAsDouble("tdpo_alpha")),
              beta(0.1),
              new Parameter("tdpo_alpha", 0.5)),
          of(
              "davidson",
              v -> new DavidsonObjective(beta(v), v.applyAsDouble("davidson_nu")),
              beta(0.1),
              new Parameter("davidson_nu", 1)),
          of(
              "rao_kupper",
              v -> new RaoKupperObjective(beta(v), v.applyAsDouble("rao_kupper_theta")),
              beta(0.1),
              new Parameter("rao_kupper_theta", 2)),
          of("simpo", v -> simpo(v, logistic(v)), beta(2), gamma(), cpoAlpha(0), smoothing(0)),
          of("simpo_hinge", v -> simpo(v, new MarginLoss.Hinge()), beta(2), gamma(), cpoAlpha(0)),
          of("cpo", v -> cpo(v, logistic(v)), beta(0.1), cpoAlpha(1), smoothing(0)),
          of("cpo_hinge", v -> cpo(v, new MarginLoss.Hinge()), beta(0.1), cpoAlpha(1)),
          of("cpo_ipo", v -> cpo(v, new MarginLoss.Squared()), beta(0.1), cpoAlpha(1)),
          of("orpo", v -> new OrpoObjective(beta(v)), beta(0.1)),
          of(
              "slic",
              v -> new SlicObjective(v.applyAsDouble("slic_delta"), v.applyAsDouble("slic_lambda")),
              new Parameter("slic_delta", 1),
              new Parameter("slic_lambda", 0.1)),
          of("xpo", v -> xpo(v, new MarginLoss.Logistic(0)), beta(0.1), xpoAlpha()),
          of("xpo_ipo", v -> xpo(v, new MarginLoss.Squared()), beta(0.1), xpoAlpha()),
          of("nash_md", v -> new NashMdObjective(beta(v)), beta(0.1)),
          of(
              "kto",
              v -> new KtoObjective(beta(v), desirable(v), undesirable(v)),
              beta(0.1),
              new Parameter("desirable_weight", 1),
              new Parameter("undesirable_weight", 1)),
          of(
              "apo_zero_unpaired",
              v -> new ApoZeroUnpairedObjective(beta(v), desirable(v), undesirable(v)),
              beta(0.1),
              new Parameter("desirable_weight", 1),
              new Parameter("undesirable_weight", 1)),
          of("plackett_luce", v -> new PlackettLuceObjective(beta(v)), beta(0.1)));

  private static final List<LossType> ALL =
      Stream.concat(OFFLINE.stream(), RolloutLossTypes.ALL.stream()).toList();

  private static final LossType REWARD =
      of(
          RewardObjective.NAME,
          v ->
              new RewardObjective(
                  new BradleyTerryLoss(v.applyAsDouble("center_rewards_coefficient"))),
          new Parameter("center_rewards_coefficient", 0));

  private static final List<LossType> NAMED =
      Stream.concat(ALL.stream(), Stream.of(REWARD)).toList();

  private LossTypes() {}

  /** Every objective that a policy learns by, in the order of the documentation. */
  public static List<LossType> all() {
    return ALL;
  }

  /**
   * The objective that settings ask for.
   *
   * @param lossTypes one name, or several to add up
   * @param parameters values of some parameters, by name
   * @throws IllegalArgumentException naming the unknown name with the nearest known one, the
   *     parameter that none of the objectives takes with those that they take, or the value out of
   *     its range
   */
  public static Objective objective(List<String> lossTypes, Map<String, String> parameters) {
    if (lossTypes.isEmpty()) {
      throw new IllegalArgumentException("loss_type must name at least one objective");
    }
    List<LossType> types = lossTypes.stream().map(LossTypes::named).toList();
    requireTaken(types, parameters);
    List<Objective> parts =
        types.stream().map(type -> divergent(type, type.make(parameters), parameters)).toList();
    return RolloutModifiers.modified(modified(combined(parts, parameters), parameters), parameters);
  }

  /**
   * What the objectives' parameters are, given or by default; where several objectives differ in a
   * default, each value.
   *
   * @param lossTypes as in {@link #objective}
   * @param parameters as in {@link #objective}
   */
  public static Map<String, String> resolved(
      List<String> lossTypes, Map<String, String> parameters) {
    Map<String, String> resolved = new TreeMap<>();
    for (String lossType : lossTypes) {
      for (Parameter parameter : named(lossType).parameters()) {
        String value = Double.toString(parameter.defaultValue());
        resolved.merge(
            parameter.name(), value, (one, other) -> one.equals(other) ? one : one + "|" + other);
      }
    }
    resolved.putAll(parameters);
    return resolved;
  }

  private static LossType named(String name) {
    return NAMED.stream()
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown loss_type '%s'%s; known are %s"
                        .formatted(
                            name,
                            hint(name, NAMED.stream().map(LossType::name).toList()),
                            NAMED.stream().map(LossType::name).collect(Collectors.joining(", ")))));
  }

  private static String hint(String unknown, List<String> known) {
    return NearestName.of(unknown, known)
        .map(name -> " (did you mean '%s'?)".formatted(name))
        .orElse("");
  }

  private static void requireTaken(List<LossType> types, Map<String, String> parameters) {
    for (String parameter : new TreeSet<>(parameters.keySet())) {
      if (MODIFIERS.contains(parameter) || types.stream().anyMatch(type -> type.takes(parameter))) {
        continue;
      }
      List<String> known =
          Stream.concat(
                  types.stream().flatMap(type -> type.parameters().stream()).map(Parameter::name),
                  MODIFIERS.stream())
              .distinct()
              .toList();
      throw new IllegalArgumentException(
          "%s takes no '%s'%s; it takes %s"
              .formatted(
                  types.stream().map(LossType::name).collect(Collectors.joining("+")),
                  parameter,
                  hint(parameter, known),
                  types.stream()
                      .flatMap(type -> type.parameters().stream())
                      .map(Parameter::toString)
                      .distinct()
                      .collect(Collectors.joining(", "))));
    }
  }

  private static Objective divergent(
      LossType type, Objective objective, Map<String, String> parameters) {
    String name = parameters.get(DIVERGENCE);
    if (name == null) {
      requireAbsent(DIVERGENCE_COEFFICIENT, parameters, "needs f_divergence_type");
      return objective;
    }
    FDivergence divergence =
        switch (name) {
          case "reverse_kl" -> new FDivergence.ReverseKl();
          case "forward_kl" -> new FDivergence.ForwardKl();
          case "js_divergence" -> new FDivergence.JensenShannon();
          case "alpha_divergence" ->
              new FDivergence.Alpha(
                  LossType.number(
                      DIVERGENCE_COEFFICIENT,
                      parameters.getOrDefault(DIVERGENCE_COEFFICIENT, "0.5")));
          default ->
              throw new IllegalArgumentException(
                  "f_divergence_type must be reverse_kl, forward_kl, js_divergence or alpha_divergence, but was '%s'"
                      .formatted(name));
        };
    return switch (objective) {
      case DpoObjective dpo when divergence instanceof FDivergence.ReverseKl -> dpo;
      case DpoObjective dpo when dpo.labelSmoothing() == 0 ->
          new FDivergenceDpoObjective(dpo.beta(), divergence);
      default ->
          throw new IllegalArgumentException(
              "f_divergence_type goes with loss_type sigmoid without label_smoothing, not with "
                  + type.name());
    };
  }

  private static Objective combined(List<Objective> parts, Map<String, String> parameters) {
    if (parts.size() == 1) {
      requireAbsent(LOSS_WEIGHTS, parameters, "goes with several loss_types");
      return parts.getFirst();
    }
    String weights = parameters.get(LOSS_WEIGHTS);
    List<Double> values =
        weights == null
            ? parts.stream().map(part -> 1.0).toList()
            : Arrays.stream(weights.split(",", -1))
                .map(text -> LossType.number(LOSS_WEIGHTS, text))
                .toList();
    if (values.size() != parts.size()) {
      throw new IllegalArgumentException(
          "loss_weights must be one per loss_type, but %d were given for %d"
              .formatted(values.size(), parts.size()));
    }
    List<CombinedObjective.Part> weighted = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      weighted.add(
          new CombinedObjective.Part(
              requirePair(parts.get(i), "a list of loss_types"), values.get(i)));
    }
    return new CombinedObjective(weighted);
  }

  private static Objective modified(Objective objective, Map<String, String> parameters) {
    Objective modified = objective;
    String ldAlpha = parameters.get(LD_ALPHA);
    if (ldAlpha != null) {
      modified =
          new LdDpoObjective(requirePair(modified, LD_ALPHA), LossType.number(LD_ALPHA, ldAlpha));
    }
    String cap = parameters.get(IMPORTANCE_CAP);
    if (cap != null) {
      modified =
          new ImportanceObjective(
              requirePair(modified, IMPORTANCE_CAP), LossType.number(IMPORTANCE_CAP, cap));
    }
    String weighting = parameters.getOrDefault(USE_WEIGHTING, "false");
    return switch (weighting) {
      case "true" -> new WpoObjective(requirePair(modified, USE_WEIGHTING));
      case "false" -> modified;
      default ->
          throw new IllegalArgumentException(
              "use_weighting must be true or false, but was '%s'".formatted(weighting));
    };
  }

  private static PairObjective requirePair(Objective objective, String what) {
    if (objective instanceof AdaptiveObjective) {
      throw new IllegalArgumentException(
          "%s goes with objectives that stay as they are, not with %s"
              .formatted(what, objective.name()));
    }
    return switch (objective) {
      case PairObjective pair -> pair;
      case UnpairedObjective unpaired -> throw refusal(what, unpaired);
      case ListObjective list -> throw refusal(what, list);
      case RolloutObjective rollout -> throw refusal(what, rollout);
      case RewardObjective reward -> throw refusal(what, reward);
    };
  }

  private static IllegalArgumentException refusal(String what, Objective objective) {
    return new IllegalArgumentException(
        "%s goes with objectives on pairs, not with %s".formatted(what, objective.name()));
  }

  private static void requireAbsent(String name, Map<String, String> parameters, String reason) {
    if (parameters.containsKey(name)) {
      throw new IllegalArgumentException("%s %s".formatted(name, reason));
    }
  }

  static LossType of(
      String name, Function<ToDoubleFunction<String>, Objective> maker, Parameter... parameters) {
    return new LossType(name, List.of(parameters), maker);
  }

  static Parameter beta(double defaultValue) {
    return new Parameter("beta", defaultValue);
  }

  private static Parameter smoothing(double defaultValue) {
    return new Parameter("label_smoothing", defaultValue);
  }

  private static Parameter gamma() {
    return new Parameter("simpo_gamma", 0.5);
  }

  private static Parameter cpoAlpha(double defaultValue) {
    return new Parameter("cpo_alpha", defaultValue);
  }

  private static Parameter xpoAlpha() {
    return new Parameter("xpo_alpha", 1e-5);
  }

  static double beta(ToDoubleFunction<String> values) {
    return values.applyAsDouble("beta");
  }

  private static double smoothing(ToDoubleFunction<String> values) {
    return values.applyAsDouble("label_smoothing");
  }

  private static double desirable(ToDoubleFunction<String> values) {
    return values.applyAsDouble("desirable_weight");
  }

  private static double undesirable(ToDoubleFunction<String> values) {
    return values.applyAsDouble("undesirable_weight");
  }

  private static MarginLoss logistic(ToDoubleFunction<String> values) {
    return new MarginLoss.Logistic(smoothing(values));
  }

  private static Objective simpo(ToDoubleFunction<String> values, MarginLoss loss) {
    return new SimpoObjective(
        beta(values), values.applyAsDouble("simpo_gamma"), values.applyAsDouble("cpo_alpha"), loss);
  }

  private static Objective cpo(ToDoubleFunction<String> values, MarginLoss loss) {
    return new CpoObjective(beta(values), values.applyAsDouble("cpo_alpha"), loss);
  }

  private static Objective xpo(ToDoubleFunction<String> values, MarginLoss loss) {
    return new XpoObjective(beta(values), values.applyAsDouble("xpo_alpha"), loss);
  }
}
