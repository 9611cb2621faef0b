/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.TrainedAdapter;
import dev.plumbline.lm.chat.ChatEncoder;
import dev.plumbline.lm.chat.ChatTemplates;
import dev.plumbline.lm.text.SpecialText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model and what is added to it.
 *
 * @param directory of the model
 * @param model the model
 * @param adapter that the command was given, or none
 */
record OpenModel(Path directory, CausalLanguageModel model, Adapter adapter)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenModel.class);

  static OpenModel of(Path directory, CausalLanguageModel model, @Nullable Path adapter) {
    if (adapter == null) {
      return new OpenModel(directory, model, Adapter.none());
    }
    warnOfAnotherBase(directory, adapter);
    return new OpenModel(directory, model, PeftDirectory.read(model, adapter));
  }

  /** Shapes tell most other bases; where they agree only the name is left, and names differ. */
  private static void warnOfAnotherBase(Path directory, Path adapter) {
    Optional<String> named = PeftDirectory.baseModel(adapter);
    String name = directory.toAbsolutePath().normalize().getFileName().toString();
    if (named.isPresent() && !Path.of(named.get()).endsWith(name)) {
      LOG.warn(
          "adapter {} names the base '{}', but the model is '{}'; their shapes will be compared",
          adapter,
          named.get(),
          name);
    }
  }

  /**
   * The chat templates of a model's directory.
   *
   * @throws InputException when it has none
   */
  static ChatTemplates templates(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new InputException(directory.toString(), "there is no such directory");
    }
    return ChatTemplates.read(directory)
        .orElseThrow(
            () ->
                new InputException(
                    directory.toString(),
                    "has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json)"));
  }

  /** Encodes the model's conversations. */
  ChatEncoder chat() {
    return new ChatEncoder(
        templates(directory), model.tokenizer(), Clock.system(ZoneId.systemDefault()));
  }

  /**
   * Ids of a text as transformers encodes it: special tokens that are written in it are those
   * tokens. A text without any token is the id that starts a text.
   */
  int[] encode(String text) {
    int[] ids = model.tokenizer().encodeWithSpecials(text, SpecialText.TOKENS);
    return ids.length == 0 ? new int[] {model.tokenizer().bosTokenId()} : ids;
  }

  /**
   * Refuses a row that the model can't take.
   *
   * @param source of the row, for messages
   */
  void requireFits(String source, int[] ids) {
    int longest = model.config().maxPositions();
    if (ids.length > longest) {
      throw new InputException(
          source, "%d tokens, but the model's longest row is %d".formatted(ids.length, longest));
    }
    int vocabulary = model.config().vocabularySize();
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            source, "ids must be in [0, %d), but one was %d".formatted(vocabulary, id));
      }
    }
  }

  /** As {@link #requireFits}, with room for one more token. */
  void requireRoom(String source, int[] ids) {
    requireFits(source, ids);
    int longest = model.config().maxPositions();
    if (ids.length == 0 || ids.length == longest) {
      throw new InputException(
          source,
          "a prompt must have 1 to %d tokens, but had %d".formatted(longest - 1, ids.length));
    }
  }

  @Override
  public void close() {
    switch (adapter) {
      case Adapter.None none -> {}
      case TrainedAdapter trained -> trained.close();
    }
    model.close();
  }
}
