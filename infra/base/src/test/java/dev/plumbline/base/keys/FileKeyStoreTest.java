/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyStoreTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final String KEK = "0123456789abcdef".repeat(4);

  @TempDir private Path data;

  @Test
  void shouldWriteNothingBeforeTheFirstKey() throws IOException {
    open().find("anna", "00");

    assertThat(data).isEmptyDirectory();
  }

  @Test
  void shouldGiveASubjectTheSameKeyInEveryProcess() {
    DataKey key = open().keyFor("anna");

    assertThat(open().keyFor("anna").bytes()).isEqualTo(key.bytes());
    assertThat(open().find("anna", key.keyId())).map(DataKey::bytes).contains(key.bytes());
    assertThat(open().keyFor("berta").bytes()).isNotEqualTo(key.bytes());
    assertThat(open().find("anna", "another")).isEmpty();
    assertThat(key).hasToString("key %s of anna".formatted(key.keyId()));
  }

  @Test
  void shouldKeepNoKeyReadableAtRest() throws IOException {
    FileKeyStore store = open();
    byte[] key = store.keyFor("anna").bytes();

    for (String file : contents()) {
      assertThat(file).doesNotContain(new String(key, StandardCharsets.ISO_8859_1));
      assertThat(file).doesNotContain(HexFormat.of().formatHex(key));
    }
  }

  @Test
  void shouldMakeOneKeyWhenSeveralAskForItAtOnce() throws Exception {
    List<Callable<String>> askers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FileKeyStore store = open();
      askers.add(() -> store.keyFor("anna").keyId());
    }

    Set<String> ids;
    try (var threads = Executors.newFixedThreadPool(8)) {
      ids =
          threads.invokeAll(askers).stream()
              .map(FileKeyStoreTest::result)
              .collect(Collectors.toSet());
    }

    assertThat(ids).hasSize(1);
  }

  @Test
  void shouldNeverGiveAnErasedSubjectAnotherKey() {
    FileKeyStore store = open();
    FileKeyStore ofAnotherProcess = open();
    DataKey key = store.keyFor("anna");
    ofAnotherProcess.keyFor("anna");

    store.destroy("anna");
    store.destroy("anna");

    for (FileKeyStore each : List.of(store, ofAnotherProcess, open())) {
      assertThat(each.find("anna", key.keyId())).isEmpty();
      assertThat(each.isErased("anna")).isTrue();
      assertThatThrownBy(() -> each.keyFor("anna"))
          .isInstanceOf(SubjectErasedException.class)
          .hasMessage("subject anna was erased: nothing that belongs to it is taken any more");
    }
    assertThat(store.list()).containsExactly(new KeyEntry("anna", null, null, NOW));
  }

  @Test
  void shouldGiveNoKeyToASubjectErasedBeforeItHadOne() {
    open().destroy("anna");

    assertThatThrownBy(() -> open().keyFor("anna")).isInstanceOf(SubjectErasedException.class);
  }

  @Test
  void shouldLeaveNothingOfADestroyedKey() throws IOException {
    FileKeyStore store = open();
    store.keyFor("anna");
    List<String> wrapped = contents().stream().flatMap(FileKeyStoreTest::wrappedKeys).toList();

    store.destroy("anna");

    assertThat(wrapped).hasSize(1);
    assertThat(contents()).noneMatch(file -> file.contains(wrapped.getFirst()));
    assertThat(data.resolve("keys")).isDirectoryNotContaining("glob:**.shred");
  }

  @Test
  void shouldFinishDestroyingWhatAKilledProcessBegan() throws IOException {
    open().keyFor("anna");
    Path file = data.resolve("keys").resolve(KeyFile.name("anna"));
    DurableFiles.setAside(file, Path.of(file + DurableFiles.SHRED_SUFFIX));

    FileKeyStore store = open();

    assertThat(store.isErased("anna")).isTrue();
    assertThat(data.resolve("keys")).isDirectoryNotContaining("glob:**.shred");
  }

  @Test
  void shouldGoOnWithTheSameKeysAfterRotation() throws IOException {
    FileKeyStore ofAnotherProcess = open();
    Map<String, String> keys =
        Map.of(
            "anna", ofAnotherProcess.keyFor("anna").keyId(),
            "berta", ofAnotherProcess.keyFor("berta").keyId());
    open().destroy("carla");
    String before = ofAnotherProcess.keyEncryptionKeyId();
    String oldKek = Files.readString(data.resolve("key-encryption-key")).strip();

    FileKeyStore store = open();
    assertThat(store.rewrap()).isEqualTo(2);

    assertThat(store.keyEncryptionKeyId()).isNotEqualTo(before);
    assertThat(contents()).noneMatch(file -> file.contains(oldKek) || file.contains(before));
    for (FileKeyStore each : List.of(store, ofAnotherProcess, open())) {
      keys.forEach((subject, id) -> assertThat(each.find(subject, id)).isPresent());
      assertThat(each.isErased("carla")).isTrue();
    }
    assertThat(store.list())
        .filteredOn(entry -> !entry.isErased())
        .allMatch(entry -> store.keyEncryptionKeyId().equals(entry.wrappedBy()));
  }

  @Test
  void shouldFinishARotationThatWasInterrupted() throws IOException {
    FileKeyStore store = open();
    DataKey key = store.keyFor("anna");
    var kek = new KeyEncryptionKeyFile(data.resolve("key-encryption-key"));
    kek.beginRotation();

    assertThat(open().find("anna", key.keyId())).isPresent();
    assertThat(open().rewrap()).isEqualTo(1);
    assertThat(kek.read()).hasSize(1);
    assertThat(open().find("anna", key.keyId())).isPresent();
  }

  @Test
  void shouldTakeTheKeyEncryptionKeyFromTheEnvironment() {
    DataKey key = open(KEK).keyFor("anna");

    String newer = "f".repeat(64);
    assertThat(open(newer + "," + KEK).rewrap()).isEqualTo(1);

    assertThat(open(newer).find("anna", key.keyId())).isPresent();
    assertThat(data.resolve("key-encryption-key")).doesNotExist();
    assertThatThrownBy(() -> open(KEK))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageMatching(
            "a key is wrapped by key-encryption key [0-9a-f]{16}, but variable"
                + " PLUMBLINE_KEY_ENCRYPTION_KEY holds only \\[[0-9a-f]{16}]: give the"
                + " key-encryption key that the keys were made with");
  }

  @Test
  void shouldNameAKeyEncryptionKeyFileThatIsMissing() throws IOException {
    open().keyFor("anna");
    Files.delete(data.resolve("key-encryption-key"));

    assertThatThrownBy(this::open)
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("key-encryption-key is missing: restore it");
  }

  @Test
  void shouldRefuseAMalformedKeyEncryptionKeyWithoutShowingIt() {
    assertThatThrownBy(() -> open("hunter2"))
        .hasMessage(
            "variable PLUMBLINE_KEY_ENCRYPTION_KEY holds no key-encryption key: expected 64"
                + " hexadecimal digits, but found 7 characters");
  }

  @Test
  void shouldRefuseAKeyInThePlaceOfAnother() throws IOException {
    FileKeyStore store = open();
    DataKey key = store.keyFor("anna");
    Path keys = data.resolve("keys");
    String file = Files.readString(keys.resolve(KeyFile.name("anna")));
    Files.writeString(
        keys.resolve(KeyFile.name("berta")), file.replace("subject anna", "subject berta"));

    assertThatThrownBy(() -> store.find("berta", key.keyId()))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("its file was damaged or moved");
  }

  @Test
  void shouldTakeAnyNameOfASubject() {
    String subject = "../Zoë\n100 %/" + "x".repeat(180);

    DataKey key = open().keyFor(subject);

    assertThat(open().find(subject, key.keyId())).isPresent();
    assertThat(open().list()).extracting(KeyEntry::subject).containsExactly(subject);
  }

  private FileKeyStore open() {
    return FileKeyStore.open(settings(), data, Map.of(), InstantSource.fixed(NOW));
  }

  private FileKeyStore open(String keyEncryptionKeys) {
    Map<String, String> environment = Map.of("PLUMBLINE_KEY_ENCRYPTION_KEY", keyEncryptionKeys);
    return FileKeyStore.open(settings(), data, environment, InstantSource.fixed(NOW));
  }

  private static KeySettings settings() {
    return new KeySettings(null, null, "PLUMBLINE_KEY_ENCRYPTION_KEY");
  }

  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        contents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  private static Stream<String> wrappedKeys(String file) {
    return file.lines().filter(line -> line.startsWith("wrapped "));
  }

  private static String result(Future<String> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
