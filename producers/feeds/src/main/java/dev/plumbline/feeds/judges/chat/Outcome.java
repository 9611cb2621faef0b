/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import dev.plumbline.feeds.judges.chat.Condition.State;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** How one try to ask ended. */
sealed interface Outcome {
  /**
   * There is a response in the wire format's name.
   *
   * @param content what it says
   */
  record Answered(ChatWire.Content content) implements Outcome {}

  /**
   * The endpoint wants nothing of this question.
   *
   * @param said status and beginning of the body
   * @param body the body
   */
  record Declined(String said, String body) implements Outcome {}

  /**
   * It must be asked again.
   *
   * @param state what that says of the endpoint
   * @param reason what happened
   * @param asked the wait that the endpoint asks for
   * @param fault whose it may be
   */
  record Again(State state, String reason, Duration asked, Fault fault) implements Outcome {}

  /**
   * No question will be answered before somebody acts.
   *
   * @param status the response's
   * @param said status and beginning of the body
   */
  record Refused(int status, String said) implements Outcome {}

  /** Whose fault a failure may be. */
  enum Fault {
    /** Nobody should ask for a while. */
    ENDPOINT,
    /** Other questions may fare better. */
    QUESTION
  }

  /** What a response means. */
  static Outcome of(HttpResponse<String> response, Instant now) {
    int status = response.statusCode();
    if (status == 200) {
      return new Answered(ChatWire.read(response.body()));
    }
    String said = "status %d: %s".formatted(status, Excerpt.of(response.body()));
    Duration asked =
        response
            .headers()
            .firstValue(RetryAfter.HEADER)
            .map(value -> RetryAfter.read(value, now))
            .orElse(Duration.ZERO);
    return switch (status) {
      case 400, 413, 422 -> new Declined(said, response.body());
      case 408 -> new Again(State.SLOW, said, asked, Fault.QUESTION);
      case 425, 429 -> new Again(State.RATE_LIMITED, said, asked, Fault.ENDPOINT);
      case 502, 503, 504 -> new Again(State.UNREACHABLE, said, asked, Fault.ENDPOINT);
      default ->
          status >= 500
              ? new Again(State.UNREACHABLE, said, asked, Fault.QUESTION)
              : new Refused(status, said);
    };
  }
}
