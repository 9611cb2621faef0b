/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.SchemaRegistry;
import dev.plumbline.events.UnknownSchemaException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a schema registry through the part of Confluent's REST interface that Apicurio and Karapace
 * have too. Nothing is tried twice: whoever writes or reads the record does that. Safe for use by
 * several threads.
 */
final class SchemaRegistryClient implements SchemaRegistry {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final JsonMapper JSON = new JsonMapper();
  private static final int EXCERPT_CHARS = 300;

  private final SchemaRegistrySettings settings;
  private final HttpClient http;

  SchemaRegistryClient(SchemaRegistrySettings settings) {
    this.settings = settings;
    this.http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
  }

  /**
   * Registers a schema.
   *
   * @throws SchemaRegistryException if the registry refuses it
   * @throws SchemaRegistryUnavailableException if it can't be asked
   */
  @Override
  public int register(String subject, String schema) {
    String what = "register the schema of subject " + subject;
    JsonNode id =
        answer(
                what,
                request("/subjects/%s/versions".formatted(encoded(subject)))
                    .header("Content-Type", MEDIA_TYPE)
                    .POST(BodyPublishers.ofString(json(Map.of("schema", schema))))
                    .build())
            .path("id");
    if (!id.isInt() || id.intValue() < 0) {
      throw odd(what, "an id, a whole number from 0", id);
    }
    return id.intValue();
  }

  /**
   * Returns a schema.
   *
   * @throws SchemaRegistryException if the registry doesn't let the user read it
   * @throws SchemaRegistryUnavailableException if it can't be asked
   */
  @Override
  public String schema(int id) {
    String what = "tell schema " + id;
    JsonNode answer = answer(what, request("/schemas/ids/" + id).GET().build());
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnknownSchemaException(
          "schema %d of the registry at %s is one of %s, but records are written in Avro"
              .formatted(id, settings.url(), type));
    }
    JsonNode schema = answer.path("schema");
    if (!schema.isTextual()) {
      throw odd(what, "a schema, JSON in a text", schema);
    }
    return schema.textValue();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url().replaceAll("/+$", "") + path))
            .header("Accept", MEDIA_TYPE + ", application/json")
            .timeout(settings.timeout());
    if (settings.user() != null) {
      String login = settings.user() + ":" + settings.passwordOrEmpty();
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
    return request;
  }

  private JsonNode answer(String what, HttpRequest request) {
    HttpResponse<String> response = send(what, request);
    int status = response.statusCode();
    if (status == 200) {
      return parsed(what, response.body());
    }
    String said = "%d %s".formatted(status, excerpt(response.body()));
    if (status == 404 && request.method().equals("GET")) {
      throw new UnknownSchemaException(
          "the registry at %s can't %s, with which a record was written; is it the registry of those who wrote it? It said %s"
              .formatted(settings.url(), what, said));
    }
    if (status >= 500 || status == 408 || status == 429) {
      throw unavailable(what, "it said " + said, null);
    }
    throw new SchemaRegistryException(
        switch (status) {
          case 401, 403 ->
              "the schema registry at %s does not let %s %s; it said %s"
                  .formatted(
                      settings.url(),
                      settings.user() == null
                          ? "in who names no user (kafka.schema_registry.user)"
                          : "user " + settings.user(),
                      what,
                      said);
          case 409 ->
              "the schema registry at %s does not %s: it finds the schema incompatible with what stands there; it said %s"
                  .formatted(settings.url(), what, said);
          default ->
              "the schema registry at %s does not %s; it said %s"
                  .formatted(settings.url(), what, said);
        });
  }

  private HttpResponse<String> send(String what, HttpRequest request) {
    Duration timeout = settings.timeout();
    var response = http.sendAsync(request, BodyHandlers.ofString());
    try {
      return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw unavailable(what, "no answer within " + Durations.format(timeout), e);
    } catch (ExecutionException e) {
      throw unavailable(what, e.getCause().toString(), e.getCause());
    } catch (InterruptedException e) {
      response.cancel(true);
      throw new InterruptException(e);
    }
  }

  private JsonNode parsed(String what, String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new SchemaRegistryException(
          "the schema registry at %s was asked to %s, and answered no JSON but %s"
              .formatted(settings.url(), what, excerpt(body)));
    }
  }

  private SchemaRegistryUnavailableException unavailable(
      String what, String why, @Nullable Throwable cause) {
    return new SchemaRegistryUnavailableException(
        "the schema registry at %s can't be asked to %s: %s; what was registered or read before goes on without it"
            .formatted(settings.url(), what, why),
        cause);
  }

  private SchemaRegistryException odd(String what, String expected, JsonNode found) {
    return new SchemaRegistryException(
        "the schema registry at %s was asked to %s; expected %s, but found %s"
            .formatted(
                settings.url(),
                what,
                expected,
                found.isMissingNode() ? "none" : excerpt(found.toString())));
  }

  private static String json(Map<String, String> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String excerpt(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "...";
  }
}
