/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ModelCardTest {

  @Test
  void shouldOpenWithWhatTheHubReadsAndEndWithTables() {
    Map<String, String> lineage = new LinkedHashMap<>();
    lineage.put("parent", "sha256 ab");
    lineage.put("a|b", "two\nlines");
    String card =
        ModelCard.of(
                ModelCard.Kind.ADAPTER,
                "org/base: \"x\"",
                List.of("trl-compatible", "dpo"),
                "An adapter",
                "Learned.\n")
            .licensed("apache-2.0")
            .with("Lineage", lineage)
            .with("Metrics", Map.of())
            .text();

    assertThat(card)
        .isEqualTo(
            """
            ---
            base_model: "org/base: \\"x\\""
            base_model_relation: adapter
            library_name: peft
            license: "apache-2.0"
            pipeline_tag: text-generation
            tags:
            - "dpo"
            - "lora"
            - "plumbline"
            - "trl-compatible"
            ---

            # An adapter

            Learned.

            ## Lineage

            | | |
            |---|---|
            | parent | sha256 ab |
            | a\\|b | two lines |
            """);
  }

  @Test
  void shouldNotClaimALicenseThatIsNotKnown() {
    assertThat(ModelCard.of(ModelCard.Kind.MERGED, "base", List.of(), "A", "B.").text())
        .contains("base_model_relation: finetune\n", "library_name: transformers\n")
        .doesNotContain("license", "##");
  }
}
