/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The {@code tokenizer_config.json} by which transformers opens the pocket policy's tokenizer. */
final class TokenizerConfig {
  static final String FILE = "tokenizer_config.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerConfig() {}

  static byte[] bytes() {
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("bos_token", "<s>");
    config.put("eos_token", "</s>");
    config.put("unk_token", "<unk>");
    config.put("clean_up_tokenization_spaces", false);
    config.put("model_max_length", PretrainSettings.MAX_POSITIONS);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
