/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.app.erasure.Erasure;
import dev.plumbline.app.erasure.ErasureReport;
import dev.plumbline.app.lineage.LineageIndex;
import dev.plumbline.app.lineage.LineageText;
import dev.plumbline.base.keys.DataKey;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.tests.erasure.ErasureRun.Sealed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Subjects write and are answered, streams make examples, a lane learns versions; then some are
 * erased, and nothing that they wrote can be found or opened anywhere.
 */
class ErasureTest {
  private static final Duration WITHIN = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void shouldLeaveNothingOfErasedSubjects() throws Exception {
    run(32, 4, 8);
  }

  @Test
  @Tag("chaos")
  void shouldLeaveNothingOfAHundredOfAThousandSubjects() throws Exception {
    run(1_000, 100, 100);
  }

  private void run(int subjects, int erasedSubjects, int examplesPerVersion) throws Exception {
    Map<String, String> plants;
    String told;
    try (ErasureRun run = ErasureRun.start(folder, examplesPerVersion)) {
      List<PolicyVersion> versions = run.learnFrom(subjects);
      plants = run.plants();
      // Spread over all versions.
      List<String> erased = everyOther(run.subjects(), erasedSubjects);
      Map<String, SortedSet<PolicyVersionId>> learned = learned(run, versions);

      Instant before = Instant.now();
      var erasure =
          new Erasure(
              run.clients(),
              ErasureRun.LAYOUT,
              run.keys(),
              "plumbline-streams",
              InstantSource.system());
      SortedMap<Integer, Long> needed = erasure.erase(erased);
      SortedMap<Integer, Long> outstanding = erasure.awaitStreams(needed, WITHIN);
      List<ErasureReport> reports = reports(run, erased, needed, outstanding);
      Duration took = Duration.between(before, Instant.now());

      assertThat(outstanding).isEmpty();
      assertThat(took).isLessThan(WITHIN);
      for (ErasureReport report : reports) {
        SortedSet<PolicyVersionId> directly =
            learned.getOrDefault(report.subject(), new TreeSet<>());
        assertThat(report.directly()).as(report.subject()).isEqualTo(directly);
        assertThat(report.byDescent())
            .as("descendants of " + directly)
            .containsExactlyElementsOf(descendants(versions, directly));
      }
      assertThat(reports).anySatisfy(report -> assertThat(report.byDescent()).isNotEmpty());
      List<Sealed> sealed = run.sealed();
      assertNothingOpens(run, sealed, erased);
      assertWithdrawn(run, erased);
      told =
          "%d of %d subjects erased in %d ms; %d versions, %d sealed texts"
              .formatted(erasedSubjects, subjects, took.toMillis(), versions.size(), sealed.size());
    }
    System.out.println(told + ", state " + size(folder.resolve("state")));

    PlantedTextSearch search = ErasureRun.search(plants.keySet());
    search.folder("broker", folder.resolve("broker"));
    search.folder("state", folder.resolve("state"));
    search.folder("artifacts", folder.resolve("artifacts"));
    search.folder("exports", folder.resolve("exports"));
    search.folder("index", folder.resolve("index"));
    search.folder("keys", folder.resolve("keys"));
    search.folder("log", folder.resolve("log"));
    System.out.println("searched " + search.extent());
    assertThat(search.found()).containsOnlyKeys(ErasureRun.CONTROL);
    assertThat(search.found().get(ErasureRun.CONTROL))
        .contains(
            "broker: record",
            "broker: record as decoded",
            "broker: record as decoded, tokens",
            "state: entry of a store");
  }

  private List<ErasureReport> reports(
      ErasureRun run,
      List<String> erased,
      SortedMap<Integer, Long> needed,
      SortedMap<Integer, Long> outstanding)
      throws IOException {
    Path exports = Files.createDirectories(folder.resolve("exports"));
    List<ErasureReport> reports = new ArrayList<>();
    try (LineageIndex index =
        LineageIndex.open(
            folder.resolve("index"), run.clients(), ErasureRun.LAYOUT, Duration.ofHours(1))) {
      index.refresh();
      List<String> lines = new ArrayList<>();
      for (String subject : erased) {
        ErasureReport report = ErasureReport.of(subject, needed.size(), outstanding, index);
        reports.add(report);
        lines.add(Json.write(report));
        lines.add(LineageText.of("subject " + subject, index.ofSubject(subject)));
      }
      index.versions().forEach(version -> lines.add(Json.write(index.version(version.id()))));
      Files.write(exports.resolve("reports.txt"), lines);
    }
    return reports;
  }

