/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads and adapters as files, and what transformers computes with those that PEFT saved. */
final class ScalarHeadTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldScoreAndLearnAsTransformersDoesWithWhatPeftSaved(String family) throws IOException {
    Path directory = ReferenceResources.directory("scored/" + family);
    SafeTensors golden = SafeTensors.map(directory.resolve("golden.safetensors"));
    JsonNode ids = JSON.readTree(golden.metadata().get("golden")).path("ids");
    int[] row = IntStream.range(0, ids.size()).map(t -> ids.get(t).intValue()).toArray();
    double[] cotangent = golden.tensors().get("cotangent").toDoubles();
    try (CausalLanguageModel model = base(family);
        AdapterWithHead saved = PeftDirectory.readWithHead(model, directory);
        ScorePass pass =
            model.forwardScores(
                List.of(new TokenRow(row, 1)),
                saved.adapter(),
                saved.head(),
                ScoreRequest.defaults());
        Gradients gradients = pass.pullBack(new double[][] {cotangent})) {
      assertThat(pass.scores().values(0))
          .containsExactly(golden.tensors().get("scores").toDoubles(), within(1e-9));
      for (String name : gradients.names()) {
        String saving = name.equals("score.weight") ? "base_model.model." + name : name;
        assertThat(gradients.values(name))
            .as(name)
            .containsExactly(golden.tensors().get("grad." + saving).toDoubles(), within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldWriteWhatPeftWritesAndReadItBackToTheByte(String family) throws IOException {
    Path directory = ReferenceResources.directory("scored/" + family);
    try (CausalLanguageModel model = base(family);
        AdapterWithHead saved = PeftDirectory.readWithHead(model, directory)) {
      Map<String, byte[]> files =
          PeftDirectory.write(saved.adapter(), saved.head(), "plumbline-tests/" + family, "card");
      assertSameTensors(
          SafeTensors.parse(files.get(PeftDirectory.WEIGHTS_FILE)),
          SafeTensors.map(directory.resolve(PeftDirectory.WEIGHTS_FILE)));
      JsonNode ours = JSON.readTree(files.get(PeftDirectory.CONFIG_FILE));
      JsonNode ofPeft = JSON.readTree(Files.readAllBytes(directory.resolve("adapter_config.json")));
      for (String key :
          List.of("task_type", "target_modules", "r", "lora_alpha", "fan_in_fan_out")) {
        assertThat(ours.path(key)).as(key).isEqualTo(ofPeft.path(key));
      }
      assertThat(ours.path("modules_to_save").toString()).isEqualTo("[\"score\"]");
      try (AdapterWithHead again = PeftDirectory.readWithHead(model, files)) {
        assertThat(
                PeftDirectory.write(
                    again.adapter(), again.head(), "plumbline-tests/" + family, "card"))
            .containsExactlyEntriesOf(files);
      }
    }
  }

  private static void assertSameTensors(SafeTensors ours, SafeTensors theirs) {
    assertThat(ours.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
    ours.tensors()
        .forEach(
            (name, tensor) -> {
              TensorData expected = theirs.tensors().get(name);
              assertThat(tensor.shape()).as(name).isEqualTo(expected.shape());
              assertThat(tensor.toDoubles()).as(name).isEqualTo(expected.toDoubles());
            });
  }

  @Test
  void shouldReadAHeadAloneBackToTheByte() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        ScalarHead head = ScalarHead.initialize(model, 3);
        ScalarHead same = ScalarHead.initialize(model, 3);
        ScalarHead other = ScalarHead.initialize(model, 4);
        ScalarHead again = ScalarHead.fromSafeTensors(model, head.toSafeTensors())) {
      assertThat(again.toSafeTensors()).isEqualTo(head.toSafeTensors());
      assertThat(same.toSafeTensors()).isEqualTo(head.toSafeTensors());
      assertThat(other.toSafeTensors()).isNotEqualTo(head.toSafeTensors());
      assertThat(model.scores(TinyModel.rows(3, 1), Adapter.none(), again).last())
          .isEqualTo(model.scores(TinyModel.rows(3, 1), Adapter.none(), head).last());
    }
  }

  @Test
  void shouldRefuseFilesThatHoldNoHeadOfThisModel() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      assertRefusesHead(
          model,
          Map.of("score.weight", TensorData.of(new float[8], 1, 8)),
          "score.safetensors: tensor 'score.weight' must have shape [1, 16] (a head of one label), but has [1, 8]");
      assertRefusesHead(
          model,
          Map.of("classifier.weight", TensorData.of(new float[16], 1, 16)),
          "score.safetensors: tensor 'score.weight' must have shape [1, 16] (a head of one label), but is missing");
      assertRefusesHead(
          model,
          Map.of(
              "score.weight", TensorData.of(new float[16], 1, 16),
              "score.bias", TensorData.of(new float[1], 1)),
          "score.safetensors: must hold score.weight alone, but has [score.bias, score.weight]");
      float[] broken = new float[16];
      broken[7] = Float.NaN;
      assertThatThrownBy(
              () ->
                  ScalarHead.fromSafeTensors(
                      model, file(Map.of("score.weight", TensorData.of(broken, 1, 16)))))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("score.weight");
    }
  }

