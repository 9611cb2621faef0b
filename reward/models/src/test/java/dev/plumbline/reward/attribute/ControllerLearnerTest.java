/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.reward.TinyModel;
import dev.plumbline.reward.attribute.ControllerEvaluation.Judged;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ControllerLearnerTest {
  private static final Attribute ATTRIBUTE = new Attribute("cats", List.of("dogs"));
  private static final List<String> FILLER = List.of("the", "sat", "on", "mat", "log", "and");

  /** Sentences of filler, with cats in those that have the attribute and dogs in the others. */
  private static List<LabelledRow> texts(CausalLanguageModel model, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean has = i % 2 == 0;
      StringBuilder text = new StringBuilder("the");
      for (int word = 0; word < 3 + random.nextInt(4); word++) {
        text.append(' ');
        text.append(
            random.nextInt(2) == 0
                ? has ? "cat" : "dog"
                : FILLER.get(random.nextInt(FILLER.size())));
      }
      int[] ids = model.tokenizer().encode(text.toString());
      rows.add(new LabelledRow(TokenRow.of(new int[] {model.tokenizer().bosTokenId()}, ids), has));
    }
    return rows;
  }

  private static ControllerRecipe recipe(ControllerKind kind) {
    return Settings.bind(
        ControllerRecipe.class,
        SettingsSource.empty()
            .with("controller", kind.label(), "test")
            .with("lora_r", "2", "test")
            .with("learning_rate", kind == ControllerKind.LEXICON ? "0.5" : "0.05", "test"));
  }

  private static TrainedController learn(
      CausalLanguageModel model, ControllerRecipe recipe, int steps) {
    List<LabelledRow> texts = texts(model, 64, 1);
    ControllerLearner learner = ControllerLearner.start(model, recipe, texts);
    for (int step = 0; step < steps; step++) {
      int from = 16 * step % texts.size();
      assertThat(learner.step(texts.subList(from, from + 16))).isFinite();
    }
    return TrainedController.calibrated(ATTRIBUTE, learner.finish(), texts(model, 40, 2), 16);
  }

  private static ControllerEvaluation evaluate(
      TrainedController controller, List<LabelledRow> texts) {
    double[] logProbs = controller.logProbs(texts.stream().map(LabelledRow::row).toList(), 16);
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < logProbs.length; i++) {
      judged.add(new Judged(1, logProbs[i], texts.get(i).has()));
    }
    return ControllerEvaluation.of(judged);
  }

  @ParameterizedTest
  @EnumSource(ControllerKind.class)
  void shouldLearnToTellTextsItHasNotSeenAndKnowHowSureItIs(ControllerKind kind) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        TrainedController controller = learn(model, recipe(kind), 40)) {
      ControllerEvaluation found = evaluate(controller, texts(model, 100, 3));

      assertThat(found.accuracy()).isGreaterThan(0.8);
      assertThat(found.logLoss()).isLessThan(0.45);
      assertThat(found.calibrationError()).isLessThan(0.2);
    }
  }

  @ParameterizedTest
  @EnumSource(ControllerKind.class)
  void shouldJudgeEveryBeginningAsItWouldAlone(ControllerKind kind) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT64);
        TrainedController controller = learn(model, recipe(kind), 4)) {
      TokenRow row = texts(model, 1, 5).getFirst().row();
      double[] prefixes = controller.prefixLogProbs(List.of(row), 1)[0];

      assertThat(prefixes).hasSize(row.completionTokens() + 1);
      for (int t = 1; t < prefixes.length; t++) {
        int[] ids = Arrays.copyOf(row.ids(), row.completionStart() + t);
        TokenRow beginning = new TokenRow(ids, row.completionStart());
        assertThat(controller.logProbs(List.of(beginning), 1)[0])
            .isCloseTo(prefixes[t], within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ControllerKind.class)
  void shouldBeReadAsItIsWritten(ControllerKind kind) {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        TrainedController controller = learn(model, recipe(kind), 3)) {
      SortedMap<String, byte[]> files = ControllerFiles.write(controller);
      try (TrainedController read = ControllerFiles.read(model, files)) {
        List<TokenRow> rows = texts(model, 8, 6).stream().map(LabelledRow::row).toList();

        assertThat(read.attribute()).isEqualTo(ATTRIBUTE);
        assertThat(read.prefixLogProbs(rows, 8)).isDeepEqualTo(controller.prefixLogProbs(rows, 8));
        assertThat(ControllerFiles.write(read)).containsExactlyEntriesOf(files);
      }
    }
  }

  @Test
  void shouldRefuseFilesThatAreNotAControllersOfTheModel() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel other = TinyModel.open(Precision.FLOAT32);
        TrainedController controller = learn(model, recipe(ControllerKind.HEAD), 1)) {
      SortedMap<String, byte[]> files = ControllerFiles.write(controller);
      String json = new String(files.get(ControllerFiles.FILE), StandardCharsets.UTF_8);

      assertRefused(other, Map.of(), "controller.json: the file is missing");
      assertRefused(
          other,
          with(files, json.replace("\"head\"", "\"magic\"")),
          "controller.json: controller must be one of [head, class_conditional, lexicon], but was 'magic'");
      assertRefused(
          other, with(files, json.replace("\"format\" : 1", "\"format\" : 2")), "format must be 1");
      assertRefused(
          other, with(files, json.replace("\"against\"", "\"versus\"")), "must have the fields");
      assertRefused(
          other,
          with(files, json.replaceFirst("\"weights_sha256\" : \"..", "\"weights_sha256\" : \"zz")),
          "weights zz");
      files.put("extra.bin", new byte[1]);
      assertRefused(other, files, "holds more than belongs to the controller: [extra.bin]");
      files.remove("extra.bin");
      files.remove("score.safetensors");
      assertRefused(other, files, "score.safetensors: the file is missing");
    }
  }

  private static Map<String, byte[]> with(SortedMap<String, byte[]> files, String json) {
    SortedMap<String, byte[]> changed = new TreeMap<>(files);
    changed.put(ControllerFiles.FILE, json.getBytes(StandardCharsets.UTF_8));
    return changed;
  }

  private static void assertRefused(
      CausalLanguageModel model, Map<String, byte[]> files, String message) {
    assertThatThrownBy(() -> ControllerFiles.read(model, files))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldNotCalibrateByOneKindOfTexts() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      List<LabelledRow> texts = texts(model, 8, 1).stream().filter(LabelledRow::has).toList();
      LexiconScorer scorer = new LexiconScorer(new Lexicon(new TreeMap<>()), model.tokenizer());

      assertThatThrownBy(() -> TrainedController.calibrated(ATTRIBUTE, scorer, texts, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 with and 0 without");
    }
  }
}
