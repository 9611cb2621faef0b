/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.models.InputException;
import dev.plumbline.app.rewards.RewardFiles;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.ChatJudge;
import dev.plumbline.feeds.judges.ControllerJudge;
import dev.plumbline.feeds.judges.GradedController;
import dev.plumbline.feeds.judges.Grader;
import dev.plumbline.feeds.judges.Judge;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.feeds.judges.JudgeStatus;
import dev.plumbline.feeds.judges.ProgramJudge;
import dev.plumbline.feeds.judges.Questions;
import dev.plumbline.feeds.judges.RewardModelJudge;
import dev.plumbline.feeds.judges.chat.ChatClient;
import dev.plumbline.feeds.pocket.PhraseAttribute;
import dev.plumbline.gateway.live.JudgeReport;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.reward.RewardEncoder;
import dev.plumbline.reward.RewardEnsemble;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.AttributeController;
import dev.plumbline.reward.attribute.ControllerFiles;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Judges as the settings name them. */
final class Judges {
  private static final Attribute PRAISE = new Attribute("praise", List.of());

  private Judges() {}

  /**
   * Makes a judge; the caller closes it.
   *
   * @param model loads the base model for judges that need it; it stays the loader's
   */
  static Judge open(
      JudgeSettings settings,
      Supplier<CausalLanguageModel> model,
      MeterRegistry meters,
      InstantSource clock) {
    try {
      return switch (settings.kind()) {
        case PROGRAM -> new ProgramJudge(program());
        case GRADED -> controllerJudge(settings, AnnotatorKind.PROGRAM, model.get());
        case CONTROLLER -> controllerJudge(settings, AnnotatorKind.MODEL, model.get());
        case REWARD_MODEL -> {
          CausalLanguageModel base = model.get();
          yield new RewardModelJudge(
              RewardEnsemble.read(base, files(settings)),
              new RewardEncoder(base, settings.maxLength()),
              settings.batchSize());
        }
        case CHAT -> {
          Questions questions = Questions.of(settings.question(), () -> model.get().tokenizer());
          yield new ChatJudge(
              ChatClient.open(settings.chat(), settings.annotatorId(), meters, clock), questions);
        }
      };
    } catch (IllegalArgumentException e) {
      throw new InputException("judge", e.getMessage());
    }
  }

  /** What the live page shows of a judge. */
  static JudgeReport report(JudgeStatus status) {
    return new JudgeReport(
        status.id(),
        status.kind().name().toLowerCase(Locale.ROOT),
        status.condition().state().name().toLowerCase(Locale.ROOT),
        status.condition().since(),
        status.judged(),
        status.waiting(),
        status.failures(),
        status.lastError());
  }

  private static Grader program() {
    return PhraseAttribute.ofReviews()::score;
  }

  /**
   * The controller that judges, for a policy that speaks under it; the caller closes it.
   *
   * @return empty for a judge of another kind
   */
  static Optional<AttributeController> controller(
      JudgeSettings settings, CausalLanguageModel model) {
    return switch (settings.kind()) {
      case GRADED ->
          Optional.of(new GradedController(PRAISE, program(), settings.scale(), model.tokenizer()));
      case CONTROLLER -> Optional.of(ControllerFiles.read(model, files(settings)));
      case PROGRAM, REWARD_MODEL, CHAT -> Optional.empty();
    };
  }

  private static Judge controllerJudge(
      JudgeSettings settings, AnnotatorKind kind, CausalLanguageModel model) {
    return new ControllerJudge(
        controller(settings, model).orElseThrow(),
        kind,
        model.tokenizer(),
        settings.maxLength(),
        settings.batchSize());
  }

  private static Map<String, byte[]> files(JudgeSettings settings) {
    Path directory = Objects.requireNonNull(settings.directory(), "required by the settings");
    return RewardFiles.read("judge.directory", directory);
  }
}
