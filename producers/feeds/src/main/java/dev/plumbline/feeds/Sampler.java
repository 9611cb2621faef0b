/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.feeds.Answering.Answered;
import dev.plumbline.feeds.TaskJoin.Place;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.kafka.sealing.TextOpener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the prompts of one policy with its newest version: two or more completions and a
 * comparison task for each. One sampler per policy; a second one fences the first.
 *
 * <p>Completions, task and prompt offsets are one transaction per batch, begun after the batch was
 * drawn. A sampler that was killed draws the same batch again, and since the noise is keyed by the
 * completion's id, with the same texts unless a newer version has appeared.
 *
 * <p>It pauses by {@link BackPressure}, which it feeds from its tasks and from the policy's
 * examples and versions. Beside the prompt offsets it commits from where tasks and examples must be
 * read to find the open ones again, so that a restart puts up no more than going on would have.
 */
public final class Sampler extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final Duration WAIT = Duration.ofMillis(200);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final SamplerSettings settings;
  private final CompletionSource source;
  private final RoleContext context;
  private final TextOpener opener;
  private final Answering answering;
  private final SamplerMeters meters;

  private Sampler(SamplerSettings settings, CompletionSource source, RoleContext context) {
    super(group(settings.policy()));
    this.settings = settings;
    this.source = source;
    this.context = context;
    this.opener = context.opener();
    this.answering = new Answering(source, settings);
    this.meters = new SamplerMeters(context.meters(), settings.policy());
  }

  /**
   * Starts sampling. The topics must exist.
   *
   * @param source the policy, as its base model; used by the role alone until it is done, then
   *     closed by the caller
   */
  public static Sampler start(
      SamplerSettings settings, CompletionSource source, RoleContext context) {
    Sampler sampler = new Sampler(settings, source, context);
    sampler.begin();
    return sampler;
  }

  /** The group under which a policy's sampler commits the prompts it has answered. */
  static String group(String policy) {
    return "sampler-" + policy;
  }

  @Override
  void work() {
    String group = group(settings.policy());
    int feed = context.layout().feedOf(settings.policy());
    // Fence first: only then are the committed positions the last ones.
    try (var writer = ExactlyOnceWriter.open(context, group)) {
      var committed = ExactlyOnceWriter.positions(context.clients(), group);
      try (var prompts = reader(Topics.PROMPTS, from(committed, Topics.PROMPTS));
          var newest =
              NewestVersion.open(context.clients(), group + "-versions", settings.policy());
          var examples =
              reader(
                  Topics.EXAMPLES,
                  Map.of(
                      feed,
                      Math.min(
                          newest.learnedTo(feed), from(committed, Topics.EXAMPLES).get(feed))));
          Progress progress = context.progress("sampler", "tasks")) {
        Session session = new Session(writer, prompts, newest, examples, feed, progress);
        session.recall(from(committed, Topics.TASKS));
        session.run();
      }
    }
  }

  private Map<Integer, Long> from(
      Map<TopicPartition, OffsetAndMetadata> committed, Topic<String, ?> topic) {
    return ExactlyOnceWriter.from(committed, topic, context.layout());
  }

  private <V> TopicReader<String, V> reader(Topic<String, V> topic, Map<Integer, Long> from) {
    String clientId = group(settings.policy()) + "-" + topic.name();
    return TopicReader.open(context.clients(), clientId, topic, from);
  }

  /** A task of an earlier session. */
  private record Recalled(ComparisonTask task, Place place) {}

  private static Place place(String topic, int partition, long offset) {
    return new Place(new TopicPartition(topic, partition), offset);
  }

  /** The work between two starts: its state is lost with it and found again on the topics. */
  private final class Session {
    private final ExactlyOnceWriter writer;
    private final TopicReader<String, Prompt> prompts;
    private final NewestVersion newest;
    private final TopicReader<String, ExampleRecord> examples;
    private final int feed;
    private final Progress progress;
    private final BackPressure backPressure;
    private final ArrayDeque<TopicRecord<String, Prompt>> fetched = new ArrayDeque<>();
    private final Map<Integer, Long> taskEnds = new TreeMap<>();
    private Map<Integer, Long> answered;
    private PolicyVersionId version = new PolicyVersionId(settings.policy(), 0);
    private @Nullable PolicyVersion inUse;
    private boolean paused;

    Session(
        ExactlyOnceWriter writer,
        TopicReader<String, Prompt> prompts,
        NewestVersion newest,
        TopicReader<String, ExampleRecord> examples,
        int feed,
        Progress progress) {
      this.writer = writer;
      this.prompts = prompts;
      this.answered = prompts.positions();
      this.newest = newest;
      this.examples = examples;
      this.feed = feed;
      this.progress = progress;
      this.backPressure =
          new BackPressure(
              settings.exampleKind(),
              settings.examplesPerVersion(),
              settings.versionsAhead(),
              settings.taskPatience());
    }

    /**
     * Finds the open tasks of earlier sessions again.
     *
     * @param from where to read tasks from; no open one stands before
     */
    void recall(Map<Integer, Long> from) {
      long feedPosition = feedPosition();
      List<Recalled> recalled = new ArrayList<>();
      try (var tasks = reader(Topics.TASKS, from)) {
        tasks.readToEnd(READ_TIMEOUT, record -> ours(record).ifPresent(recalled::add));
        taskEnds.putAll(tasks.positions());
      }
      recalled.sort(Comparator.comparing(each -> each.task().acceptedAt()));
      for (Recalled each : recalled) {
        backPressure.taskWritten(
            each.task().itemId(), each.task().acceptedAt(), each.place(), feedPosition);
      }
      followVersions();
      examples.readToEnd(READ_TIMEOUT, this::see);
    }

    private Optional<Recalled> ours(TopicRecord<String, ComparisonTask> record) {
      try {
        Place place = place(record.topic().name(), record.partition(), record.offset());
        return record
            .value()
            .filter(task -> task.policy().equals(settings.policy()))
            .filter(task -> task.source().equals(Answering.SOURCE))
            .map(task -> new Recalled(task, place));
      } catch (UndecodableException e) {
        log.warn("a task is passed over: {}", e.getMessage());
        return Optional.empty();
      }
    }

    private long feedPosition() {
      return examples.positions().get(feed);
    }

    void run() {
      while (!stopping()) {
        followVersions();
        seeExamples(Duration.ZERO);
        int room = backPressure.room(context.clock().instant());
        pauseOrGoOn(room == 0);
        if (paused) {
          seeExamples(WAIT);
        } else if (fetched.isEmpty()) {
          fetched.addAll(prompts.poll(WAIT));
          if (fetched.isEmpty()) {
            catchUp();
          }
        } else {
          answerBatch(Math.min(room, settings.batchPrompts()));
        }
      }
    }

    private void followVersions() {
      newest.refresh();
      PolicyVersion published = newest.get().orElse(null);
      if (published != null && !published.equals(inUse)) {
        source.use(published);
        inUse = published;
        version = published.id();
        backPressure.learned(newest.learnedTo(feed));
        meters.version(version);
        log.info(
            "sampler answers as {} (artifact {})", version, published.learned().artifactDigest());
      }
    }

    private void seeExamples(Duration wait) {
      examples.poll(wait).forEach(this::see);
    }

    private void see(TopicRecord<String, ExampleRecord> record) {
      if (record.value().orElse(null) instanceof TrainingExample example) {
        backPressure.appeared(record.offset(), opener.open(example));
      }
    }

    private void pauseOrGoOn(boolean enough) {
      meters.backPressure(backPressure, enough);
      if (enough != paused) {
        paused = enough;
        log.info(
            "sampler {}: {} examples wait to be learned, {} tasks are open",
            enough ? "pauses" : "goes on",
            backPressure.waitingExamples(),
            backPressure.openTasks());
      }
    }

    /** Commits positions beyond what is no prompt, so that an idle sampler has no lag. */
    private void catchUp() {
      Map<Integer, Long> read = prompts.positions();
      if (!read.equals(answered)) {
        writer.write(List.of(), positions(read));
        answered = read;
      }
    }

    /** Where a successor goes on: after these prompts, and before all that is still open. */
    private Map<TopicPartition, OffsetAndMetadata> positions(Map<Integer, Long> prompts) {
      var positions = new HashMap<>(ExactlyOnceWriter.at(Topics.PROMPTS, prompts));
      positions.putAll(ExactlyOnceWriter.at(Topics.TASKS, taskEnds));
      backPressure
          .firstOpenTasks()
          .forEach((partition, first) -> positions.put(partition, new OffsetAndMetadata(first)));
      long firstExample = backPressure.firstExampleOfOpenTasks().orElse(feedPosition());
      positions.putAll(ExactlyOnceWriter.at(Topics.EXAMPLES, Map.of(feed, firstExample)));
      return positions;
    }

    private void answerBatch(int atMost) {
      List<Prompt> batch = new ArrayList<>();
      Map<Integer, Long> positions = new TreeMap<>(answered);
      while (batch.size() < atMost && !fetched.isEmpty()) {
        TopicRecord<String, Prompt> record = fetched.remove();
        positions.put(record.partition(), record.offset() + 1);
        answerable(record).ifPresent(batch::add);
      }
      Instant now = context.clock().instant();
      List<Answered> answers = new ArrayList<>();
      for (Optional<Answered> answer : answering.answer(batch, version, now)) {
        answer.ifPresentOrElse(answers::add, meters::skippedAlike);
      }
      long feedPosition = feedPosition();
      List<RecordMetadata> written =
          writer.write(
              Stream.concat(
                      answers.stream().flatMap(each -> each.completions().stream()),
                      answers.stream().map(Answered::task))
                  .toList(),
              positions(positions));
      // Completions may be left out, tasks never are.
      Iterator<RecordMetadata> places = written.listIterator(written.size() - answers.size());
      answered = positions;
      for (Answered each : answers) {
        RecordMetadata task = places.next();
        taskEnds.merge(task.partition(), task.offset() + 1, Math::max);
        Place place = place(task.topic(), task.partition(), task.offset());
        backPressure.taskWritten(each.task().itemId(), now, place, feedPosition);
      }
      meters.tasks(answers.size());
      progress.advance(answers.size());
    }

    private Optional<Prompt> answerable(TopicRecord<String, Prompt> record) {
      try {
        Optional<Prompt> prompt =
            record
                .value()
                .filter(each -> each.policy().equals(settings.policy()))
                .map(opener::open);
        if (prompt.isPresent()
            && !(prompt.get().text() instanceof Text.Plain plain && source.fits(plain.text()))) {
          log.warn(
              "prompt {} is not answered: it is sealed, or leaves no room for an answer",
              prompt.get().itemId());
          meters.skippedUnanswerable();
          return Optional.empty();
        }
        return prompt;
      } catch (UndecodableException e) {
        log.warn("a prompt is not answered: {}", e.getMessage());
        meters.skippedUnanswerable();
        return Optional.empty();
      }
    }
  }
}
