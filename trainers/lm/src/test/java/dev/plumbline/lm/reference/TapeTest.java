/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import static dev.plumbline.lm.reference.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operation's derivatives against central differences of its values. */
final class TapeTest {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-8;

  /** An operation on matrices of the shapes given. */
  private record Case(List<int[]> shapes, Operation operation) {}

  @FunctionalInterface
  private interface Operation {
    Variable apply(Tape tape, List<Variable> operands);
  }

  @TestFactory
  Stream<DynamicTest> shouldDifferentiateEveryOperation() {
    return cases().entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  @Test
  void shouldLetNothingThroughWhatIsDetached() {
    Tape tape = new Tape();
    Variable a = tape.leaf(1, 2, new double[] {2, 3});
    Variable y = tape.multiply(a, tape.detached(a));
    tape.pullBack(y, new double[] {1, 1});
    assertThat(y.values).containsExactly(4, 9);
    assertThat(a.gradient).containsExactly(2, 3);
  }

  @Test
  void shouldKeepMaskedElementsOutOfASoftmax() {
    Tape tape = new Tape();
    Variable a = tape.leaf(1, 3, new double[] {1, Double.NEGATIVE_INFINITY, 1});
    Variable probs = tape.exp(tape.logSoftmax(a));
    tape.pullBack(probs, new double[] {1, 5, 0});
    assertThat(probs.values).containsExactly(0.5, 0, 0.5);
    assertThat(a.gradient).containsExactly(0.25, 0, -0.25);
  }

  @Test
  void shouldRefuseShapesThatDoNotFit() {
    Tape tape = new Tape();
    Variable a = tape.leaf(2, 3, new double[6]);
    assertThatThrownBy(() -> tape.times(a, a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shapes 2 x 3 and 2 x 3 do not fit");
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    put(cases, "times", (t, x) -> t.times(x.get(0), x.get(1)), 3, 4, 4, 2);
    put(cases, "transposed", (t, x) -> t.transposed(x.get(0)), 3, 4);
    put(cases, "plus", (t, x) -> t.plus(x.get(0), x.get(1)), 3, 4, 3, 4);
    put(cases, "multiply", (t, x) -> t.multiply(x.get(0), x.get(1)), 3, 4, 3, 4);
    put(cases, "multiply by itself", (t, x) -> t.multiply(x.get(0), x.get(0)), 3, 4);
    put(cases, "rowsAt", (t, x) -> t.rowsAt(x.get(0), new int[] {2, 0, 2}), 3, 4);
    put(cases, "columns", (t, x) -> t.columns(x.get(0), 1, 3), 3, 4);
    put(cases, "repeatedRow", (t, x) -> t.repeatedRow(x.get(0), 3), 1, 4);
    put(cases, "repeatedColumn", (t, x) -> t.repeatedColumn(x.get(0), 3), 4, 1);
    put(cases, "beside", (t, x) -> t.beside(x), 3, 1, 3, 2, 3, 4);
    put(cases, "rowSums", (t, x) -> t.rowSums(x.get(0)), 3, 4);
    put(cases, "logSoftmax", (t, x) -> t.logSoftmax(x.get(0)), 3, 4);
    put(cases, "exp", (t, x) -> t.exp(x.get(0)), 3, 4);
    put(cases, "log", (t, x) -> t.log(t.exp(x.get(0))), 3, 4);
    put(cases, "scale", (t, x) -> t.scale(x.get(0), -1.5), 3, 4);
    put(cases, "silu", (t, x) -> new Layers(t).silu(x.get(0)), 3, 4);
    put(cases, "geluTanh", (t, x) -> new Layers(t).geluTanh(x.get(0)), 3, 4);
    put(cases, "rmsNorm", (t, x) -> new Layers(t).rmsNorm(x.get(0), x.get(1), 0.1), 3, 4, 1, 4);
    put(
        cases,
        "layerNorm",
        (t, x) -> new Layers(t).layerNorm(x.get(0), x.get(1), x.get(2), 0.1),
        3,
        4,
        1,
        4,
        1,
        4);
    for (RotaryLayout layout : RotaryLayout.values()) {
      RotaryAngles angles = new RotaryAngles(new double[] {1, 0.3}, 1.25, layout);
      put(cases, "rotary " + layout, (t, x) -> new Layers(t).rotary(x.get(0), angles), 3, 4);
    }
    put(
        cases,
        "attention of two groups with a window",
        (t, x) ->
            new Layers(t).attention(x.subList(0, 4), x.subList(4, 6), x.subList(6, 8), 0.7, 2),
        3,
        2,
        3,
        2,
        3,
        2,
        3,
        2,
        3,
        2,
        3,
        2,
        3,
        2,
        3,
        2);
    return cases;
  }

  /**
   * @param dimensions rows and columns of each operand in turn
   */
  private static void put(
      Map<String, Case> cases, String name, Operation operation, int... dimensions) {
    List<int[]> shapes =
        IntStream.range(0, dimensions.length / 2)
            .mapToObj(i -> Arrays.copyOfRange(dimensions, 2 * i, 2 * i + 2))
            .toList();
    cases.put(name, new Case(shapes, operation));
  }

  private static void check(Case test) {
    SplittableRandom random = new SplittableRandom(3);
    List<double[]> inputs =
        test.shapes.stream()
            .map(shape -> random.doubles((long) shape[0] * shape[1], -2, 2).toArray())
            .toList();
    Tape tape = new Tape();
    List<Variable> operands = leaves(tape, test, inputs);
    Variable y = test.operation.apply(tape, operands);
    double[] cotangent = random.doubles(y.values.length, -1, 1).toArray();
    tape.pullBack(y, cotangent);

    for (int k = 0; k < inputs.size(); k++) {
      double[] expected = new double[inputs.get(k).length];
      for (int i = 0; i < expected.length; i++) {
        double kept = inputs.get(k)[i];
        inputs.get(k)[i] = kept + STEP;
        double above = value(test, inputs, cotangent);
        inputs.get(k)[i] = kept - STEP;
        double below = value(test, inputs, cotangent);
        inputs.get(k)[i] = kept;
        expected[i] = (above - below) / (2 * STEP);
      }
      assertClose("operand " + k, operands.get(k).gradient, expected, TOLERANCE);
    }
  }

  private static double value(Case test, List<double[]> inputs, double[] cotangent) {
    Tape tape = new Tape();
    double[] y = test.operation.apply(tape, leaves(tape, test, inputs)).values;
    return IntStream.range(0, y.length).mapToDouble(i -> y[i] * cotangent[i]).sum();
  }

  private static List<Variable> leaves(Tape tape, Case test, List<double[]> inputs) {
    List<Variable> leaves = new ArrayList<>();
    for (int[] shape : test.shapes) {
      leaves.add(tape.leaf(shape[0], shape[1], inputs.get(leaves.size())));
    }
    return leaves;
  }
}
