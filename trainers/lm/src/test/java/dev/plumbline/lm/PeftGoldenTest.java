/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Adapters as PEFT saved them: what they compute, and what we would have written for them. */
final class PeftGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ADAPTERS = ReferenceResources.directory("peft");
  private static final Path GOLDENS = ReferenceResources.directory("goldens/peft");

  /** What our adapters can't be, with the reason given. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "llama-patterns",
          "alpha_pattern is not supported: it must be null, false or empty, but was {\"q_proj\":7}",
          "llama-modules-to-save",
          "modules_to_save is not supported: it must be null, false or empty, but was [\"lm_head\"]");

  @TestFactory
  Stream<DynamicTest> shouldComputeWhatPeftComputesOrRefuseByName() throws IOException {
    return adapters(
        adapter -> {
          String reason = REFUSED.get(adapter.getFileName().toString());
          try (CausalLanguageModel model = base(adapter)) {
            if (reason == null) {
              assertComputesTheGolden(model, adapter);
            } else {
              assertThatThrownBy(() -> PeftDirectory.read(model, adapter))
                  .isInstanceOf(ModelLoadException.class)
                  .hasMessage(adapter.resolve("adapter_config.json") + ": " + reason);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldWriteTheTensorsAndSettingsThatPeftWrites() throws IOException {
    return adapters(
        adapter -> {
          if (!REFUSED.containsKey(adapter.getFileName().toString())) {
            try (CausalLanguageModel model = base(adapter);
                LoraAdapter read = PeftDirectory.read(model, adapter)) {
              String name = PeftDirectory.baseModel(adapter).orElseThrow();
              Map<String, byte[]> written = PeftDirectory.write(read, name, "");
              assertSameTensors(written.get("adapter_model.safetensors"), adapter);
              assertSameSettings(written.get("adapter_config.json"), adapter);
            }
          }
        });
  }

  private static void assertComputesTheGolden(CausalLanguageModel model, Path adapter)
      throws IOException {
    SafeTensors golden = SafeTensors.map(GOLDENS.resolve(adapter.getFileName() + ".safetensors"));
    JsonNode ids = JSON.readTree(golden.metadata().get("golden")).path("ids");
    int[] row = new int[ids.size()];
    for (int t = 0; t < row.length; t++) {
      row[t] = ids.get(t).intValue();
    }
    TensorData logits = golden.tensors().get("logits");
    try (LoraAdapter read = PeftDirectory.read(model, adapter)) {
      double[] logProbs = model.score(List.of(new TokenRow(row, 1)), read).logProbs(0);
      assertThat(logProbs).containsExactly(labelLogProbs(logits, row), within(1e-6));
      double[] ofBase = model.score(List.of(new TokenRow(row, 1)), Adapter.none()).logProbs(0);
      int last = logProbs.length - 1;
      assertThat(logProbs[last]).isNotCloseTo(ofBase[last], within(1e-6));
    }
  }

  private static double[] labelLogProbs(TensorData logits, int[] row) {
    double[] values = logits.toDoubles();
    int vocabulary = values.length / row.length;
    double[] logProbs = new double[row.length - 1];
    for (int t = 0; t < logProbs.length; t++) {
      double total = 0;
      for (int v = 0; v < vocabulary; v++) {
        total += Math.exp(values[t * vocabulary + v]);
      }
      logProbs[t] = values[t * vocabulary + row[t + 1]] - Math.log(total);
    }
    return logProbs;
  }

  /** All but the copies of embeddings, which nothing needs. */
  private static void assertSameTensors(byte[] written, Path adapter) throws IOException {
    Map<String, TensorData> ofPeft =
        new TreeMap<>(SafeTensors.map(adapter.resolve("adapter_model.safetensors")).tensors());
    ofPeft.keySet().removeIf(name -> name.endsWith(".base_layer.weight"));
    Map<String, TensorData> ours = SafeTensors.parse(written).tensors();
    assertThat(ours.keySet()).isEqualTo(ofPeft.keySet());
    ours.forEach(
        (name, tensor) -> {
          assertThat(tensor.shape()).as(name).isEqualTo(ofPeft.get(name).shape());
          assertThat(tensor.toDoubles()).as(name).isEqualTo(ofPeft.get(name).toDoubles());
        });
  }

  private static void assertSameSettings(byte[] written, Path adapter) throws IOException {
    JsonNode ours = JSON.readTree(written);
    JsonNode ofPeft = JSON.readTree(Files.readAllBytes(adapter.resolve("adapter_config.json")));
    Set<String> ownRules = new TreeSet<>(Set.of("peft_version"));
    if (!ofPeft.path("layers_to_transform").isNull()) {
      // Written as the paths that they come to.
      ownRules.addAll(Set.of("layers_to_transform", "target_modules"));
    }
    for (Map.Entry<String, JsonNode> entry : ours.properties()) {
      if (!ownRules.contains(entry.getKey())) {
        assertThat(entry.getValue()).as(entry.getKey()).isEqualTo(ofPeft.path(entry.getKey()));
      }
    }
    List<String> left = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : ofPeft.properties()) {
      JsonNode value = entry.getValue();
      boolean off =
          value.isNull()
              || value.equals(BooleanNode.FALSE)
              || (value.isContainerNode() && value.isEmpty());
      if (!ours.has(entry.getKey()) && !off) {
        left.add(entry.getKey());
      }
    }
    assertThat(left).containsExactlyInAnyOrder("megatron_core", "qalora_group_size");
  }

  private static CausalLanguageModel base(Path adapter) {
    String name = adapter.getFileName().toString().replaceFirst("-.*", "");
    return CausalLanguageModel.load(
        ReferenceResources.directory("checkpoints/" + name),
        new EngineOptions(1, "cpu", Precision.FLOAT64));
  }

  private interface Check {
    void on(Path adapter) throws IOException;
  }

  private static Stream<DynamicTest> adapters(Check check) throws IOException {
    try (Stream<Path> adapters = Files.list(ADAPTERS)) {
      return adapters.sorted().toList().stream()
          .map(
              adapter ->
                  DynamicTest.dynamicTest(
                      adapter.getFileName().toString(), () -> check.on(adapter)));
    }
  }
}
