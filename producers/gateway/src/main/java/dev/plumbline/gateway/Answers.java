/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import io.javalin.http.Context;

/** How answers are written. */
final class Answers {
  /** Seconds after which a client may try again when the broker does not answer. */
  private static final String RETRY_AFTER_SECONDS = "2";

  /** The body of an answer that refuses the whole request. */
  record Failure(Refusal error) {}

  private Answers() {}

  static void json(Context ctx, int status, Object body) {
    ctx.status(status).contentType("application/json").result(Json.write(body));
  }

  static void refuse(Context ctx, Refusal refusal) {
    if (refusal.code() == Code.UNAVAILABLE) {
      retryLater(ctx);
    }
    json(ctx, status(refusal.code()), new Failure(refusal));
  }

  static void retryLater(Context ctx) {
    ctx.header("Retry-After", RETRY_AFTER_SECONDS);
  }

  private static int status(Code code) {
    return switch (code) {
      case NOT_JSON,
          UNKNOWN_KIND,
          MISSING_FIELD,
          UNKNOWN_FIELD,
          WRONG_TYPE,
          INVALID_VALUE,
          SELF_COMPARISON ->
          400;
      case UNAUTHORIZED -> 401;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case ERASED -> 410;
      case TOO_LARGE -> 413;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
    };
  }
}
