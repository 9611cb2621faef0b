/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.PromptOnly;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import dev.plumbline.datasets.Row.Steps;
import dev.plumbline.datasets.Row.Unpaired;
import dev.plumbline.datasets.Row.Votes;
import dev.plumbline.events.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Rows of every kind with texts of every kind, the same for the same seed. */
final class SeededRows {
  private static final List<String> PIECES =
      List.of(
          "word",
          " ",
          "\n",
          "\r\n",
          "\t",
          "\"",
          "'",
          "\\",
          "/",
          "{}",
          "[",
          "é",
          "ß",
          "漢字",
          "👩‍👩‍👧",
          "\u2028",
          "\u0000",
          "\u007f",
          "\uFEFF",
          "عربى",
          "<|im_end|>",
          "null",
          "1",
          ",",
          "\n\n",
          "🦀");

  private final SplittableRandom random;

  SeededRows(long seed) {
    this.random = new SplittableRandom(seed);
  }

  Pair textPair() {
    @Nullable Content prompt = random.nextInt(4) == 0 ? null : text();
    return new Pair(prompt, text(), text(), extras(true));
  }

  Pair toollessTextPair() {
    return new Pair(text(), text(), text(), extras(false));
  }

  Pair messagePair() {
    boolean implicit = random.nextInt(4) == 0;
    List<Message> prompt = turns(true);
    Messages chosen = new Messages(implicit ? join(prompt, answers()) : answers());
    Messages rejected = new Messages(implicit ? join(prompt, answers()) : answers());
    return new Pair(implicit ? null : new Messages(prompt), chosen, rejected, extras(true));
  }

  /** A pair of one plain answer each, which every format of pairs holds. */
  Pair plainPair() {
    return new Pair(new Messages(turns(false)), answer(), answer(), extras(true));
  }

  Unpaired textUnpaired() {
    return new Unpaired(text(), text(), random.nextBoolean(), extras(true));
  }

  Unpaired plainUnpaired() {
    return new Unpaired(new Messages(turns(false)), answer(), random.nextBoolean(), extras(true));
  }

  PromptOnly textPrompt() {
    return new PromptOnly(text(), extras(true));
  }

  PromptOnly messagePrompt() {
    return new PromptOnly(new Messages(turns(true)), extras(true));
  }

  Steps steps() {
    List<String> completions = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      completions.add(string());
      labels.add(random.nextBoolean());
    }
    return new Steps(string(), completions, labels, extras(false));
  }

  Ranking ranking() {
    List<Ranked> completions = new ArrayList<>();
    for (int i = 2 + random.nextInt(4); i > 0; i--) {
      completions.add(new Ranked(random.nextInt(3), new Messages(answers())));
    }
    return new Ranking(new Messages(turns(true)), completions, extras(false));
  }

  Votes votes() {
    List<Answer> answers = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      answers.add(List.of(Answer.TIE, Answer.A, Answer.B).get(random.nextInt(3)));
    }
    return new Votes(string(), string(), string(), answers, extras(false));
  }

  private Text text() {
    return new Text(string());
  }

  private Messages answer() {
    return new Messages(List.of(Message.of("assistant", string())));
  }

  /** Turns that end with the user's; with tools, also calls of them and their answers. */
  private List<Message> turns(boolean tools) {
    List<Message> turns = new ArrayList<>();
    if (random.nextBoolean()) {
      turns.add(Message.of("system", "s" + string()));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      turns.add(Message.of("user", string()));
      if (tools && random.nextBoolean()) {
        turns.add(call());
        turns.add(Message.of("tool", string()));
      }
      turns.add(Message.of("assistant", string()));
    }
    turns.add(Message.of("user", string()));
    return turns;
  }

  private List<Message> answers() {
    return random.nextInt(3) == 0
        ? List.of(call(), Message.of("tool", string()), Message.of("assistant", string()))
        : List.of(Message.of("assistant", string()));
  }

  private Message call() {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("role", "assistant");
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", "weather");
    function.put("arguments", Map.of("city", string()));
    fields.put("tool_calls", List.of(Map.of("type", "function", "function", function)));
    return new Message(fields);
  }

  private Extras extras(boolean tools) {
    SequencedMap<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("id", "row-" + random.nextInt());
    columns.put("weight", random.nextInt(1000) / 8.0);
    columns.put("offset", random.nextLong());
    columns.put("parallel_tool_calls", random.nextBoolean());
    columns.put("held_out", random.nextBoolean());
    columns.put("note", random.nextBoolean() ? string() : null);
    columns.put("events", List.of(string(), string()));
    columns.put("source", Map.of("topic", "feedback", "partition", (long) random.nextInt(12)));
    return new Extras(
        tools && random.nextInt(3) == 0
            ? List.of(Map.of("type", "function", "function", Map.of("name", string())))
            : null,
        columns);
  }

  private String string() {
    int shape = random.nextInt(500);
    int pieces = shape == 0 ? 5000 : shape < 50 ? 0 : random.nextInt(12);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static List<Message> join(List<Message> first, List<Message> second) {
    List<Message> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
