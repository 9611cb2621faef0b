/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.PortInUseException;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.base.metrics.MonitoringServer;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import dev.plumbline.gateway.live.LiveFeed;
import dev.plumbline.gateway.live.LiveView;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server with all its routes. */
final class GatewayServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GatewayServer.class);

  private final Javalin javalin;
  private final LiveFeed feed;

  private GatewayServer(Javalin javalin, LiveFeed feed) {
    this.javalin = javalin;
    this.feed = feed;
  }

  /**
   * Starts to listen.
   *
   * @param feed the view's changes; somebody else gives the beat, closing the server closes it
   * @throws PortInUseException if the port is taken
   */
  static GatewayServer start(
      GatewaySettings settings,
      Door door,
      LiveView view,
      LiveFeed feed,
      Metrics metrics,
      HealthChecks checks,
      InstantSource clock,
      Supplier<String> newIds) {
    Guard guard =
        new Guard(settings.host(), Optional.ofNullable(settings.apiKeyFile()).map(ApiKeys::read));
    Watchers watchers = new Watchers(feed);
    Javalin javalin =
        Javalin.create(
            config -> {
              configure(config);
              config.requestLogger.http(
                  (ctx, millis) -> time(metrics.registry(), ctx, millis.doubleValue()));
              config.routes.before(guard::check);
              routes(
                  config.routes,
                  new SubmissionRoutes(
                      door, settings.ackTimeout(), metrics.registry(), clock, newIds),
                  new PolicyRoutes(view, watchers),
                  new LiveRoutes(view, watchers),
                  new LineageRoutes(view),
                  new MonitoringRoutes(metrics, checks),
                  new PageFiles());
              failures(config.routes);
            });
    try {
      javalin.start(settings.host(), settings.port());
    } catch (JavalinBindException e) {
      throw isInUse(e) ? new PortInUseException(settings.port(), "gateway.port", e) : e;
    }
    return new GatewayServer(javalin, feed);
  }

  private static void routes(
      RoutesConfig routes,
      SubmissionRoutes submissions,
      PolicyRoutes policies,
      LiveRoutes live,
      LineageRoutes lineage,
      MonitoringRoutes monitoring,
      PageFiles page) {
    routes.post("/v1/feedback", submissions::postFeedback);
    routes.post("/v1/prompts", submissions::postPrompt);
    routes.post("/v1/completions", submissions::postCompletion);
    routes.post("/v1/tasks", submissions::postTask);
    routes.get("/v1/tasks/open", live::getOpenTasks);
    routes.get("/v1/policies", policies::getPolicies);
    routes.get("/v1/policies/{policy}/versions", policies::getVersions);
    routes.get("/v1/policies/{policy}/versions/stream", policies::streamVersions);
    routes.get("/v1/live", live::streamView);
    routes.get("/v1/lineage/versions/{version}", lineage::getVersion);
    routes.get("/v1/lineage/events/{event}", lineage::getEvent);
    routes.get("/v1/lineage/annotators/{annotator}", lineage::getAnnotator);
    routes.get(MonitoringServer.METRICS_PATH, monitoring::getMetrics);
    routes.get(MonitoringServer.LIVE_PATH, monitoring::getLive);
    routes.get(MonitoringServer.READY_PATH, monitoring::getReady);
    routes.get("/openapi.yaml", page::getOpenApi);
    routes.get("/", page::getLive);
    routes.get("/vote", page::getVote);
    routes.get(PageFiles.PATH + "{file}", page::getPart);
  }

  private static void failures(RoutesConfig routes) {
    routes.exception(RefusedException.class, (e, ctx) -> Answers.refuse(ctx, e.refusal()));
    routes.exception(
        IllegalArgumentException.class,
        (e, ctx) -> Answers.refuse(ctx, Refusal.of(Code.INVALID_VALUE, e.getMessage())));
    routes.exception(
        IOException.class, (e, ctx) -> log.debug("the client of {} has gone", ctx.path(), e));
    routes.exception(
        Exception.class,
        (e, ctx) -> {
          log.error("{} {} failed", ctx.method(), ctx.path(), e);
          Answers.refuse(
              ctx, Refusal.of(Code.INTERNAL, "a defect in the gateway; its log has the details"));
        });
    routes.error(
        HttpStatus.NOT_FOUND,
        ctx -> {
          if (ctx.result() == null || !ctx.result().startsWith("{\"error\"")) {
            Answers.refuse(
                ctx,
                Refusal.of(
                    Code.NOT_FOUND,
                    "nothing is known under %s; /openapi.yaml has all paths"
                        .formatted(ctx.path())));
          }
        });
    routes.error(
        HttpStatus.METHOD_NOT_ALLOWED,
        ctx ->
            Answers.refuse(
                ctx,
                Refusal.of(
                    Code.METHOD_NOT_ALLOWED,
                    "%s does not take %s; /openapi.yaml has all paths"
                        .formatted(ctx.path(), ctx.method()))));
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
  }

  private static void time(MeterRegistry registry, Context ctx, double millis) {
    registry
        .timer(
            "plumbline.gateway.requests",
            "route",
            ctx.endpoint().path,
            "status",
            Integer.toString(ctx.statusCode()))
        .record(Duration.ofNanos((long) (millis * 1e6)));
  }

  /** Jetty wraps the reason, and Javalin wraps Jetty. */
  private static boolean isInUse(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
        return true;
      }
    }
    return false;
  }

  /** Returns the port listened on. */
  int port() {
    return javalin.port();
  }

  Javalin javalin() {
    return javalin;
  }

  @Override
  public void close() {
    feed.close();
    javalin.stop();
  }
}
