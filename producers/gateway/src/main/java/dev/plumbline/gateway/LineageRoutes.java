/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import dev.plumbline.gateway.live.LiveView;
import io.javalin.http.Context;
import java.util.Optional;

/** Serves where versions come from, and who learned from what. */
final class LineageRoutes {
  private final LiveView view;

  LineageRoutes(LiveView view) {
    this.view = view;
  }

  void getVersion(Context ctx) {
    String version = ctx.pathParam("version");
    answer(ctx, "version", version, view.lineage().version(PolicyVersionId.parse(version)));
  }

  void getEvent(Context ctx) {
    String event = ctx.pathParam("event");
    answer(ctx, "event", event, view.lineage().ofEvent(event));
  }

  void getAnnotator(Context ctx) {
    String annotator = ctx.pathParam("annotator");
    answer(ctx, "annotator", annotator, view.lineage().ofAnnotator(annotator));
  }

  private static void answer(Context ctx, String field, String value, Optional<?> found) {
    if (found.isEmpty()) {
      throw new RefusedException(
          new Refusal(
              Code.NOT_FOUND,
              "the index of lineages knows no %s \"%s\"; it follows the logs within seconds"
                  .formatted(field, value),
              field,
              value,
              null));
    }
    Answers.json(ctx, 200, found.get());
  }
}
