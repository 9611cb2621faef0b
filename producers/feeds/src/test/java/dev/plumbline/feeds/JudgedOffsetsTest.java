/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

final class JudgedOffsetsTest {
  @Test
  void shouldFindAgainWhatWasJudgedBehindTheCommittedPosition() {
    JudgedOffsets judged = new JudgedOffsets();
    LongStream.of(3, 5, 10, 11, 400).forEach(judged::add);

    JudgedOffsets again = JudgedOffsets.from(judged.at(5));

    assertThat(LongStream.range(0, 500).filter(again::contains))
        .containsExactly(5L, 10L, 11L, 400L);
    assertThat(again.at(1000)).isEqualTo(new OffsetAndMetadata(1000));
  }

  @Test
  void shouldKnowNothingWhereNothingWasCommitted() {
    assertThat(JudgedOffsets.from(null).contains(0)).isFalse();
    assertThat(JudgedOffsets.from(new OffsetAndMetadata(7)).contains(7)).isFalse();
  }

  @Test
  void shouldStayWithinWhatABrokerTakesAndSayWhenThatIsNotAll() {
    JudgedOffsets judged = new JudgedOffsets();
    LongStream.range(1, 30_000).forEach(judged::add);

    assertThat(judged.fit(0)).isFalse();
    assertThat(judged.at(0).metadata()).hasSizeLessThan(4096);
    assertThat(judged.fit(6_000)).isTrue();
    assertThat(judged.at(6_000).metadata()).hasSizeLessThan(4096);
  }
}
