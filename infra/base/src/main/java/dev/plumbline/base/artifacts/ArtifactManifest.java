/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an artifact consists of: one entry per file, sorted by name.
 *
 * <p>As text, one line {@code name TAB size TAB sha256} per file; the artifact's digest is the
 * SHA-256 of this text in UTF-8, so it depends on the files' names and contents only.
 */
public record ArtifactManifest(List<Entry> entries) {

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");
  private static final Pattern LINE = Pattern.compile("([^\t]+)\t(\\d{1,18})\t([0-9a-f]{64})");

  /**
   * One file.
   *
   * @param name relative path with {@code /} between folders
   * @param size in bytes
   * @param sha256 of the content, 64 lower-case hexadecimal digits
   */
  public record Entry(String name, long size, String sha256) {

    public Entry {
      requireFileName(name);
    }
  }

  public ArtifactManifest {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("an artifact has at least one file, but none was given");
    }
    Set<String> names = new HashSet<>();
    for (Entry entry : entries) {
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("file '%s' is listed twice".formatted(entry.name()));
      }
    }
    entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  /** Reads the text form; empty when it is damaged. */
  static Optional<ArtifactManifest> parse(String text) {
    try {
      return Optional.of(new ArtifactManifest(text.lines().map(ArtifactManifest::entry).toList()));
    } catch (IllegalArgumentException damaged) {
      return Optional.empty();
    }
  }

  /** The name under which a store keeps an artifact of these files. */
  public ArtifactDigest digest() {
    return new ArtifactDigest(Sha256.of(text().getBytes(StandardCharsets.UTF_8)));
  }

  /** The entry of this file, if the artifact has it. */
  public Optional<Entry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      text.append(entry.name()).append('\t').append(entry.size()).append('\t');
      text.append(entry.sha256()).append('\n');
    }
    return text.toString();
  }

  static void requireFileName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a file of an artifact is named by letters, digits, '.', '_' and '-' with '/' between folders, but was '%s'"
              .formatted(name));
    }
  }

  private static Entry entry(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a manifest line: " + line);
    }
    return new Entry(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3));
  }
}
