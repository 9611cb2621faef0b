/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** What an exception of a Kafka client means to a lane. */
enum Interruption {
  /** Somebody woke the lane up to stop it. */
  STOP,
  /** Another process has the lane. */
  FENCED,
  /** The outcome is unknown or nothing: only the log knows, so read it again. */
  START_OVER,
  /** Nothing that starting over could mend. */
  FAIL;

  /** Judges by the first telling exception: clients wrap the reason of an earlier failure. */
  static Interruption of(Throwable failure) {
    for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof WakeupException) {
        return STOP;
      } else if (e instanceof ProducerFencedException
          || e instanceof InvalidProducerEpochException
          || e instanceof FencedInstanceIdException) {
        return FENCED;
      } else if (e instanceof LaneSession.AssignmentLostException
          || e instanceof RetriableException
          || e instanceof CommitFailedException
          || e instanceof TransactionAbortableException) {
        return START_OVER;
      }
    }
    return FAIL;
  }
}
