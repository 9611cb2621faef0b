/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Reads what stands beside the body. */
final class Parameters {
  private Parameters() {}

  static int integer(Context ctx, String name, int otherwise, int min, int max) {
    @Nullable String text = ctx.queryParam(name);
    return text == null ? otherwise : integer(name, text, min, max);
  }

  static int integer(String name, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refused(name, text, min, max);
    }
    throw refused(name, text, min, max);
  }

  private static RefusedException refused(String name, String text, int min, int max) {
    String expected = "a whole number from %d to %d".formatted(min, max);
    return new RefusedException(
        new Refusal(
            Code.INVALID_VALUE,
            "'%s' must be %s, but was \"%s\"".formatted(name, expected, text),
            name,
            text,
            expected));
  }
}
