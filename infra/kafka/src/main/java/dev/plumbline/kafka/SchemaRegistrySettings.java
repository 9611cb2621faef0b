/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.settings.Setting;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings section {@code kafka.schema_registry}; without it there is no registry. */
public record SchemaRegistrySettings(
    @Setting(
            doc =
                "The Confluent-compatible schema registry; records are then written in its wire format. For Apicurio the address ends with /apis/ccompat/v7.")
        String url,
    @Setting(doc = "The user of basic authentication.") @Nullable String user,
    @Setting(doc = "The user's password; the environment variable's when not set.", secret = true)
        @Nullable String password,
    @Setting(
            doc = "The environment variable that holds the password.",
            defaultValue = "PLUMBLINE_SCHEMA_REGISTRY_PASSWORD")
        String passwordEnv,
    @Setting(doc = "How long an answer may take.", defaultValue = "5s", min = "1ms")
        Duration timeout) {

  public SchemaRegistrySettings {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expectedUrl(url), e);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(expectedUrl(url));
    }
  }

  /** A registry that lets everybody in. */
  public static SchemaRegistrySettings at(String url) {
    return new SchemaRegistrySettings(
        url, null, null, "PLUMBLINE_SCHEMA_REGISTRY_PASSWORD", Duration.ofSeconds(5));
  }

  /** The password, from wherever it is; empty where there is none. */
  String passwordOrEmpty() {
    if (password != null) {
      return password;
    }
    String inherited = System.getenv(passwordEnv);
    return inherited == null ? "" : inherited;
  }

  /** A password is no part of any message. */
  @Override
  public String toString() {
    return "SchemaRegistrySettings[%s, user %s]".formatted(url, user);
  }

  private static String expectedUrl(String given) {
    return "url must be an http or https address without user and password, such as http://127.0.0.1:8081, but was "
        + (given.contains("@") ? "one with an @ in it" : given);
  }
}
