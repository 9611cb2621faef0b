/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/** Runs commands in this process, as a user would. */
final class Commands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Commands() {}

  record Outcome(int code, String out, String err) {
    String onlyErrorLine() {
      assertThat(err.lines()).hasSize(1);
      return err.strip();
    }

    /** What was printed, one value per line. */
    List<JsonNode> lines() {
      assertThat(err).isEmpty();
      assertThat(code).isZero();
      List<JsonNode> lines = new ArrayList<>();
      out.lines().forEach(line -> lines.add(json(line)));
      return lines;
    }
  }

  static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Plumbline.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(code, out.toString(), err.toString());
  }

  /** One message, nothing printed, and the exit code of what its user can mend. */
  static void assertRefused(Outcome outcome, String message) {
    assertThat(outcome.onlyErrorLine()).isEqualTo("plumbline: " + message);
    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.out()).isEmpty();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not valid JSON: " + text, e);
    }
  }

  static int[] ints(JsonNode array) {
    return stream(array).mapToInt(value -> (int) value).toArray();
  }

  static double[] doubles(JsonNode array) {
    return stream(array).toArray();
  }

  private static DoubleStream stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble);
  }
}
