/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.kafka.sealing.TextSealer;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.trainer.LaneEnvironment;
import dev.plumbline.trainer.LaneSettings;
import dev.plumbline.trainer.TrainerLane;
import dev.plumbline.trainer.TrainerRole;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.LoggerFactory;

/**
 * A broker, streams and a lane, and subjects who write: each a prompt, answered twice with tokens,
 * which two annotators compare and the subject corrects. All of it goes through the one door; only
 * the control, which is nobody's, stays readable.
 */
final class ErasureRun implements AutoCloseable {
  static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant"), 2, 1);

  /** Planted where nothing seals it, to be found in every place that texts come to. */
  static final String CONTROL = "Frau \"Müller-Kontrolle\" wohnt in Haus 4711/b";

  private static final LlamaConfig MODEL =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  private static final byte[] TOKENIZER = ByteBpeTrainer.train(List.of("wohnt in Haus"), 270);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String POLICY = "assistant";
  private static final String NOBODY = "nobody";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final BlockingQueue<PolicyVersion> published = new LinkedBlockingQueue<>();
  private final Map<String, String> plants = new LinkedHashMap<>();
  private final Map<String, String> subjectOfItem = new HashMap<>();
  private final int examplesPerVersion;
  private final KafkaClients clients;
  private final FileKeyStore keys;
  private final FeedbackPublisher publisher;
  private final TrainerRole lane;
  private final Tokenizer tokenizer = Tokenizer.of(TOKENIZER, 1, 2);

  /** A sealed text and where it belongs. */
  record Sealed(String itemId, String candidateId, Text.Sealed text) {}

