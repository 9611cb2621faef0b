/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header by which a server says when to come back (RFC 9110, section 10.2.3). */
final class RetryAfter {
  static final String HEADER = "Retry-After";

  private RetryAfter() {}

  /** The wait that a value asks for, a number of seconds or a date; none where it is neither. */
  static Duration read(String value, Instant now) {
    String text = value.strip();
    try {
      if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
        return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
      }
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
