/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.RefusedException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;

/** Reads the body of a request, up to a size. */
final class RequestBody {
  /** Largest body taken: every record made of it fits into a record of a topic. */
  static final int MAX_BYTES = 1_000_000;

  /** A larger body is read to its end up to here, so that its sender gets to see the answer. */
  private static final long MAX_DRAINED_BYTES = 16L * 1024 * 1024;

  private RequestBody() {}

  static JsonNode json(Context ctx) throws IOException {
    InputStream in = ctx.req().getInputStream();
    byte[] body = in.readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw tooLarge(body.length + drain(in));
    }
    return Json.read(body);
  }

  private static long drain(InputStream in) throws IOException {
    long drained = 0;
    byte[] buffer = new byte[64 * 1024];
    int read = 0;
    while (read >= 0 && drained < MAX_DRAINED_BYTES) {
      drained += read;
      read = in.read(buffer);
    }
    return drained;
  }

  private static RefusedException tooLarge(long bytes) {
    return new RefusedException(
        new Refusal(
            Refusal.Code.TOO_LARGE,
            "a body has at most %d bytes, but this one has %d%s: send it in several requests; nothing of it was taken"
                .formatted(MAX_BYTES, bytes, bytes > MAX_DRAINED_BYTES ? " or more" : ""),
            null,
            Long.toString(bytes),
            "at most " + MAX_BYTES));
  }
}
