/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.plumbline.gateway.dialect.Refusal;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OpenApiTest {
  private static final Set<HandlerType> METHODS = Set.of(HandlerType.GET, HandlerType.POST);

  private static RunningGateway gateway;
  private static JsonNode description;

  @BeforeAll
  static void start() throws IOException {
    gateway = RunningGateway.start();
    description = new YAMLMapper().readTree(gateway.get("/openapi.yaml").text());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void shouldDescribeExactlyTheRoutesThatExist() {
    List<String> described = new ArrayList<>();
    description
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    List<String> registered =
        gateway.server.javalin().unsafe.internalRouter.allHttpHandlers().stream()
            .map(parsed -> parsed.endpoint)
            .filter(endpoint -> METHODS.contains(endpoint.method))
            .map(endpoint -> endpoint.method + " " + endpoint.path)
            .toList();

    assertThat(described).containsExactlyInAnyOrderElementsOf(registered).hasSize(19);
  }

  @Test
  void shouldReferToNothingThatIsAbsent() {
    assertThat(description.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(description.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void shouldListEveryErrorCode() {
    List<String> described = new ArrayList<>();
    description
        .at("/components/schemas/Refusal/properties/code/enum")
        .forEach(code -> described.add(code.textValue()));

    assertThat(described)
        .containsExactlyElementsOf(
            Stream.of(Refusal.Code.values())
                .map(code -> code.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerEveryExampleAsDescribed() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
      JsonNode examples =
          path.getValue().at("/post/requestBody/content/application~1json/examples");
      for (Map.Entry<String, JsonNode> example : examples.properties()) {
        tests.add(
            DynamicTest.dynamicTest(
                path.getKey() + " " + example.getKey(),
                () -> answersAsDescribed(path.getKey(), path.getValue(), example.getValue())));
      }
    }
    assertThat(tests).hasSize(16);
    return tests.stream();
  }

  private static void answersAsDescribed(String path, JsonNode operations, JsonNode example) {
    int expected = example.path("x-status").asInt(202);

    var answer = gateway.post(path, example.get("value").toString());

    assertThat(answer.status()).as(answer.text()).isEqualTo(expected);
    JsonNode described = operations.at("/post/responses/" + expected);
    assertThat(described.isMissingNode()).isFalse();
    JsonNode schema = described.at("/content/application~1json/schema");
    for (JsonNode required : resolved(schema).path("required")) {
      assertThat(answer.json().has(required.textValue())).as(required.textValue()).isTrue();
    }
  }

  private static JsonNode resolved(JsonNode schema) {
    return schema.has("$ref")
        ? description.at(schema.get("$ref").textValue().substring(1))
        : schema;
  }
}
