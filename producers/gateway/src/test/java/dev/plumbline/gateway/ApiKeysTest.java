/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApiKeysTest {
  /** What {@code printf %s open-sesame | sha256sum} prints. */
  private static final String SESAME =
      "d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7  -";

  @TempDir Path folder;

  @Test
  void shouldNeedAKeyForDataButNotForThePageAndHealth() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), "# eve\n\n" + SESAME + "\n");
    try (RunningGateway gateway = new RunningGateway(file, Duration.ofSeconds(20))) {
      assertThat(gateway.get("/").status()).isEqualTo(200);
      assertThat(gateway.get("/page/live.js").status()).isEqualTo(200);
      assertThat(gateway.get("/health/live").status()).isEqualTo(200);

      var without = gateway.get("/v1/policies");
      assertThat(without.status()).isEqualTo(401);
      assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(gateway.get("/metrics").status()).isEqualTo(401);
      assertThat(gateway.post("/v1/prompts", "{}").status()).isEqualTo(401);
      assertThat(gateway.get("/v1/policies", "Authorization", "Bearer nonsense").text())
          .contains("not one of those in api_key_file");
      assertThat(gateway.get("/v1/policies", "Authorization", "Bearer open-sesame").status())
          .isEqualTo(200);
    }
  }

  @Test
  void shouldNameTheLineThatIsNoHash() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), SESAME + "\nopen-sesame\n");

    assertThatThrownBy(() -> ApiKeys.read(file))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("line 2: expected a SHA-256 in 64 hexadecimal digits");
    assertThatThrownBy(() -> ApiKeys.read(Files.createFile(folder.resolve("empty"))))
        .hasMessageContaining("holds no key");
    assertThatThrownBy(() -> ApiKeys.read(folder.resolve("absent")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith("gateway.api_key_file: " + folder.resolve("absent"));
  }
}