  private ErasureRun(Path folder, int examplesPerVersion) throws IOException {
    this.examplesPerVersion = examplesPerVersion;
    parts.push(logInto(folder.resolve("log")));
    parts.push(tokenizer);
    LocalBroker broker = own(LocalBroker.startOnFreePort(folder.resolve("broker")));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);
    keys = FileKeyStore.open(folder.resolve("keys"), folder.resolve("kek"), InstantSource.system());
    KafkaProducer<byte[], byte[]> producer = own(clients.producer("writers", PATIENCE));
    var meters = new SimpleMeterRegistry();
    publisher = new FeedbackPublisher(new EventPublisher(producer), new TextSealer(keys, meters));
    own(
        StreamsRole.start(
            Settings.bind(StreamsSettings.class, SettingsSource.empty()),
            LAYOUT,
            clients.connection(),
            folder.resolve("state"),
            meters));
    CausalLanguageModel model =
        own(CausalLanguageModel.initialize("base", MODEL, TOKENIZER, 7, EngineOptions.defaults()));
    lane =
        own(
            TrainerRole.start(
                new TrainerLane(
                    settings(),
                    LaneEnvironment.of(
                            clients,
                            LAYOUT,
                            FileArtifactStore.open(folder.resolve("artifacts")),
                            model)
                        .withOpener(new TextOpener(keys, meters))
                        .withPublished(published::add))));
  }

  static ErasureRun start(Path folder, int examplesPerVersion) throws IOException {
    return new ErasureRun(folder, examplesPerVersion);
  }

  /** A search that reads tokens as this run's models do. */
  static PlantedTextSearch search(Collection<String> plants) {
    return new PlantedTextSearch(plants, Tokenizer.of(TOKENIZER, 1, 2));
  }

  KafkaClients clients() {
    return clients;
  }

  FileKeyStore keys() {
    return keys;
  }

  /** What was planted, and whose it is. */
  Map<String, String> plants() {
    return plants;
  }

  List<String> subjects() {
    return plants.values().stream().filter(subject -> !subject.equals(NOBODY)).distinct().toList();
  }

  String subjectOf(String itemId) {
    return subjectOfItem.get(itemId);
  }

  /** Lets them all write, and returns the versions once all of it is learned. */
  List<PolicyVersion> learnFrom(int subjects) throws InterruptedException {
    List<String> items =
        IntStream.iterate(0, number -> number + 1)
            .mapToObj("item-%d"::formatted)
            .filter(id -> Split.of(id) == Split.TRAIN)
            .limit(subjects + 1L)
            .toList();
    Instant now = Instant.now();
    writes(items.getFirst(), NOBODY, CONTROL, now);
    for (int i = 1; i <= subjects; i++) {
      writes(items.get(i), "subject-%d".formatted(i), null, now);
    }
    List<PolicyVersion> versions = new ArrayList<>();
    while (versions.stream().mapToInt(version -> version.learned().counts().learned()).sum()
        < (subjects + 1) / examplesPerVersion * examplesPerVersion) {
      PolicyVersion next = published.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no version came after " + versions.size());
      }
      versions.add(next);
    }
    lane.close();
    // It may have learned more than was waited for.
    published.drainTo(versions);
    return versions;
  }

  /** Every sealed text that stands on a topic of its own. */
  List<Sealed> sealed() {
    List<Sealed> sealed = new ArrayList<>();
    read(
        Topics.PROMPTS,
        record ->
            add(
                sealed,
                record.value().orElseThrow().itemId(),
                "",
                record.value().orElseThrow().text()));
    read(
        Topics.COMPLETIONS,
        record -> {
          Completion completion = record.value().orElseThrow();
          add(sealed, completion.itemId(), completion.completionId(), completion.text());
        });
    read(
        Topics.FEEDBACK,
        record -> {
          FeedbackRecord said = record.value().orElseThrow();
          if (said instanceof FeedbackEvent event
              && event.statement() instanceof Statement.Correction correction) {
            String id = Identity.correctionId(event.itemId(), event.eventId());
            add(sealed, event.itemId(), id, correction.edited());
          }
        });
    return sealed;
  }

  <V> void read(Topic<String, V> topic, Consumer<TopicRecord<String, V>> sink) {
    try (var reader = TopicReader.openAtBeginning(clients, "erasure-test", topic)) {
      reader.readToEnd(PATIENCE, sink);
    }
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("could not close " + part, e);
      }
    }
  }

  private static void add(List<Sealed> into, String itemId, String candidateId, Text text) {
    if (text instanceof Text.Sealed sealed) {
      into.add(new Sealed(itemId, candidateId, sealed));
    }
  }

  private void writes(String item, String subject, String plantOfAll, Instant now) {
    subjectOfItem.put(item, subject);
    boolean isSomebody = !subject.equals(NOBODY);
    String owner = isSomebody ? subject : null;
    String asked = plant(subject, "fragt", plantOfAll);
    var prompt = new Prompt(item, POLICY, Text.plain(asked), asked.length(), "test", now, owner);
    publisher.publish(prompt).join();
    for (String id : List.of("a", "b")) {
      String answer = plant(subject, "hört " + id, plantOfAll);
      List<Integer> tokens = Arrays.stream(tokenizer.encode(answer)).boxed().toList();
      List<Float> logProbs = tokens.stream().map(token -> -1.5f).toList();
      publisher
          .publish(
              new Completion(
                  item + "-" + id,
                  item,
                  Text.plain(answer),
                  answer.length(),
                  null,
                  0,
                  tokens,
                  logProbs,
                  List.of(),
                  "test",
                  now,
                  owner))
          .join();
    }
    for (String annotator : List.of("judge-1", "judge-2")) {
      var comparison = new Statement.Comparison(item + "-a", item + "-b", Answer.A);
      publisher.publish(event(item, annotator, comparison, now)).join();
    }
    if (isSomebody) {
      String edited = plant(subject, "berichtigt", null);
      var correction =
          new Statement.Correction(item + "-a", Text.plain(edited), 9, edited.length());
      publisher.publish(event(item, subject, correction, now)).join();
    }
  }

  private String plant(String subject, String does, String plantOfAll) {
    String plant =
        plantOfAll == null
            ? "%s %s: \"Zoë wohnt in Haus 17/b\"".formatted(subject, does)
            : plantOfAll;
    plants.put(plant, subject);
    return plant;
  }

  private static FeedbackEvent event(
      String item, String annotator, Statement statement, Instant now) {
    return new FeedbackEvent(
        item + "-" + annotator,
        item,
        Annotator.human(annotator),
        "test",
        now,
        null,
        null,
        FeedbackEvent.OVERALL,
        statement);
  }

  private LaneSettings settings() {
    return Settings.bind(
        LaneSettings.class,
        SettingsSource.yaml(
            """
            policy: %s
            learning:
              learning_rate: 0.01
              per_device_train_batch_size: 4
              lora_r: 2
              max_length: 64
              examples_per_version: %d
            """
                .formatted(POLICY, examplesPerVersion),
            "test"));
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** Everything that is logged, down to the last detail of our own code. */
  private static AutoCloseable logInto(Path folder) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d %-5level %logger %msg%n");
    encoder.start();
    var appender = new FileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(folder.resolve("run.log").toString());
    appender.setEncoder(encoder);
    appender.start();
    Logger ours = context.getLogger("dev.plumbline");
    var level = ours.getLevel();
    ours.setLevel(Level.DEBUG);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    return () -> {
      root.detachAppender(appender);
      ours.setLevel(level);
      appender.stop();
    };
  }
}
