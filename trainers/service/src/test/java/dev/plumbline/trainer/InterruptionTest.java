/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  @Test
  void shouldTellASuccessorFromATrouble() {
    assertThat(Interruption.of(new ProducerFencedException("newer")))
        .isEqualTo(Interruption.FENCED);
    assertThat(Interruption.of(new InvalidProducerEpochException("newer")))
        .isEqualTo(Interruption.FENCED);
    assertThat(Interruption.of(new FencedInstanceIdException("newer")))
        .isEqualTo(Interruption.FENCED);
    assertThat(Interruption.of(new CommitFailedException())).isEqualTo(Interruption.START_OVER);
    assertThat(Interruption.of(new TimeoutException("slow"))).isEqualTo(Interruption.START_OVER);
    assertThat(Interruption.of(new WakeupException())).isEqualTo(Interruption.STOP);
  }

  @Test
  void shouldFindTheReasonThatAClientHasWrapped() {
    var wrapped =
        new KafkaException(
            "Cannot execute transactional method because we are in an error state",
            new ProducerFencedException("newer"));

    assertThat(Interruption.of(wrapped)).isEqualTo(Interruption.FENCED);
  }

  @Test
  void shouldNotStartOverWhereThatMendsNothing() {
    assertThat(
            Interruption.of(new NoOffsetForPartitionException(new TopicPartition("examples", 0))))
        .isEqualTo(Interruption.FAIL);
  }
}
