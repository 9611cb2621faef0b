/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.alignment.objectives.RldafObjective;
import dev.plumbline.alignment.rldaf.FeedbackWeights;
import dev.plumbline.alignment.rldaf.Rldaf;
import dev.plumbline.alignment.rldaf.RldafValue;
import dev.plumbline.alignment.rldaf.RolloutTokens;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.ResidualControl;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** One world, its controller and its frozen policy, in which every method learns and speaks. */
final class RldafRun {
  static final int UPDATES = 300;

  private static final int VOCABULARY = 16;
  private static final int LENGTH = 12;
  private static final double CONFUSION = 1.5;
  private static final double GUESSWORK = 1.5;
  private static final int BATCH_SIZE = 64;
  private static final int SPOKEN_TEXTS = 4_000;
  private static final double LEARNING_RATE = 1e-2;
  private static final double MAX_GRAD_NORM = 1;
  private static final ControlSettings CONTROL = ControlSettings.defaults();
  private static final Rldaf DEFAULTS =
      ((RldafObjective) LossTypes.objective(List.of("rldaf"), Map.of())).rldaf();
  private static final PromptControl.Bank BANK = new PromptControl.Bank(CONTROL.bankThresholds());
  private static final PromptControl.Bank NO_BANK = new PromptControl.Bank(List.of());
  private static final List<Double> LAMBDAS = List.of(0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0);

  private final AttributeWorld world;
  private final ToyController controller;
  private final ToyPolicy frozen;
  private final long learningSeed;
  private final long speakingSeed;

  private RldafRun(RandomGenerator random) {
    this.world = AttributeWorld.draw(VOCABULARY, LENGTH, random);
    this.frozen = ToyPolicy.learnt(world.language(), random);
    this.controller = world.controller(CONFUSION, GUESSWORK, random);
    this.learningSeed = random.nextLong();
    this.speakingSeed = random.nextLong();
  }

  static RldafRun of(long seed) {
    return new RldafRun(new SplittableRandom(seed));
  }

  /** Learns and speaks with every method in the world of one seed. */
  static RldafSeed allMethods(long seed) {
    return methods(seed, EnumSet.allOf(RldafMethod.class));
  }

  /** Learns and speaks with some methods. */
  static RldafSeed methods(long seed, Set<RldafMethod> methods) {
    RldafRun run = of(seed);
    SortedMap<Double, RldafPoint> controlAlone = new TreeMap<>();
    for (double lambda : LAMBDAS) {
      controlAlone.put(lambda, run.controlAlone(lambda));
    }
    Map<RldafMethod, RldafPoint> learnt = new EnumMap<>(RldafMethod.class);
    for (RldafMethod method : methods) {
      learnt.put(method, run.learnt(method));
    }
    return new RldafSeed(seed, controlAlone, learnt);
  }

  /** Plug-and-play control of the frozen policy, whose prompt never moves. */
  RldafPoint controlAlone(double lambda) {
    PromptedPolicy policy = PromptedPolicy.unprompted(frozen);
    return spoken(new ControlledSpeaker(policy, controller, NO_BANK, new ResidualControl(lambda)));
  }

  /** What a method's policy says after the last update, under the control that it learned with. */
  RldafPoint learnt(RldafMethod method) {
    PromptedPolicy policy =
        new PromptedPolicy(frozen, BANK.levels(), method.trained(), LEARNING_RATE, MAX_GRAD_NORM);
    ControlledSpeaker speaker =
        new ControlledSpeaker(policy, controller, BANK, CONTROL.residualControl());
    Rldaf rldaf =
        new Rldaf(method.reward(), DEFAULTS.adjustment(), DEFAULTS.largestImportanceWeight());
    FeedbackWeights weights = rldaf.adjustment().initial();
    RandomGenerator random = new SplittableRandom(learningSeed);
    for (int update = 0; update < UPDATES; update++) {
      List<ControlledText> texts = texts(speaker, BATCH_SIZE, random);
      RldafValue value =
          rldaf.evaluate(texts.stream().map(text -> tokens(policy, text)).toList(), weights);
      policy.update(policy.gradient(texts, value.byLogProb()));
      weights = value.next();
    }
    return spoken(speaker);
  }

  private RldafPoint spoken(ControlledSpeaker speaker) {
    return RldafPoint.of(world, texts(speaker, SPOKEN_TEXTS, new SplittableRandom(speakingSeed)));
  }

  private List<ControlledText> texts(ControlledSpeaker speaker, int count, RandomGenerator random) {
    List<ControlledText> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(speaker.say(world.prompt(random), LENGTH, random));
    }
    return texts;
  }

  private static RolloutTokens tokens(PromptedPolicy policy, ControlledText text) {
    ToyRow row = text.row();
    double[] logProbs = new double[row.length()];
    double[] referenceLogProbs = new double[row.length()];
    double[] divergences = new double[row.length()];
    for (int t = 0; t < row.length(); t++) {
      int level = text.level(t);
      int state = row.state(t);
      logProbs[t] = policy.logProbs(level, state)[row.token(t)];
      referenceLogProbs[t] = policy.reference().logProb(state, row.token(t));
      divergences[t] = policy.divergence(level, state);
    }
    return RolloutTokens.controlled(
        text.attributeLogProbs(),
        new RolloutTokens.Model(logProbs, referenceLogProbs, divergences),
        text.behaviourLogProbs());
  }
}
