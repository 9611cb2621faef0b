/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.keys.DataKey;
import dev.plumbline.base.keys.FileKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir private Path data;

  @Test
  void shouldListWhoHasAKeyAndWhoWasErased() {
    store().keyFor("anna");
    store().destroy("berta");

    List<JsonNode> lines = run("keys", "list", "--json", "--data", data.toString()).lines();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).get("subject").textValue()).isEqualTo("anna");
    assertThat(lines.get(0).get("key_id").textValue()).hasSize(16);
    assertThat(lines.get(1).has("key_id")).isFalse();
    assertThat(run("keys", "list", "--data", data.toString()).out())
        .contains("anna  key ")
        .contains("berta  erased 2026-03-04T05:06:07Z");
  }

  @Test
  void shouldWrapKeysAnewAndKeepThem() {
    DataKey key = store().keyFor("anna");
    String before = store().keyEncryptionKeyId();

    Commands.Outcome rotated = run("keys", "rotate", "--data", data.toString());

    assertThat(rotated.code()).isZero();
    assertThat(rotated.out()).startsWith("1 keys are wrapped by key-encryption key ");
    assertThat(rotated.out()).doesNotContain(before);
    assertThat(store().find("anna", key.keyId())).isPresent();
  }

  @Test
  void shouldSayWhichKeyEncryptionKeyIsMissing() throws IOException {
    store().keyFor("anna");
    Files.delete(data.resolve("key-encryption-key"));

    assertRefused(
        run("keys", "list", "--data", data.toString()),
        "the key-encryption key file %s is missing: restore it, or name the one that the keys were made with"
            .formatted(data.resolve("key-encryption-key")));
  }

  @Test
  void shouldRefuseToEraseWithoutACluster() {
    Commands.Outcome outcome =
        run(
            "erase",
            "anna",
            "--data",
            data.toString(),
            "--bootstrap-servers",
            "127.0.0.1:1",
            "--json");

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.err()).contains("127.0.0.1:1");
    assertThat(store().isErased("anna")).isFalse();
  }

  private FileKeyStore store() {
    return FileKeyStore.open(
        data.resolve("keys"), data.resolve("key-encryption-key"), InstantSource.fixed(NOW));
  }
}
