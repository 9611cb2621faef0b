/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GenerationConfigTest {

  @Test
  void shouldReadBackWhatItWrites() {
    GenerationConfig all =
        new GenerationConfig(1, List.of(2, 3), 0, true, 0.7, 20, 0.8, 0.05, 1.05, 512);
    assertThat(GenerationConfig.read(all.toJson())).isEqualTo(all);
    assertThat(GenerationConfig.read(GenerationConfig.empty().toJson()))
        .isEqualTo(GenerationConfig.empty());
  }

  // The keys of Qwen2.5-0.5B-Instruct's file.
  @Test
  void shouldReadWhatACheckpointSays() {
    GenerationConfig config =
        read(
            """
            {"bos_token_id": 151643, "pad_token_id": 151643, "do_sample": true,
             "eos_token_id": [151645, 151643], "repetition_penalty": 1.1, "temperature": 0.7,
             "top_p": 0.8, "top_k": 20, "transformers_version": "4.37.0"}
            """);
    assertThat(config)
        .isEqualTo(
            new GenerationConfig(
                151643, List.of(151645, 151643), 151643, true, 0.7, 20, 0.8, null, 1.1, null));
  }

  @Test
  void shouldNameTheValueOfAnotherType() {
    assertThatThrownBy(() -> read("{\"temperature\": \"hot\"}"))
        .hasMessage("temperature must be a number, but was \"hot\"");
    assertThatThrownBy(() -> read("{\"eos_token_id\": [1, 2.5]}"))
        .hasMessage("eos_token_id must be an id or a list of ids, but was [1,2.5]");
  }

  private static GenerationConfig read(String json) {
    return GenerationConfig.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
