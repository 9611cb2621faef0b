/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A Llama that gives exactly the logits of some rows, and from whose gradients those with respect
 * to the logits can be read: the whole path in float32.
 *
 * <p>Every position of the rows has a token of its own, u, which a block that adds nothing hands to
 * the head as one direction of the hidden space: direction u under the reference, and, through a
 * LoRA adapter of the embedding, direction P + u under the policy. The head's columns in these
 * directions are the logits. The token that follows is position u + 1's own, so it stands in for
 * the label in the vocabulary, and the label itself has no probability. A direction 2P + v reads 1
 * at every stand-in of v: the embedding's gradient there is the gradient with respect to logit v.
 */
final class LogitModel implements OracleModel, AutoCloseable {
  private static final int VOCABULARY = 300;
  private static final int FIRST_OWN_TOKEN = 40;
  private static final float IMPOSSIBLE = -1e4f;
  private static final float LENGTH = 1024;
  private static final String WEIGHTS = "model.safetensors";
  private static final String EMBEDDING = "model.embed_tokens";

  private final List<LogitRow> logitRows;
  private final CausalLanguageModel model;
  private final LoraAdapter adapter;
  private final List<TokenRow> rows = new ArrayList<>();
  private final int positions;
  private final int hidden;
  private final int logits;
  private final int[] firstNumber;

  LogitModel(List<LogitRow> logitRows, Path directory) {
    this.logitRows = logitRows;
    int length = logitRows.getFirst().policy().length;
    logits = logitRows.getFirst().policy()[0].length;
    firstNumber = new int[logitRows.size()];
    int next = 0;
    for (int row = 0; row < logitRows.size(); row++) {
      firstNumber[row] = next;
      int attended = logitRows.get(row).ids().length;
      int[] ids = IntStream.range(next, next + attended).map(u -> FIRST_OWN_TOKEN + u).toArray();
      rows.add(new TokenRow(ids, logitRows.get(row).completionStart()));
      next += attended;
    }
    positions = next;
    hidden = 2 * ((2 * positions + logits + 1) / 2);
    LlamaConfig config =
        new LlamaConfig(VOCABULARY, hidden, 2, 1, 1, 1, hidden, 1e-5, 10_000, length, false, 1, 2);
    Map<String, byte[]> files = new RandomCheckpoint(config, ElementType.F32, 1).files();
    Map<String, TensorData> weights = new TreeMap<>();
    SafeTensors.parse(Objects.requireNonNull(files.get(WEIGHTS)))
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] values = new float[TensorData.elements(tensor.shape())];
              Arrays.fill(values, name.endsWith("norm.weight") ? 1 : 0);
              weights.put(name, TensorData.of(values, tensor.shape()));
            });
    weights.put(EMBEDDING + ".weight", embedding());
    weights.put("lm_head.weight", head());
    write(directory, files);
    write(directory, Map.of(WEIGHTS, SafeTensors.of(weights, Map.of("format", "pt")).toBytes()));
    model = CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.FLOAT32));
    adapter =
        LoraAdapter.fromSafeTensors(
            model,
            LoraConfig.of(positions, positions).targeting(List.of("embed_tokens")),
            SafeTensors.of(adapterWeights(), Map.of("format", "pt")).toBytes());
  }

  @Override
  public double[][][] gradient(
      Set<Statistic> asked,
      LabelScope labels,
      Function<List<CompletionStatistics>, List<TokenDerivatives>> loss) {
    Statistic[] statistics = asked.toArray(Statistic[]::new);
    ForwardRequest request = ForwardRequest.of(statistics[0], statistics).over(labels);
    try (ForwardPass pass = model.forward(rows, adapter, request)) {
      TokenStatistics said = pass.statistics();
      List<TokenDerivatives> derivatives =
          loss.apply(
              IntStream.range(0, rows.size())
                  .mapToObj(row -> completion(said, labels, row))
                  .toList());
      try (Gradients gradients = pass.pullBack(perLabel(derivatives))) {
        return logitGradient(gradients.values(peft("lora_embedding_B")));
      }
    }
  }

  /** Not the mean logit: its vocabulary is larger than the rows'. */
  @Override
  public Set<Statistic> tokenStatistics() {
    return Set.of(Statistic.ENTROPY, Statistic.TOP_ONE);
  }

  private Map<Statistic, double[][]> perLabel(List<TokenDerivatives> derivatives) {
    Map<Statistic, double[][]> all = new EnumMap<>(Statistic.class);
    all.put(Statistic.LOG_PROB, zeros());
    for (int row = 0; row < rows.size(); row++) {
      TokenDerivatives completion = derivatives.get(row);
      int start = rows.get(row).completionStart() - 1;
      Arrays.fill(all.get(Statistic.LOG_PROB)[row], 0, start, completion.promptLogProb());
      for (Statistic statistic : completion.statistics()) {
        double[] perLabel = all.computeIfAbsent(statistic, s -> zeros())[row];
        for (int t = start; t < perLabel.length; t++) {
          perLabel[t] = completion.value(statistic, t - start);
        }
      }
    }
    return all;
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
    double[][][] gradient = new double[rows.size()][logitRows.getFirst().policy().length][logits];
    for (int row = 0; row < rows.size(); row++) {
      for (int t = 0; t < rows.get(row).length(); t++) {
        for (int v = 0; v < logits; v++) {
          gradient[row][t][v] =
              embeddingGradient[(2 * positions + v) * positions + (firstNumber[row] + t)] / scale;
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

  private TensorData head() {
    double norm = Math.sqrt((double) hidden);
    float[] values = new float[VOCABULARY * hidden];
    for (int w = 0; w < VOCABULARY; w++) {
      Arrays.fill(values, w * hidden, w * hidden + 2 * positions, IMPOSSIBLE);
    }
    for (int v = 0; v < logits; v++) {
      values[v * hidden + 2 * positions + v] = 1;
    }
    for (int row = 0; row < rows.size(); row++) {
      LogitRow given = logitRows.get(row);
      for (int t = 0; t < given.ids().length; t++) {
        int column = firstNumber[row] + t;
        int label = t + 1 < given.ids().length ? given.ids()[t + 1] : -1;
        for (int v = 0; v < logits; v++) {
          int standIn = v == label ? FIRST_OWN_TOKEN + column + 1 : v;
          values[standIn * hidden + column] = (float) (given.reference()[t][v] / norm);
          values[standIn * hidden + positions + column] = (float) (given.policy()[t][v] / norm);
          values[standIn * hidden + 2 * positions + v] = 1;
        }
      }
    }
    return TensorData.of(values, VOCABULARY, hidden);
  }

  private static void write(Path directory, Map<String, byte[]> files) {
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
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
