/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.metrics.MonitoringServer;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every request first. With keys, what reads or writes data needs one. Without, the
 * gateway listens on a loopback address only and answers to no other host name, so that a foreign
 * web page can't reach it by a name of its own. Either way a browser writes from this site's pages
 * only.
 */
final class Guard {
  private static final String BEARER = "Bearer ";
  private static final Set<String> LOOPBACK_NAMES =
      Set.of("localhost", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]");
  private static final Set<String> OPEN_PATHS =
      Set.of(
          "/", "/vote", "/openapi.yaml", MonitoringServer.LIVE_PATH, MonitoringServer.READY_PATH);

  private final String host;
  private final Optional<ApiKeys> keys;

  /**
   * @param host the address listened on
   * @param keys who may use the gateway; nobody in particular if empty
   */
  Guard(String host, Optional<ApiKeys> keys) {
    this.host = host;
    this.keys = keys;
  }

  /** Refuses the request, or lets it pass with the headers that keep its answer from harm. */
  void check(Context ctx) {
    ctx.header(
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Referrer-Policy", "no-referrer");
    if (keys.isPresent()) {
      requireKey(ctx, keys.get());
    } else {
      requireLoopbackName(ctx);
    }
    if (!ctx.method().equals(HandlerType.GET) && !ctx.method().equals(HandlerType.HEAD)) {
      requireSameOrigin(ctx);
    }
  }

  private static void requireKey(Context ctx, ApiKeys keys) {
    if (OPEN_PATHS.contains(ctx.path()) || ctx.path().startsWith(PageFiles.PATH)) {
      return;
    }
    @Nullable String authorization = ctx.header("Authorization");
    if (authorization == null
        || !authorization.startsWith(BEARER)
        || !keys.contains(authorization.substring(BEARER.length()).strip())) {
      ctx.header("WWW-Authenticate", "Bearer");
      throw refused(
          Code.UNAUTHORIZED,
          authorization == null
              ? "an API key is needed: send it as Authorization: Bearer KEY"
              : "the API key is not one of those in api_key_file");
    }
  }

  private void requireLoopbackName(Context ctx) {
    @Nullable String named = ctx.host();
    String name = named == null ? "" : named.replaceFirst(":\\d+$", "");
    if (!LOOPBACK_NAMES.contains(name) && !name.equals(host)) {
      throw refused(
          Code.FORBIDDEN,
          "without API keys this gateway answers to localhost only, but was called \"%s\""
              .formatted(named));
    }
  }

  /** Host and port decide, not the scheme: a proxy in front may speak TLS. */
  private static void requireSameOrigin(Context ctx) {
    @Nullable String origin = ctx.header("Origin");
    if (origin != null && !origin.replaceFirst("^https?://", "").equals(ctx.host())) {
      throw refused(
          Code.FORBIDDEN,
          "pages of %s may not write here, only those of %s".formatted(origin, ctx.host()));
    }
  }

  private static RefusedException refused(Code code, String message) {
    return new RefusedException(Refusal.of(code, message));
  }
}