  private static void assertRefusesHead(
      CausalLanguageModel model, Map<String, TensorData> tensors, String message) {
    assertThatThrownBy(() -> ScalarHead.fromSafeTensors(model, file(tensors)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(message);
  }

  private static byte[] file(Map<String, TensorData> tensors) {
    return SafeTensors.of(tensors, Map.of()).toBytes();
  }

  @Test
  void shouldRefuseToReadAPolicyAsAScorerAndAScorerAsAPolicy() {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 1);
        ScalarHead head = ScalarHead.initialize(model, 1)) {
      Map<String, byte[]> policy = PeftDirectory.write(adapter, "tiny", "");
      Map<String, byte[]> scorer = PeftDirectory.write(adapter, head, "tiny", "");
      assertThatThrownBy(() -> PeftDirectory.read(model, scorer))
          .hasMessage("adapter_config.json: task_type must be 'CAUSAL_LM', but was \"SEQ_CLS\"");
      assertThatThrownBy(() -> PeftDirectory.readWithHead(model, policy))
          .hasMessage("adapter_config.json: task_type must be 'SEQ_CLS', but was \"CAUSAL_LM\"");
      assertRefusesSaved(model, scorer, "[\"score\", \"lm_head\"]");
      assertRefusesSaved(model, scorer, "[\"classifier\"]");
      assertRefusesSaved(model, scorer, "null");
      Map<String, byte[]> headless = new TreeMap<>(scorer);
      headless.put(PeftDirectory.WEIGHTS_FILE, adapter.toSafeTensors());
      assertThatThrownBy(() -> PeftDirectory.readWithHead(model, headless))
          .hasMessage(
              "adapter_model.safetensors: tensor 'base_model.model.score.weight' must have shape [1, 16] (a head of one label), but is missing");
    }
  }

  private static void assertRefusesSaved(
      CausalLanguageModel model, Map<String, byte[]> scorer, String modules) {
    Map<String, byte[]> changed = new TreeMap<>(scorer);
    String config =
        new String(scorer.get(PeftDirectory.CONFIG_FILE), StandardCharsets.UTF_8)
            .replaceFirst("\"modules_to_save\" : \\[[^]]*]", "\"modules_to_save\" : " + modules);
    changed.put(PeftDirectory.CONFIG_FILE, config.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> PeftDirectory.readWithHead(model, changed))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "adapter_config.json: modules_to_save must name 'score' and nothing else that the model has, but was "
                + modules.replace(" ", ""));
  }

  @Test
  void shouldDropTheSameForTheSameStep() {
    LoraConfig dropping = LoraConfig.of(2, 4).dropping(0.3);
    List<TokenRow> rows = TinyModel.rows(4, 9);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        LoraAdapter adapter = TinyModel.trainedAdapter(model, dropping, 1);
        ScalarHead head = ScalarHead.initialize(model, 1)) {
      double[] first = trained(model, rows, adapter, head, new DropoutKey(7, 1));
      assertThat(trained(model, rows, adapter, head, new DropoutKey(7, 1))).isEqualTo(first);
      assertThat(trained(model, rows, adapter, head, new DropoutKey(7, 2))).isNotEqualTo(first);
      assertThat(model.scores(rows, adapter, head).last()).isNotEqualTo(first);
    }
  }

  private static double[] trained(
      CausalLanguageModel model,
      List<TokenRow> rows,
      LoraAdapter adapter,
      ScalarHead head,
      DropoutKey key) {
    ScoreRequest request = ScoreRequest.defaults().dropping(key);
    try (ScorePass pass = model.forwardScores(rows, adapter, head, request)) {
      return pass.scores().last();
    }
  }

  @Test
  void shouldMoveAdapterAndHeadByOneOptimizerAndLeaveNothingOpen() {
    List<TokenRow> rows = TinyModel.rows(4, 9);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      long open = model.openArrays();
      try (LoraAdapter adapter = TinyModel.trainedAdapter(model, 1);
          ScalarHead head = ScalarHead.initialize(model, 1);
          Parameters trained = head.after(adapter.parameters());
          AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), trained)) {
        double[] derivatives = {-1, 1, -1, 1};
        double before = loss(model.scores(rows, adapter, head).last(), derivatives);
        for (int step = 0; step < 5; step++) {
          try (ScorePass pass = model.forwardScores(rows, adapter, head, ScoreRequest.defaults());
              Gradients gradients = pass.pullBackLast(derivatives)) {
            optimizer.step(gradients);
          }
        }
        assertThat(loss(model.scores(rows, adapter, head).last(), derivatives))
            .isLessThan(before - 0.1);
      }
      assertThat(model.openArrays()).isEqualTo(open);
    }
  }

  private static double loss(double[] scores, double[] derivatives) {
    return IntStream.range(0, scores.length).mapToDouble(i -> scores[i] * derivatives[i]).sum();
  }

  @Test
  void shouldRefuseASecondPullBackAWrongShapeAndAnotherModelsHead() {
    List<TokenRow> rows = TinyModel.rows(2, 5);
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32);
        CausalLanguageModel other = TinyModel.open(Precision.FLOAT32);
        ScalarHead head = ScalarHead.initialize(model, 1);
        ScalarHead foreign = ScalarHead.initialize(other, 1);
        ScorePass pass = model.forwardHead(rows, Adapter.none(), head, ScoreRequest.defaults())) {
      assertThatThrownBy(() -> pass.pullBackLast(new double[3]))
          .hasMessage("derivatives of 2 rows expected, but there were 3");
      pass.pullBackLast(new double[2]).close();
      assertThatThrownBy(() -> pass.pullBackLast(new double[2]))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> model.scores(rows, Adapter.none(), foreign))
          .hasMessage("the head must be one that was made for the model 'tiny'");
    }
  }

  private static CausalLanguageModel base(String family) {
    return CausalLanguageModel.load(
        ReferenceResources.directory("checkpoints/" + family),
        new EngineOptions(1, "cpu", Precision.FLOAT64));
  }
}
