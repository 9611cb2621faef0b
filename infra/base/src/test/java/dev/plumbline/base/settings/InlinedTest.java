/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InlinedTest {

  record Adapter(@Setting(doc = "Rank.", defaultValue = "16", min = "1") int loraR) {}

  record Recipe(
      @Setting(doc = "Strength.", min = "0", defaultValue = "0.1") double beta,
      @Setting(doc = "A key.", secret = true) @Nullable String apiKey,
      @Inlined Adapter adapter) {
    Recipe {
      if (beta == 0) {
        throw new IllegalArgumentException("beta must be positive, but was 0.0");
      }
    }
  }

  record Lane(@Setting(doc = "Policy.") String policy, @Inlined Recipe recipe) {}

  record Role(
      @Setting(doc = "Learning.") Lane lane,
      @Setting(doc = "Port.", defaultValue = "1") int port) {}

  @Test
  void shouldReadInlinedSettingsBesideTheOuterOnes() {
    assertThat(bind("policy: assistant\nbeta: 0.5\napi_key: s3cret\nlora_r: 8\n"))
        .isEqualTo(new Lane("assistant", new Recipe(0.5, "s3cret", new Adapter(8))));
    assertThat(bind("policy: assistant").recipe())
        .isEqualTo(new Recipe(0.1, null, new Adapter(16)));
  }

  @Test
  void shouldReadInlinedSettingsOfASection() {
    Role role =
        Settings.bind(
            Role.class,
            SettingsSource.empty().with(List.of("lane.policy=assistant", "lane.lora_r=4")));

    assertThat(role.lane().recipe().adapter().loraR()).isEqualTo(4);
    assertThat(Settings.describe(role)).contains("lane.lora_r = 4");
  }

  @Test
  void shouldRefuseUnknownKeysOnceWithTheNearestNameOfAllLevels() {
    assertThatThrownBy(() -> bind("policy: assistant\nlora_rr: 8\nrecipe: {beta: 1}\n"))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            refusal ->
                assertThat(refusal.problems())
                    .containsExactly(
                        "test.yaml:2: unknown setting 'lora_rr'; did you mean 'lora_r'?",
                        "test.yaml:3: unknown setting 'recipe'; known here: policy, beta, api_key, lora_r"));
  }

  @Test
  void shouldNameValuesOutOfRangeAndWhatAnInlinedRecordRefuses() {
    assertThatThrownBy(() -> bind("policy: assistant\nlora_r: 0\n"))
        .hasMessage("test.yaml:2: lora_r must be at least 1, but was 0");
    assertThatThrownBy(() -> bind("policy: assistant\nbeta: 0\n"))
        .hasMessage("test.yaml:1: beta must be positive, but was 0.0");
  }

  @Test
  void shouldSayWhyAKeyOfAnotherProgramIsNoSettingHere() {
    assertThatThrownBy(
            () ->
                Settings.bind(
                    Lane.class,
                    SettingsSource.yaml(
                        "policy: assistant\nhub_token: abc\nbetta: 1\n", "test.yaml"),
                    Map.of("hub_token", "nothing is uploaded")))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            refusal ->
                assertThat(refusal.problems())
                    .containsExactly(
                        "test.yaml:2: unknown setting 'hub_token': nothing is uploaded",
                        "test.yaml:3: unknown setting 'betta'; did you mean 'beta'?"));
  }

  @Test
  void shouldDescribeAndDocumentInlinedSettingsInTheirPlace() {
    assertThat(Settings.describe(bind("policy: assistant\napi_key: s3cret\n")))
        .isEqualTo("policy = assistant\nbeta = 0.1\napi_key = ****\nlora_r = 16");
    assertThat(Settings.reference(Lane.class).lines().skip(2))
        .containsExactly(
            "| `policy` | string | required |  | Policy. |",
            "| `beta` | number | `0.1` | at least 0 | Strength. |",
            "| `api_key` | string | not set |  | A key. |",
            "| `lora_r` | integer | `16` | at least 1 | Rank. |");
  }

  @Test
  void shouldRefuseRecordsWhoseKeysClash() {
    record Clash(@Setting(doc = "Strength.") double beta, @Inlined Recipe recipe) {}

    assertThatThrownBy(() -> Settings.bind(Clash.class, SettingsSource.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Clash has two settings 'beta': Clash.beta and Recipe.beta");
  }

  @Test
  void shouldRefuseToInlineWhatIsNoRecordOrMayBeNull() {
    record Plain(@Inlined int size) {}
    record Optional(@Inlined @Nullable Adapter adapter) {}

    for (Class<? extends Record> type : List.of(Plain.class, Optional.class)) {
      assertThatThrownBy(() -> Settings.bind(type, SettingsSource.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "is @Inlined, so it is a settings record, never null, and has no @Setting");
    }
  }

  private static Lane bind(String yaml) {
    return Settings.bind(Lane.class, SettingsSource.yaml(yaml, "test.yaml"));
  }
}
