/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.FakeSchemaRegistry.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryClientTest {
  private static final String SCHEMA = "{\"type\":\"string\"}";

  private final FakeSchemaRegistry registry = new FakeSchemaRegistry();
  private final SchemaRegistryClient client = client(registry.url());

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void shouldRegisterAndReadSchemas() {
    int id = client.register("prompts-dev.plumbline.events.Prompt", SCHEMA);

    assertThat(client.register("tasks-x/y z", SCHEMA)).isEqualTo(id);
    assertThat(client.schema(id)).isEqualTo(SCHEMA);
    assertThat(registry.requests())
        .containsExactly(
            "POST /subjects/prompts-dev.plumbline.events.Prompt/versions",
            "POST /subjects/tasks-x%2Fy%20z/versions",
            "GET /schemas/ids/" + id);
    assertThat(registry.logins()).containsOnly("");
  }

  @Test
  void shouldLogInWhereAUserIsNamedAndNeverShowThePassword() {
    var settings =
        new SchemaRegistrySettings(
            registry.url() + "/", "ann", "s3cret", "NO_SUCH_VARIABLE", Duration.ofSeconds(5));

    new SchemaRegistryClient(settings).register("s", SCHEMA);

    assertThat(registry.logins())
        .containsExactly(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8)));
    assertThat(registry.requests()).containsExactly("POST /subjects/s/versions");
    assertThat(settings.toString()).doesNotContain("s3cret");
    registry.breakWith(new Reply(401, ""));
    assertThatThrownBy(() -> new SchemaRegistryClient(settings).schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("does not let user ann tell schema 1")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void shouldSayThatNoUserIsNamed() {
    registry.breakWith(new Reply(403, "Forbidden"));

    assertThatThrownBy(() -> client.register("s", SCHEMA))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("kafka.schema_registry.user")
        .hasMessageContaining("403 Forbidden");
  }

  @Test
  void shouldStopAtANumberThatTheRegistryDoesNotHave() {
    assertThatThrownBy(() -> client.schema(77))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("can't tell schema 77", "Schema not found");
  }

  @ParameterizedTest
  @CsvSource({"409, incompatible with what stands there", "422, it said 422", "400, it said 400"})
  void shouldNotAskAgainForWhatIsRefused(int status, String part) {
    registry.breakWith(new Reply(status, "{\"error_code\":1,\n  \"message\":\"no\"}"));

    assertThatThrownBy(() -> client.register("tasks-T", SCHEMA))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("register the schema of subject tasks-T")
        .hasMessageContaining(part)
        .hasMessageContaining("{\"error_code\":1, \"message\":\"no\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 408, 429})
  void shouldCallAnOutageWhatMayPass(int status) {
    registry.breakWith(new Reply(status, "later"));

    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessageContaining("it said " + status + " later");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Welcome</html>",
        "",
        "[]",
        "{}",
        "{\"id\":\"7\",\"schema\":7}",
        "{\"id\":-1,\"schema\":null}",
        "{\"id\":4294967296}"
      })
  void shouldNameGarbage(String body) {
    registry.breakWith(new Reply(200, body));

    assertThatThrownBy(() -> client.register("s", SCHEMA))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("was asked to register the schema of subject s");
    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("was asked to tell schema 1");
  }

  @Test
  void shouldRefuseASchemaOfAnotherKind() {
    registry.breakWith(new Reply(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message\"}"));

    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("is one of PROTOBUF");
  }

  @Test
  void shouldGiveUpOnARegistryThatDoesNotAnswer() {
    registry.fallSilent();
    var impatient =
        new SchemaRegistryClient(
            new SchemaRegistrySettings(
                registry.url(), null, null, "NO_SUCH_VARIABLE", Duration.ofMillis(100)));

    assertThatThrownBy(() -> impatient.schema(1))
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessageContaining("can't be asked to tell schema 1");
  }

  @Test
  void shouldSayThatNobodyListens() {
    String url = registry.url();
    registry.close();

    assertThatThrownBy(() -> client(url).schema(1))
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessageContaining(url)
        .hasMessageContaining("ConnectException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8081", "ftp://host", "http://ann:secret@host", "http://", "a b"})
  void shouldRefuseAnAddressThatIsNone(String url) {
    assertThatThrownBy(() -> SchemaRegistrySettings.at(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("url must be an http or https address")
        .hasMessageNotContaining("secret");
  }

  private static SchemaRegistryClient client(String url) {
    return new SchemaRegistryClient(SchemaRegistrySettings.at(url));
  }
}