  /** Which versions learned of whose item, from the feed and the versions' own ranges. */
  private static Map<String, SortedSet<PolicyVersionId>> learned(
      ErasureRun run, List<PolicyVersion> versions) {
    Map<String, SortedSet<PolicyVersionId>> learned = new HashMap<>();
    run.read(
        Topics.EXAMPLES,
        record -> {
          if (record.value().orElseThrow() instanceof TrainingExample example) {
            for (PolicyVersion version : versions) {
              boolean isIn =
                  version.learned().consumed().stream()
                      .anyMatch(
                          range -> range.from() <= record.offset() && record.offset() < range.to());
              if (isIn) {
                learned
                    .computeIfAbsent(run.subjectOf(example.itemId()), any -> new TreeSet<>())
                    .add(version.id());
              }
            }
          }
        });
    return learned;
  }

  private static List<PolicyVersionId> descendants(
      List<PolicyVersion> versions, SortedSet<PolicyVersionId> of) {
    return versions.stream()
        .map(PolicyVersion::id)
        .filter(id -> !of.isEmpty() && id.compareTo(of.first()) > 0 && !of.contains(id))
        .toList();
  }

  /** The newest revision of every example about an erased subject rests on nothing. */
  private static void assertWithdrawn(ErasureRun run, List<String> erased) {
    Map<String, TrainingExample> newest = new HashMap<>();
    run.read(
        Topics.EXAMPLES,
        record -> {
          if (record.value().orElseThrow() instanceof TrainingExample example) {
            newest.put(example.exampleId(), example);
          }
        });
    assertThat(newest.values())
        .allSatisfy(
            example ->
                assertThat(example.evidence().isWithdrawn())
                    .as("example about item " + example.itemId())
                    .isEqualTo(erased.contains(run.subjectOf(example.itemId()))));
  }

  /** With every byte of every key that is left, each text of an erased subject stays closed. */
  private void assertNothingOpens(ErasureRun run, List<Sealed> sealed, List<String> erased)
      throws Exception {
    List<SecretKey> remaining = new ArrayList<>();
    for (String subject : run.subjects()) {
      if (!erased.contains(subject)) {
        DataKey key = run.keys().keyFor(subject);
        remaining.add(key.cipherKey());
        remaining.add(new SecretKeySpec(key.nonceKey().getEncoded(), "AES"));
      }
    }
    String kek = Files.readString(folder.resolve("kek"), StandardCharsets.US_ASCII).strip();
    remaining.add(new SecretKeySpec(HexFormat.of().parseHex(kek), "AES"));
    Sealed ofOneWhoStays =
        sealed.stream()
            .filter(each -> !erased.contains(each.text().subject()))
            .findFirst()
            .orElseThrow();
    List<Sealed> ofErased =
        sealed.stream().filter(each -> erased.contains(each.text().subject())).toList();
    assertThat(remaining.stream().filter(key -> opens(key, ofOneWhoStays))).hasSize(1);
    assertThat(ofErased)
        .hasSizeGreaterThanOrEqualTo(4 * erased.size())
        .allSatisfy(each -> assertThat(remaining).noneMatch(key -> opens(key, each)));
  }

  private static boolean opens(SecretKey key, Sealed sealed) {
    Text.Sealed text = sealed.text();
    String bound =
        Identity.hash(
            "sealed-text", text.subject(), text.keyId(), sealed.itemId(), sealed.candidateId());
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, text.nonce().toArray()));
      cipher.updateAAD(bound.getBytes(StandardCharsets.US_ASCII));
      cipher.doFinal(text.ciphertext().toArray());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<String> everyOther(List<String> all, int count) {
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(all.get(i * all.size() / count));
    }
    return some;
  }

  private static String size(Path folder) throws IOException {
    long bytes = 0;
    try (var files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += Files.size(file);
      }
    }
    return "%d KiB".formatted(bytes >> 10);
  }
}
