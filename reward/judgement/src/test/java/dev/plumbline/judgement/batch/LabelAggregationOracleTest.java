/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.judgement.Oracles;
import dev.plumbline.judgement.batch.Labels.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LabelAggregationOracleTest {
  private static final double CROWD_KIT_FLOOR = 1e-10;
  private static final double RELATIVE = 1e-8;

  private final JsonNode file = Oracles.read("label_aggregation.json");
  private final Map<String, Integer> items = new TreeMap<>();
  private final Map<String, Integer> annotators = new TreeMap<>();

  @TestFactory
  Stream<DynamicTest> shouldMatchReferenceNumbers() {
    return Oracles.tests(
        file,
        one -> {
          Labels labels = labels(file.get("datasets").get(one.get("dataset").asText()));
          JsonNode config = one.get("config");
          JsonNode expected = one.get("expected");
          switch (one.get("impl").asText()) {
            case "dallascard" -> checkMaximumLikelihood(labels, config, expected);
            case "crowd-kit DawidSkene" -> checkFloored(labels, config, expected);
            case "crowd-kit MajorityVote" ->
                checkItems(labels.shares(), expected.get("tasks"), expected.get("proba"), RELATIVE);
            case "crowd-kit GLAD" -> checkGlad(labels, config, expected);
            default -> throw new AssertionError("unknown case " + one.get("impl"));
          }
        });
  }

  private void checkMaximumLikelihood(Labels labels, JsonNode config, JsonNode expected) {
    double tolerance = config.get("tol").isNull() ? -1 : config.get("tol").asDouble();
    DawidSkene.Fit fit = new DawidSkene(0).fit(labels, config.get("max_iter").asInt(), tolerance);
    assertThat(fit.logLikelihoods()).hasSize(expected.get("iterations").asInt());
    close(fit.parameters().prior(), expected.get("class_marginals"), RELATIVE);
    for (int k = 0; k < labels.annotators(); k++) {
      for (int c = 0; c < labels.classes(); c++) {
        close(
            fit.parameters().errorRates()[k][c],
            expected.get("error_rates").get(k).get(c),
            RELATIVE);
      }
    }
    for (int i = 0; i < labels.items(); i++) {
      close(fit.posteriors()[i], expected.get("posteriors").get(i), RELATIVE);
    }
    double[] history = Oracles.vector(expected.get("log_likelihood_history"));
    List<Double> ours = fit.logLikelihoods();
    close(
        ours.subList(ours.size() - history.length, ours.size()).stream()
            .mapToDouble(x -> x)
            .toArray(),
        expected.get("log_likelihood_history"),
        RELATIVE);
  }

  private void checkFloored(Labels labels, JsonNode config, JsonNode expected) {
    DawidSkene method = new DawidSkene(CROWD_KIT_FLOOR);
    DawidSkene.Fit fit = method.fit(labels, config.get("n_iter").asInt(), -1);
    DawidSkene.Parameters after = method.parameters(labels, fit.posteriors());
    checkItems(fit.posteriors(), expected.get("tasks"), expected.get("posteriors"), 1e-7);
    close(after.prior(), expected.get("priors"), 1e-7);
    expected
        .get("errors")
        .properties()
        .forEach(
            entry -> {
              String[] key = entry.getKey().split("\\|", -1);
              int given = Integer.parseInt(key[1]) - 1;
              for (int c = 0; c < labels.classes(); c++) {
                assertThat(after.errorRates()[annotators.get(key[0])][c][given])
                    .isCloseTo(entry.getValue().get(c).asDouble(), within(1e-7));
              }
            });
  }

  private void checkGlad(Labels labels, JsonNode config, JsonNode expected) {
    Glad.Fit fit = Glad.fit(labels, config.get("n_iter").asInt(), config.get("tol").asDouble());
    checkItems(fit.posteriors(), expected.get("tasks"), expected.get("posteriors"), 1e-3);
    for (int i = 0; i < expected.get("workers").size(); i++) {
      assertThat(fit.alphas()[annotators.get(expected.get("workers").get(i).asText())])
          .isCloseTo(expected.get("alphas").get(i).asDouble(), within(1e-3));
    }
    for (int j = 0; j < expected.get("task_order").size(); j++) {
      assertThat(fit.betas()[items.get(expected.get("task_order").get(j).asText())])
          .isCloseTo(expected.get("betas").get(j).asDouble(), within(1e-3));
    }
  }

  private void checkItems(double[][] actual, JsonNode tasks, JsonNode expected, double tolerance) {
    for (int i = 0; i < tasks.size(); i++) {
      close(actual[items.get(tasks.get(i).asText())], expected.get(i), tolerance);
    }
  }

  private static void close(double[] actual, JsonNode expected, double tolerance) {
    double[] numbers = Oracles.vector(expected);
    assertThat(actual).hasSameSizeAs(numbers);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(actual[i])
          .isCloseTo(numbers[i], within(tolerance * Math.max(1, Math.abs(numbers[i]))));
    }
  }

  /** Items and annotators in the file's order, labels from 0. */
  private Labels labels(JsonNode dataset) {
    items.clear();
    annotators.clear();
    List<Label> given = new ArrayList<>();
    dataset
        .get("responses")
        .properties()
        .forEach(
            item ->
                item.getValue()
                    .properties()
                    .forEach(
                        annotator -> {
                          int number = items.computeIfAbsent(item.getKey(), key -> items.size());
                          int who = Integer.parseInt(annotator.getKey()) - 1;
                          annotators.put("o" + annotator.getKey(), who);
                          annotator
                              .getValue()
                              .forEach(
                                  label -> given.add(new Label(number, who, label.asInt() - 1)));
                        }));
    return new Labels(items.size(), annotators.size(), 4, given);
  }
}
