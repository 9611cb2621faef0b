/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.feeds.DatasetReplay;
import dev.plumbline.feeds.ReplaySettings;
import dev.plumbline.feeds.RoleContext;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real votes of three named annotators become beliefs: file to examples topic, over a broker. */
class NamedAnnotatorsReplayTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void shouldGivePairsWhoseBeliefsAreTheSharesOfTheVotes(@TempDir Path folder) throws Exception {
    Path file = Path.of(System.getProperty("plumbline.data"), "pandalm", "pairs.jsonl.gz");
    assumeThat(file).as("real data; see tests/README.md").exists();
    List<String> expected = expectedBeliefs(file);

    try (LocalBroker broker = LocalBroker.startOnFreePort(folder.resolve("kafka"))) {
      var connection = KafkaConnection.to(broker.bootstrapServers());
      var clients = new KafkaClients(connection);
      TopicLayout layout = Settings.bind(TopicLayout.class, SettingsSource.empty());
      new TopicProvisioner(clients, layout).provision(Topics.ALL);
      var meters = new SimpleMeterRegistry();
      var context =
          new RoleContext(
              clients,
              layout,
              KeyStore.none(),
              meters,
              InstantSource.system(),
              ProgressStyle.LINES,
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      ReplaySettings replay =
          Settings.bind(
              ReplaySettings.class, SettingsSource.empty().with("file", file.toString(), "test"));
      try (StreamsRole streams =
              StreamsRole.start(
                  Settings.bind(StreamsSettings.class, SettingsSource.empty()),
                  layout,
                  connection,
                  folder.resolve("state"),
                  meters);
          DatasetReplay role = DatasetReplay.start(replay, context)) {
        role.done().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(streams.failure().toCompletableFuture()).isNotCompletedExceptionally();

        assertThat(beliefs(clients, expected.size())).isEqualTo(expected);
      }
    }
  }

  /** Reads examples until as many pairs are there as expected, the last revision of each. */
  private static List<String> beliefs(KafkaClients clients, int pairs) {
    Map<String, PreferencePair> latest = new HashMap<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (TopicReader<String, ExampleRecord> examples =
        TopicReader.openAtBeginning(clients, "test", Topics.EXAMPLES)) {
      while (latest.size() < pairs && System.nanoTime() < deadline) {
        examples
            .poll(Duration.ofMillis(500))
            .forEach(
                record -> {
                  if (record.value().orElseThrow() instanceof PreferencePair pair) {
                    assertThat(pair.evidence().eventIds()).hasSize(3);
                    latest.put(pair.exampleId(), pair);
                  }
                });
      }
    }
    return latest.values().stream()
        .map(
            pair ->
                belief(
                    ((Text.Plain) pair.a().text()).text(),
                    ((Text.Plain) pair.b().text()).text(),
                    pair.probABetterPpm() / 1e6,
                    pair.probTiePpm() / 1e6))
        .sorted()
        .toList();
  }

  /** The same from the file alone: every row with two answers that differ. */
  private static List<String> expectedBeliefs(Path file) throws IOException {
    List<String> beliefs = new ArrayList<>();
    var json = new ObjectMapper();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = json.readTree(line);
        String first = text(row.path("response1"));
        String second = text(row.path("response2"));
        if (first.isBlank() || second.isBlank() || first.equals(second)) {
          continue;
        }
        int[] votes = new int[3];
        for (String annotator : List.of("annotator1", "annotator2", "annotator3")) {
          votes[row.path(annotator).asInt()]++;
        }
        beliefs.add(belief(first, second, votes[1] / 3.0, votes[0] / 3.0));
      }
    }
    return beliefs.stream().sorted().toList();
  }

  private static String text(JsonNode response) {
    return response.isTextual() ? response.asText() : response.toString();
  }

  /** One line per pair, whichever answer comes first. */
  private static String belief(String a, String b, double probABetter, double probTie) {
    boolean inOrder = a.compareTo(b) < 0;
    double prob = inOrder ? probABetter : 1 - probABetter - probTie;
    return String.format(
        Locale.ROOT, "%.3f %.3f %s || %s", prob, probTie, inOrder ? a : b, inOrder ? b : a);
  }
}
