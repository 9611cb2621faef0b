/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicLayoutTest {

  private final TopicLayout layout = new TopicLayout(List.of("assistant", "robot"), 4, 1);

  @Test
  void shouldGiveItemsOneCountPoliciesAFeedEachAndViewsASinglePartition() {
    assertThat(layout.partitions(Topics.PROMPTS)).isEqualTo(4);
    assertThat(layout.partitions(Topics.FEEDBACK)).isEqualTo(4);
    assertThat(layout.partitions(Topics.EXAMPLES)).isEqualTo(2);
    assertThat(layout.partitions(Topics.POLICY_VERSIONS)).isEqualTo(1);
  }

  @Test
  void shouldNumberFeedsInTheOrderOfThePolicies() {
    assertThat(layout.feedOf("robot")).isEqualTo(1);
    assertThatThrownBy(() -> layout.feedOf("painter"))
        .hasMessage(
            "policy 'painter' has no feed, only [assistant, robot] have: append it to topics.policies");
  }

  @Test
  void shouldRefuseAPolicyNamedTwice() {
    assertThatThrownBy(() -> new TopicLayout(List.of("a", "a"), 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("policies must be at least one and all different, but were [a, a]");
  }

  @Test
  void shouldBindFromSettings() {
    assertThat(Settings.bind(TopicLayout.class, SettingsSource.empty()))
        .isEqualTo(new TopicLayout(List.of("assistant"), 4, 1));
  }
}
