/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of one request. Belongs to the request's thread; a watcher that has gone shows
 * as an {@link IOException} of the next write.
 */
final class EventStream {
  private final OutputStream out;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** Begins the answer. */
  static EventStream open(Context ctx) throws IOException {
    HttpServletResponse response = ctx.res();
    response.setStatus(200);
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.flushBuffer();
    return new EventStream(response.getOutputStream());
  }

  /**
   * Sends an event.
   *
   * @param id what the client resumes from; null where it resumes from now
   * @param data one line
   */
  void send(@Nullable String id, String event, String data) throws IOException {
    String head = id == null ? "" : "id: " + id + '\n';
    write(head + "event: " + event + "\ndata: " + data + "\n\n");
  }

  /** Finds out whether anybody still listens. */
  void heartbeat() throws IOException {
    write(": still here\n\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
