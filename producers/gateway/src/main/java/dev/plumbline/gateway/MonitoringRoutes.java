/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.HealthReport;
import dev.plumbline.base.metrics.Metrics;
import io.javalin.http.Context;

/** What an operator asks for. */
record MonitoringRoutes(Metrics metrics, HealthChecks checks) {
  void getMetrics(Context ctx) {
    ctx.contentType(Metrics.CONTENT_TYPE).result(metrics.scrape());
  }

  void getLive(Context ctx) {
    send(ctx, checks.live());
  }

  void getReady(Context ctx) {
    send(ctx, checks.ready());
  }

  private static void send(Context ctx, HealthReport report) {
    ctx.status(report.httpStatus()).contentType(HealthReport.CONTENT_TYPE).result(report.json());
  }
}
