/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.RandomCheckpoint;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Llama that gives exactly the logits of an oracle's batch, and from whose gradients those with
 * respect to the logits can be read: the whole path in float32.
 *
 * <p>Every position of the batch has a token of its own, u, which a block that adds nothing hands
 * to the head as one direction of the hidden space: direction u under the reference, and, through a
 * LoRA adapter of the embedding, direction P + u under the policy. The head's columns in these
 * directions are the logits. The token that follows is position u + 1's own, so it stands in for
 * the label in the vocabulary, and the label itself has no probability. A direction 2P + v reads 1
 * at every stand-in of v: the embedding's gradient there is the gradient with respect to logit v.
 */
final class LogitModel implements AutoCloseable {
  private static final int VOCABULARY = 300;
  private static final int FIRST_OWN_TOKEN = 40;
  private static final float IMPOSSIBLE = -1e4f;
  private static final float LENGTH = 1024;
  private static final String EMBEDDING = "model.embed_tokens";

  private final CausalLanguageModel model;
  private final LoraAdapter adapter;
  private final List<TokenRow> rows = new ArrayList<>();
  private final int positions;
  private final int hidden;
  private final int logits;
  private final int[][] numberOf;

  LogitModel(JsonNode batch, Path directory) throws IOException {
    int count = batch.get("labels").size();
    int length = batch.get("T").asInt();
    logits = batch.get("V").asInt();
    numberOf = new int[count][length];
    int next = 0;
    for (int row = 0; row < count; row++) {
      int attended = attended(batch, row);
      int start = completionStart(batch, row);
      int[] ids = new int[attended];
      for (int t = 0; t < attended; t++) {
        numberOf[row][t] = next;
        ids[t] = FIRST_OWN_TOKEN + next++;
      }
      rows.add(new TokenRow(ids, start));
    }
    positions = next;
    hidden = 2 * ((2 * positions + logits + 1) / 2);
    LlamaConfig config =
        new LlamaConfig(VOCABULARY, hidden, 2, 1, 1, 1, hidden, 1e-5, 10_000, length, false, 1, 2);
    new RandomCheckpoint(config, ElementType.F32, 1)
        .files()
        .forEach((name, bytes) -> write(directory.resolve(name), bytes));
    Path file = directory.resolve("model.safetensors");
    Map<String, TensorData> weights = new TreeMap<>();
    SafeTensors.parse(Files.readAllBytes(file))
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] values = new float[TensorData.elements(tensor.shape())];
              Arrays.fill(values, name.endsWith("norm.weight") ? 1 : 0);
              weights.put(name, TensorData.of(values, tensor.shape()));
            });
    weights.put(EMBEDDING + ".weight", embedding());
    weights.put("lm_head.weight", head(batch));
    write(file, SafeTensors.of(weights, Map.of("format", "pt")).toBytes());
    model = CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.FLOAT32));
    adapter =
        LoraAdapter.fromSafeTensors(
            model,
            LoraConfig.of(positions, positions).targeting(List.of("embed_tokens")),
            SafeTensors.of(adapterWeights(), Map.of("format", "pt")).toBytes());
  }

  /** What the model says of the batch's pairs, all of belief and weight 1. */
  List<PairStatistics> pairs(TokenStatistics said, LabelScope labels) {
    int pairs = rows.size() / 2;
    List<BatchShape.Lengths> lengths = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      lengths.add(
          PairStatistics.lengths(
              completion(said, labels, i), completion(said, labels, pairs + i), 1, 1));
    }
    BatchShape shape = BatchShape.of(lengths);
    List<PairStatistics> statistics = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      statistics.add(
          new PairStatistics(
              completion(said, labels, i), completion(said, labels, pairs + i), 1, 0, 1, shape));
    }
    return statistics;
  }

  /** A batch's mean loss, and its gradient with respect to the policy's logits. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Learned(double loss, double[][][] gradient) {}

  Learned learn(PairObjective objective) {
    Statistic[] asked = objective.statistics().toArray(Statistic[]::new);
    ForwardRequest request = ForwardRequest.of(asked[0], asked).over(objective.labels());
    try (ForwardPass pass = model.forward(rows, adapter, request)) {
      List<PairValue> values = objective.evaluate(pairs(pass.statistics(), objective.labels()));
      double loss = values.stream().mapToDouble(PairValue::loss).average().orElseThrow();
      try (Gradients gradients = pass.pullBack(derivatives(values))) {
        return new Learned(loss, logitGradient(gradients.values(peft("lora_embedding_B"))));
      }
    }
  }

  private Map<Statistic, double[][]> derivatives(List<PairValue> values) {
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    for (int row = 0; row < rows.size(); row++) {
      PairValue value = values.get(row % values.size());
      TokenDerivatives completion = row < values.size() ? value.a() : value.b();
      int start = rows.get(row).completionStart() - 1;
      for (Statistic statistic : completion.statistics()) {
        double[] perLabel = new double[rows.get(row).labels()];
        for (int t = 0; t < perLabel.length; t++) {
          double perToken =
              t >= start
                  ? completion.value(statistic, t - start)
                  : statistic == Statistic.LOG_PROB ? completion.promptLogProb() : 0;
          perLabel[t] = perToken / values.size();
        }
        derivatives.computeIfAbsent(statistic, s -> zeros())[row] = perLabel;
      }
    }
    return derivatives;
  }

  private double[][] zeros() {
    return rows.stream().map(row -> new double[row.labels()]).toArray(double[][]::new);
  }

  private CompletionStatistics completion(TokenStatistics said, LabelScope labels, int row) {
    int start = rows.get(row).completionStart() - 1;
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    for (Statistic statistic : said.statistics()) {
      double[] all = said.values(statistic, row);
      values.put(statistic, Arrays.copyOfRange(all, start, all.length));
    }
    CompletionStatistics completion = CompletionStatistics.of(values);
    return switch (labels) {
      case COMPLETION -> completion;
      case ALL -> completion.after(Arrays.copyOf(said.logProbs(row), start));
    };
  }

  /** From the embedding's gradient [hidden, positions]; RMSNorm scaled the hidden state. */
  private double[][][] logitGradient(double[] embeddingGradient) {
    double scale = Math.sqrt((double) hidden) / LENGTH;
    double[][][] gradient = new double[rows.size()][numberOf[0].length][logits];
    for (int row = 0; row < rows.size(); row++) {
      for (int t = 0; t < rows.get(row).length(); t++) {
        for (int v = 0; v < logits; v++) {
          gradient[row][t][v] =
              embeddingGradient[(2 * positions + v) * positions + numberOf[row][t]] / scale;
        }
      }
    }
    return gradient;
  }

  private TensorData embedding() {
    float[] values = new float[VOCABULARY * hidden];
    for (int u = 0; u < positions; u++) {
      values[(FIRST_OWN_TOKEN + u) * hidden + u] = LENGTH;
    }
    return TensorData.of(values, VOCABULARY, hidden);
  }

  private Map<String, TensorData> adapterWeights() {
    float[] a = new float[positions * VOCABULARY];
    float[] b = new float[hidden * positions];
    for (int u = 0; u < positions; u++) {
      a[u * VOCABULARY + FIRST_OWN_TOKEN + u] = 1;
      b[u * positions + u] = -LENGTH;
      b[(positions + u) * positions + u] = LENGTH;
    }
    return Map.of(
        peft("lora_embedding_A"), TensorData.of(a, positions, VOCABULARY),
        peft("lora_embedding_B"), TensorData.of(b, hidden, positions));
  }

  private static String peft(String matrix) {
    return "base_model.model." + EMBEDDING + "." + matrix;
  }

  private TensorData head(JsonNode batch) {
    double norm = Math.sqrt((double) hidden);
    float[] values = new float[VOCABULARY * hidden];
    for (int w = 0; w < VOCABULARY; w++) {
      Arrays.fill(values, w * hidden, w * hidden + 2 * positions, IMPOSSIBLE);
    }
    for (int v = 0; v < logits; v++) {
      values[v * hidden + 2 * positions + v] = 1;
    }
    for (int row = 0; row < rows.size(); row++) {
      int[] ids = rows.get(row).ids();
      for (int t = 0; t < ids.length; t++) {
        int label = t + 1 < ids.length ? batch.get("input_ids").get(row).get(t + 1).asInt() : -1;
        int column = numberOf[row][t];
        for (int v = 0; v < logits; v++) {
          int standIn = v == label ? ids[t + 1] : v;
          values[standIn * hidden + column] = logit(batch, "reference_logits", row, t, v, norm);
          values[standIn * hidden + positions + column] =
              logit(batch, "policy_logits", row, t, v, norm);
          values[standIn * hidden + 2 * positions + v] = 1;
        }
      }
    }
    return TensorData.of(values, VOCABULARY, hidden);
  }

  private static float logit(JsonNode batch, String name, int row, int t, int v, double norm) {
    return (float) (batch.get(name).get(row).get(t).get(v).asDouble() / norm);
  }

  private static int attended(JsonNode batch, int row) {
    int attended = 0;
    for (JsonNode one : batch.get("attention_mask").get(row)) {
      attended += one.asInt();
    }
    return attended;
  }

  private static int completionStart(JsonNode batch, int row) {
    int start = 0;
    while (batch.get("labels").get(row).get(start).asInt() == -100) {
      start++;
    }
    return start;
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    adapter.close();
    model.close();
  }
}
