/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CloudEventHeadersTest {

  @Test
  void shouldNameTheEventAndWhatWasSaid() {
    Statement mark =
        Samples.statements().stream()
            .filter(Statement.SpanMark.class::isInstance)
            .findFirst()
            .orElseThrow();

    var headers = CloudEventHeaders.of(Samples.event(mark));

    assertThat(headers)
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", "event-1")
        .containsEntry("ce_type", "dev.plumbline.feedback.span-mark.v1")
        .containsEntry("ce_source", "app")
        .containsEntry("ce_subject", "item-1")
        .containsEntry("ce_time", "2026-03-04T05:06:04.089012Z");
  }

  @Test
  void shouldDescribeEveryRecordThatTravels() {
    assertThat(Samples.all())
        .allSatisfy(
            record ->
                assertThat(CloudEventHeaders.of(record))
                    .containsKeys("ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"));
  }
}
