/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.reference.ReferenceResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Trained adapters of every family and kind, their scores and the merged models, for {@code
 * tests/peers/peft_roundtrip.py}.
 */
final class PeftRoundtripTest {
  private static final LoraConfig PLAIN = LoraConfig.of(4, 8);

  private record Case(String base, String kind, LoraConfig config) {}

  @Test
  void shouldWriteCasesForThePeer() throws IOException {
    String root = System.getProperty("plumbline.roundtrip", "");
    assumeFalse(
        root.isEmpty(), "skipped: -Dplumbline.roundtrip=DIR says where to write cases for PEFT");
    for (String base : List.of("llama", "qwen2", "qwen3", "gpt2")) {
      for (Case one :
          List.of(
              new Case(base, "lora", PLAIN),
              new Case(base, "rslora", PLAIN.scaled(LoraScaling.BY_ROOT_RANK)),
              new Case(base, "dora", PLAIN.as(LoraVariant.DORA)),
              new Case(base, "embedding", PLAIN.targeting(withEmbedding(base))))) {
        write(one, Path.of(root, base + "-" + one.kind));
      }
    }
  }

  private static List<String> withEmbedding(String base) {
    return base.equals("gpt2") ? List.of("wte", "c_proj") : List.of("embed_tokens", "v_proj");
  }

  private static void write(Case one, Path directory) throws IOException {
    Path base = ReferenceResources.directory("checkpoints/" + one.base);
    Path saved = Files.createDirectories(directory.resolve("adapter"));
    try (CausalLanguageModel model = CausalLanguageModel.load(base, EngineOptions.defaults());
        LoraAdapter adapter = trained(model, one.config)) {
      for (Map.Entry<String, byte[]> file :
          PeftDirectory.write(adapter, base.toString(), "").entrySet()) {
        Files.write(saved.resolve(file.getKey()), file.getValue());
      }
    }
    EngineOptions exact = new EngineOptions(1, "cpu", Precision.FLOAT64);
    try (CausalLanguageModel model = CausalLanguageModel.load(base, exact);
        LoraAdapter adapter = PeftDirectory.read(model, saved)) {
      List<TokenRow> rows = rows(model.config().vocabularySize(), 9);
      TokenStatistics scored = model.score(rows, adapter);
      assertThat(scored.logProbs(0)).isNotEqualTo(model.score(rows, Adapter.none()).logProbs(0));
      Files.writeString(directory.resolve("scores.json"), json(base, scored));
    }
    MergedModel.write(base, saved, directory.resolve("merged"), MergedModel.Type.FLOAT64);
  }

  private static LoraAdapter trained(CausalLanguageModel model, LoraConfig config) {
    LoraAdapter adapter = LoraAdapter.initialize(model, config, 5);
    List<TokenRow> rows = rows(model.config().vocabularySize(), 2);
    try (AdamW optimizer = AdamW.create(AdamWConfig.of(0.02), adapter.parameters())) {
      for (int step = 0; step < 5; step++) {
        try (ForwardPass pass = model.forward(rows, adapter);
            Gradients gradients =
                pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
          optimizer.step(gradients);
        }
      }
    }
    return adapter;
  }

  private static List<TokenRow> rows(int vocabulary, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.of(5, 11, 16)
        .map(length -> new TokenRow(random.ints(length, 0, vocabulary).toArray(), 1))
        .toList();
  }

  private static String json(Path base, TokenStatistics scored) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("checkpoint", base.toString());
    ArrayNode rows = root.putArray("rows");
    for (int row = 0; row < scored.rows().size(); row++) {
      ObjectNode one = rows.addObject();
      Arrays.stream(scored.rows().get(row).ids()).forEach(one.putArray("ids")::add);
      Arrays.stream(scored.logProbs(row)).forEach(one.putArray("log_probs")::add);
    }
    return root.toPrettyString();
  }
}
