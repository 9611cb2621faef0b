/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.app.lineage.Influence;
import dev.plumbline.app.lineage.LineageIndex;
import dev.plumbline.app.lineage.LineageText;
import dev.plumbline.app.lineage.VersionLineage;
import dev.plumbline.app.models.InputException;
import dev.plumbline.base.DataFolder;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicProvisioner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says where a version comes from, or which versions learned from an event. */
@Command(
    name = "lineage",
    mixinStandardHelpOptions = true,
    description = {
      "Where a version comes from: its parents, examples, events and annotators; or which versions"
          + " learned from an event, from an annotator's events, or from a subject's texts:"
          + " directly, by descent, and through trust. Answers come from an index in the data"
          + " folder, which is brought up to date first."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline lineage assistant@000042",
      "  plumbline lineage --event e-17 --json",
      "  plumbline lineage --annotator ann-7"
    })
final class LineageCommand implements Callable<Integer> {
  private static final Duration REACHABLE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: 127.0.0.1:9092, where up runs its broker).")
  private @Nullable String bootstrapServers;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Asked asked = new Asked();

  @Option(names = "--json", description = "Prints JSON, nothing left out.")
  private boolean json;

  LineageCommand() {}

  private static final class Asked {
    @Parameters(
        paramLabel = "VERSION",
        arity = "0..1",
        description = "A policy version, such as assistant@000042.")
    private @Nullable String version;

    @Option(names = "--event", paramLabel = "ID", description = "An event, by its id.")
    private @Nullable String event;

    @Option(names = "--annotator", paramLabel = "ID", description = "Who said something.")
    private @Nullable String annotator;

    @Option(names = "--subject", paramLabel = "ID", description = "Whose text items hold.")
    private @Nullable String subject;
  }

  @Override
  public Integer call() {
    @Nullable PolicyVersionId version = asked.version == null ? null : id(asked.version);
    PrintWriter out = spec.commandLine().getOut();
    AppSettings settings =
        common.settings(
            SettingsSource.empty(),
            Flag.of("--bootstrap-servers", "kafka.bootstrap_servers", bootstrapServers));
    var clients = new KafkaClients(settings.kafka().connection());
    clients.requireReachable(REACHABLE);
    new TopicProvisioner(clients, settings.topics()).provision(Topics.ALL);
    Path place = settings.data().resolve("roles").resolve("lineage");
    try (DataFolder folder = DataFolder.open(place);
        LineageIndex index =
            LineageIndex.open(
                folder.path().resolve("index"),
                clients,
                settings.topics(),
                settings.streams().trust().trustEpoch())) {
      index.refresh();
      if (version != null) {
        VersionLineage lineage = index.version(version);
        out.println(json ? Json.write(lineage) : LineageText.of(lineage));
      } else if (asked.event != null) {
        print(out, "event " + asked.event, index.ofEvent(asked.event));
      } else if (asked.annotator != null) {
        print(out, "annotator " + asked.annotator, index.ofAnnotator(asked.annotator));
      } else if (asked.subject != null) {
        print(out, "subject " + asked.subject, index.ofSubject(asked.subject));
      }
      out.flush();
    }
    return 0;
  }

  private void print(PrintWriter out, String what, Influence influence) {
    out.println(json ? Json.write(influence) : LineageText.of(what, influence));
  }

  private static PolicyVersionId id(String text) {
    try {
      return PolicyVersionId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InputException("VERSION", e.getMessage());
    }
  }
}
