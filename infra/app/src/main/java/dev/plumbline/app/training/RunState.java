/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.app.models.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a run stands, beside its weights and optimizer state, and what it is a run of.
 *
 * @param step batches that were learned from
 * @param tokens tokens of all rows that were learned from
 * @param dataSha256 digest of the examples in token ids
 * @param settings what the weights depend on, by name
 * @param engine what equal bytes depend on besides, by name
 * @param startedAt when the run began; the date that chat templates see
 */
record RunState(
    @JsonProperty("global_step") long step,
    @JsonProperty("num_tokens") long tokens,
    @JsonProperty("data_sha256") String dataSha256,
    @JsonProperty("settings") SortedMap<String, String> settings,
    @JsonProperty("engine") SortedMap<String, String> engine,
    @JsonProperty("started_at") String startedAt) {
  static final String FILE = "trainer_state.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  RunState {
    settings = new TreeMap<>(settings);
    engine = new TreeMap<>(engine);
  }

  /** The state after one more batch. */
  RunState after(long moreTokens) {
    return new RunState(step + 1, tokens + moreTokens, dataSha256, settings, engine, startedAt);
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values is always JSON", e);
    }
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @param checkpoint for messages
   * @param files of the checkpoint
   * @throws InputException when there is none, or it is damaged
   */
  static RunState of(String checkpoint, Map<String, byte[]> files) {
    byte[] json = files.get(FILE);
    if (json == null) {
      throw new InputException(
          "resume_from_checkpoint",
          "%s has no %s, so it is no checkpoint".formatted(checkpoint, FILE));
    }
    try {
      return JSON.readValue(json, RunState.class);
    } catch (IOException e) {
      throw new InputException(
          "resume_from_checkpoint",
          "%s/%s can't be read: %s".formatted(checkpoint, FILE, e.getMessage()));
    }
  }

  /**
   * Refuses to go on as another run than this one.
   *
   * @throws InputException naming every setting that differs with both values, or the data
   */
  void requireSame(RunState now) {
    List<String> different = new ArrayList<>();
    SortedMap<String, String> all = new TreeMap<>(settings);
    all.putAll(now.settings);
    for (String name : all.keySet()) {
      String before = settings.getOrDefault(name, "(not set)");
      String after = now.settings.getOrDefault(name, "(not set)");
      if (!before.equals(after)) {
        different.add("%s was %s, but is %s".formatted(name, before, after));
      }
    }
    if (!dataSha256.equals(now.dataSha256)) {
      different.add("the examples are not those that it has learned from");
    }
    if (!different.isEmpty()) {
      throw new InputException(
          "resume_from_checkpoint",
          "step %d belongs to another run: %s".formatted(step, String.join("; ", different)));
    }
  }
}
