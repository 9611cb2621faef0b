/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.history.LetterFilter;
import dev.plumbline.app.history.LetterText;
import dev.plumbline.app.history.Redrive;
import dev.plumbline.app.history.StoredLetter;
import dev.plumbline.app.models.InputException;
import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.kafka.KafkaClients;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What could not be used. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Lists, shows and sends again the records that could not be used.",
    footer = {
      "",
      "Examples:",
      "  plumbline dead-letters list --reason UNKNOWN_ITEM --since 24h",
      "  plumbline dead-letters show 17",
      "  plumbline dead-letters redrive --reason MIS_PARTITIONED --dry-run"
    })
final class DeadLettersCommand implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: list, show or redrive.");
  }

  /** Options that say which letters are meant. */
  static final class FilterOptions {
    @Option(
        names = "--reason",
        split = ",",
        paramLabel = "REASON",
        description = "Only for these reasons: ${COMPLETION-CANDIDATES}.")
    private List<DeadLetterReason> reasons = new ArrayList<>();

    @Option(names = "--topic", paramLabel = "NAME", description = "Only from this topic.")
    private @Nullable String topic;

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Only accepted since: a duration back from now (24h), or an instant.")
    private @Nullable String since;

    LetterFilter filter(List<Long> ids) {
      return new LetterFilter(new HashSet<>(ids), new HashSet<>(reasons), topic, since());
    }

    private @Nullable Instant since() {
      if (since == null) {
        return null;
      }
      try {
        return since.contains("T")
            ? Instant.parse(since)
            : Instant.now().minus(Durations.parse(since));
      } catch (DateTimeException | IllegalArgumentException e) {
        throw new InputException(
            "--since",
            "expected a duration such as 24h, or an instant such as 2026-01-02T03:04:05Z, but was '%s'"
                .formatted(since));
      }
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists dead letters, oldest first, one line each.")
  void list(
      @Mixin ClusterOptions options,
      @Mixin FilterOptions filter,
      @Option(names = "--json", description = "Prints lines of JSON, nothing left out.")
          boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    List<StoredLetter> letters =
        letters(ClusterOptions.connect(options.settings()), filter.filter(List.of())::fits);
    if (!json) {
      out.println(LetterText.head());
    }
    letters.forEach(letter -> out.println(json ? LetterText.json(letter) : LetterText.row(letter)));
    out.flush();
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows all that is known of a dead letter, and what can be done about it.")
  void show(
      @Mixin ClusterOptions options,
      @Parameters(paramLabel = "ID", description = "The letter's number in the list.") long id,
      @Option(names = "--json", description = "Prints one line of JSON.") boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    StoredLetter letter = named(ClusterOptions.connect(options.settings()), List.of(id)).getFirst();
    out.println(json ? LetterText.json(letter) : LetterText.whole(letter));
    out.flush();
  }

  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description = {
        "Sends the original bytes of dead letters again to the topic they came from. What was used"
            + " meanwhile counts as a duplicate; what still can't be used gets a new letter."
      })
  void redrive(
      @Mixin ClusterOptions options,
      @Mixin FilterOptions filter,
      @Parameters(paramLabel = "ID", arity = "0..*", description = "Numbers in the list.")
          @Nullable List<Long> ids,
      @Option(names = "--all", description = "Every letter there is.") boolean all,
      @Option(names = "--dry-run", description = "Says what would be sent, and sends nothing.")
          boolean dryRun) {
    List<Long> wanted = ids == null ? List.of() : ids;
    LetterFilter meant = filter.filter(wanted);
    if (meant.isOpen() && !all) {
      throw new ParameterException(
          spec.subcommands().get("redrive"),
          "Name letters by number or by a filter, or say --all.");
    }
    AppSettings settings = options.settings();
    KafkaClients clients = ClusterOptions.connect(settings);
    List<StoredLetter> letters =
        wanted.isEmpty()
            ? letters(clients, meant::fits)
            : named(clients, wanted).stream().filter(meant::fits).toList();
    List<Redrive> plan = Redrive.plan(letters, settings.topics());
    PrintWriter out = spec.commandLine().getOut();
    for (Redrive redrive : plan) {
      out.println(
          "%6d  %-22s  %s to %s-%d"
              .formatted(
                  redrive.letter().id(),
                  redrive.letter().letter().reason(),
                  redrive.letter().origin(),
                  redrive.letter().letter().topic(),
                  redrive.partition()));
    }
    if (!dryRun) {
      try (var producer = clients.producer("plumbline-redrive", PATIENCE)) {
        Redrive.send(plan, producer);
      }
    }
    out.println(
        "%s %d records of %d dead letters"
            .formatted(dryRun ? "would send" : "sent", plan.size(), letters.size()));
    out.flush();
  }

  private static List<StoredLetter> letters(KafkaClients clients, Predicate<StoredLetter> wanted) {
    return StoredLetter.all(clients).stream().filter(wanted).toList();
  }

  private static List<StoredLetter> named(KafkaClients clients, List<Long> ids) {
    List<StoredLetter> all = StoredLetter.all(clients);
    Set<Long> known = new HashSet<>();
    all.forEach(letter -> known.add(letter.id()));
    for (long id : ids) {
      if (!known.contains(id)) {
        throw new InputException(
            "ID",
            "there is no dead letter %d; plumbline dead-letters list shows the %d there are"
                .formatted(id, all.size()));
      }
    }
    return all.stream().filter(letter -> ids.contains(letter.id())).toList();
  }
}
