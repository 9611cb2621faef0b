/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import dev.plumbline.gateway.live.LiveView;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands out policy versions: as lists, and as they appear. */
final class PolicyRoutes {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 1_000;

  private final LiveView view;
  private final Watchers watchers;

  PolicyRoutes(LiveView view, Watchers watchers) {
    this.view = view;
    this.watchers = watchers;
  }

  private record Policy(String policy, PolicyVersionId head, Instant publishedAt) {}

  private record Policies(List<Policy> policies) {}

  private record Versions(String policy, List<PolicyVersion> versions) {}

  void getPolicies(Context ctx) {
    List<Policy> policies =
        view.policies().stream()
            .map(policy -> view.newestVersions(policy, 1).getFirst())
            .map(head -> new Policy(head.policy(), head.id(), head.observed().publishedAt()))
            .toList();
    Answers.json(ctx, 200, new Policies(policies));
  }

  void getVersions(Context ctx) {
    String policy = ctx.pathParam("policy");
    int limit = Parameters.integer(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    List<PolicyVersion> versions = view.newestVersions(policy, limit);
    if (versions.isEmpty()) {
      throw new RefusedException(
          new Refusal(
              Code.NOT_FOUND,
              "policy \"%s\" has no version; policies with versions: %s"
                  .formatted(policy, view.policies()),
              "policy",
              policy,
              null));
    }
    Answers.json(ctx, 200, new Versions(policy, versions));
  }

  /** A policy without versions is no error here: its first one may be on its way. */
  void streamVersions(Context ctx) throws IOException, InterruptedException {
    String policy = ctx.pathParam("policy");
    int[] last = {resumeAfter(ctx)};
    watchers.watch(
        ctx,
        (stream, updates) -> {
          for (PolicyVersion version : view.versionsAfter(policy, last[0])) {
            last[0] = version.id().number();
            stream.send(Integer.toString(last[0]), "version", Json.write(version));
          }
        });
  }

  private static int resumeAfter(Context ctx) {
    @Nullable String lastEventId = ctx.header("Last-Event-ID");
    return lastEventId == null
        ? Parameters.integer(ctx, "after", -1, -1, Integer.MAX_VALUE)
        : Parameters.integer("Last-Event-ID", lastEventId, -1, Integer.MAX_VALUE);
  }
}
