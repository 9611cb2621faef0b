/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.Limits;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import dev.plumbline.gateway.live.Ballot;
import dev.plumbline.gateway.live.LiveFeed.Update;
import dev.plumbline.gateway.live.LiveView;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Serves the live page's data: the view as it changes, and tasks to vote on. */
final class LiveRoutes {
  private static final int DEFAULT_LIMIT = 5;
  private static final int MAX_LIMIT = 50;

  private final LiveView view;
  private final Watchers watchers;

  LiveRoutes(LiveView view, Watchers watchers) {
    this.view = view;
    this.watchers = watchers;
  }

  private record OpenTasks(List<Ballot> tasks) {}

  void streamView(Context ctx) throws IOException, InterruptedException {
    watchers.watch(
        ctx,
        (stream, updates) -> {
          for (Update update : updates) {
            stream.send(null, update.section().name().toLowerCase(Locale.ROOT), update.json());
          }
        });
  }

  void getOpenTasks(Context ctx) {
    @Nullable String annotator = ctx.queryParam("annotator");
    if (annotator == null) {
      throw new RefusedException(
          new Refusal(
              Code.MISSING_FIELD,
              "'annotator' is missing: tasks are open for somebody, whose pseudonym it is",
              "annotator",
              null,
              null));
    }
    Limits.requireId("annotator", annotator);
    int limit = Parameters.integer(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    Answers.json(ctx, 200, new OpenTasks(view.ballots(annotator, limit)));
  }
}
