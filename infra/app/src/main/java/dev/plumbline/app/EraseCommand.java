/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.app.erasure.Erasure;
import dev.plumbline.app.erasure.ErasureReport;
import dev.plumbline.app.lineage.LineageIndex;
import dev.plumbline.app.lineage.LineageText;
import dev.plumbline.base.DataFolder;
import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Topics;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicProvisioner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Erases people. */
@Command(
    name = "erase",
    mixinStandardHelpOptions = true,
    description = {
      "Erases subjects for good: takes back all that they said and all that was said of their texts,"
          + " destroys the keys of their texts, waits until streams have followed, and names the"
          + " versions that had learned from it. Can't be undone; may be done again.",
      "",
      "Ends with status 0 when streams have followed, and 4 when they have not in time."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline erase person-5f2c",
      "  plumbline erase person-5f2c --data /var/lib/plumbline --json"
    })
final class EraseCommand implements Callable<Integer> {
  /** The keys are gone, but streams have not followed yet. */
  static final int OUTSTANDING = 4;

  private static final Duration REACHABLE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "SUBJECT", arity = "1..*", description = "Whom to erase.")
  private List<String> subjects = new ArrayList<>();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: 127.0.0.1:9092, where up runs its broker).")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait for streams (default: ${DEFAULT-VALUE}).")
  private int waitSeconds = 60;

  @Option(names = "--json", description = "Prints one line of JSON per subject.")
  private boolean json;

  @Override
  public Integer call() {
    AppSettings settings =
        common.settings(
            SettingsSource.empty(),
            Flag.of("--bootstrap-servers", "kafka.bootstrap_servers", bootstrapServers));
    FileKeyStore keys =
        FileKeyStore.open(
            settings.keys(), settings.data(), System.getenv(), InstantSource.system());
    var clients = new KafkaClients(settings.kafka().connection());
    clients.requireReachable(REACHABLE);
    new TopicProvisioner(clients, settings.topics()).provision(Topics.ALL);
    var erasure =
        new Erasure(
            clients,
            settings.topics(),
            keys,
            settings.streams().applicationId(),
            InstantSource.system());
    SortedMap<Integer, Long> needed = erasure.erase(subjects);
    SortedMap<Integer, Long> outstanding =
        erasure.awaitStreams(needed, Duration.ofSeconds(waitSeconds));
    Path place = settings.data().resolve("roles").resolve("erase");
    try (DataFolder folder = DataFolder.open(place);
        LineageIndex index =
            LineageIndex.open(
                folder.path().resolve("index"),
                clients,
                settings.topics(),
                settings.streams().trust().trustEpoch())) {
      index.refresh();
      for (String subject : subjects) {
        print(ErasureReport.of(subject, needed.size(), outstanding, index));
      }
    }
    return outstanding.isEmpty() ? 0 : OUTSTANDING;
  }

  private void print(ErasureReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(report));
    } else {
      out.println(report.subject() + "  erased: the key is destroyed");
      out.println(
          "  taken back        %d events; the retraction stands in %d partitions of feedback"
              .formatted(report.events(), report.partitions()));
      out.println(
          "  streams           "
              + (report.followed()
                  ? "have followed"
                  : "have not followed yet: they still have to come to offset "
                      + outstanding(report)));
      out.println("  learned directly  " + LineageText.versions(report.directly()));
      out.println("  by descent        " + LineageText.versions(report.byDescent()));
      out.println("  through trust     " + LineageText.versions(report.throughTrust()));
    }
    out.flush();
  }

  private static String outstanding(ErasureReport report) {
    List<String> parts = new ArrayList<>();
    report
        .outstanding()
        .forEach(
            (partition, offset) -> parts.add("%d of feedback-%d".formatted(offset, partition)));
    return String.join(", ", parts);
  }
}
