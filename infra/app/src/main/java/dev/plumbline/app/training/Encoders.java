/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.app.models.InputException;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.chat.ChatEncoder;
import dev.plumbline.lm.chat.ChatTemplate;
import dev.plumbline.lm.chat.ChatTemplates;
import dev.plumbline.lm.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the encoder of a run's rows. */
final class Encoders {
  private Encoders() {}

  /**
   * @param clock what chat templates read the date from
   * @throws InputException when the chat template can't be read
   */
  static RowEncoder of(TrainSettings settings, CausalLanguageModel model, Clock clock) {
    return of(
        settings.modelNameOrPath(),
        settings.chatTemplatePath(),
        model,
        new Truncation(
            settings.truncationMode(),
            Math.min(settings.recipe().maxLength(), model.config().maxPositions()),
            settings.maxPromptLength(),
            settings.maxCompletionLength()),
        clock);
  }

  /**
   * @param directory of the model
   * @param chatTemplate in place of the model's own; null for that
   * @throws InputException when the chat template can't be read
   */
  static RowEncoder of(
      Path directory,
      @Nullable Path chatTemplate,
      CausalLanguageModel model,
      Truncation truncation,
      Clock clock) {
    Tokenizer tokenizer = model.tokenizer();
    Optional<ChatTemplates> templates =
        chatTemplate == null
            ? ChatTemplates.read(directory)
            : Optional.of(template(chatTemplate, directory, tokenizer));
    @Nullable ChatEncoder chat =
        templates.map(known -> new ChatEncoder(known, tokenizer, clock)).orElse(null);
    return new RowEncoder(tokenizer, chat, truncation);
  }

  private static ChatTemplates template(Path file, Path directory, Tokenizer tokenizer) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InputException("chat_template_path", "%s can't be read: %s".formatted(file, e));
    }
    Map<String, String> specialTokens =
        ChatTemplates.read(directory)
            .map(ChatTemplates::specialTokens)
            .orElseGet(
                () ->
                    Map.of(
                        "bos_token", special(tokenizer, tokenizer.bosTokenId()),
                        "eos_token", special(tokenizer, tokenizer.eosTokenId())));
    return ChatTemplates.of(ChatTemplate.parse(file.toString(), text), specialTokens);
  }

  private static String special(Tokenizer tokenizer, int id) {
    return tokenizer.decodeWithSpecials(new int[] {id});
  }
}
