/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.Identity;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page and the description of the interface, from the class path. */
final class PageFiles {
  /** Path under which the page's own files are found. */
  static final String PATH = "/page/";

  private static final List<String> PARTS =
      List.of(
          "style.css",
          "live.js",
          "vote.js",
          "chart.js",
          "stream.js",
          "outbox.js",
          "dom.js",
          "api.js",
          "favicon.svg");

  private final Map<String, PageFile> parts = new LinkedHashMap<>();
  private final PageFile live = PageFile.load("page/live.html");
  private final PageFile vote = PageFile.load("page/vote.html");
  private final PageFile openApi = PageFile.load("openapi.yaml");

  PageFiles() {
    PARTS.forEach(name -> parts.put(name, PageFile.load("page/" + name)));
  }

  private record PageFile(Bytes content, String contentType, String etag) {
    static PageFile load(String name) {
      try (@Nullable InputStream in = PageFiles.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("resource %s is missing from the build".formatted(name));
        }
        byte[] content = in.readAllBytes();
        return new PageFile(
            Bytes.of(content),
            contentType(name),
            '"' + Identity.sha256(content).substring(0, 16) + '"');
      } catch (IOException e) {
        throw new UncheckedIOException("resource %s can't be read".formatted(name), e);
      }
    }

    private static String contentType(String name) {
      return switch (name.substring(name.lastIndexOf('.') + 1)) {
        case "html" -> "text/html; charset=utf-8";
        case "css" -> "text/css; charset=utf-8";
        case "js" -> "text/javascript; charset=utf-8";
        case "svg" -> "image/svg+xml";
        case "yaml" -> "application/yaml; charset=utf-8";
        default -> throw new IllegalArgumentException("no media type known for " + name);
      };
    }

    void send(Context ctx) {
      ctx.header("ETag", etag).header("Cache-Control", "no-cache");
      if (etag.equals(ctx.header("If-None-Match"))) {
        ctx.status(304);
      } else {
        ctx.contentType(contentType).result(content.toArray());
      }
    }
  }

  void getLive(Context ctx) {
    live.send(ctx);
  }

  void getVote(Context ctx) {
    vote.send(ctx);
  }

  void getOpenApi(Context ctx) {
    openApi.send(ctx);
  }

  void getPart(Context ctx) {
    @Nullable PageFile part = parts.get(ctx.pathParam("file"));
    if (part == null) {
      throw new RefusedException(
          Refusal.of(Code.NOT_FOUND, "the page has no file \"%s\"".formatted(ctx.path())));
    }
    part.send(ctx);
  }
}
