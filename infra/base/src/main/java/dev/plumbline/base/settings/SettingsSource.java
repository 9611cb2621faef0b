/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from: a YAML file, then overrides, the later winning. Immutable; remembers
 * for each value the line or flag it came from, so that a refusal can say so.
 */
public final class SettingsSource {

  private static final YAMLFactory YAML = new YAMLFactory();

  private final Node.Mapping root;

  private SettingsSource(Node.Mapping root) {
    this.root = root;
  }

  /** No file and no overrides: every value takes its default. */
  public static SettingsSource empty() {
    return new SettingsSource(new Node.Mapping(Map.of(), "settings"));
  }

  /**
   * Reads a YAML file.
   *
   * @throws InvalidSettingsException when the file is absent or is no YAML mapping
   */
  public static SettingsSource yaml(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return parse(reader, file.getFileName().toString());
    } catch (NoSuchFileException e) {
      throw refused("settings file %s does not exist".formatted(file));
    } catch (IOException e) {
      throw refused("settings file %s can't be read: %s".formatted(file, e.getMessage()));
    }
  }

  /** Reads YAML text; {@code name} stands for the file in messages. */
  public static SettingsSource yaml(String text, String name) {
    try (Reader reader = new StringReader(text)) {
      return parse(reader, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * This source with overrides written {@code a.b=c}, as {@code --set} takes them. The value is
   * taken as plain text; a list is written with commas.
   */
  public SettingsSource with(List<String> assignments) {
    SettingsSource result = this;
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw refused("--set %s: expected key=value, as in trainer.beta=0.1".formatted(assignment));
      }
      String key = assignment.substring(0, equals).strip();
      result = result.with(key, assignment.substring(equals + 1).strip(), "--set " + key);
    }
    return result;
  }

  /**
   * This source with one more override.
   *
   * @param key the dotted key, for example {@code trainer.beta}
   * @param origin what the user wrote it with, for example {@code --port}; named in messages
   */
  public SettingsSource with(String key, String value, String origin) {
    List<String> path = List.of(key.split("\\.", -1));
    return new SettingsSource(put(root, path, new Node.Scalar(value, origin)));
  }

  /**
   * This source with one more override, a list; unlike in {@link #with(String, String, String)} its
   * elements may have commas.
   */
  public SettingsSource with(String key, List<String> values, String origin) {
    List<Node> elements =
        values.stream().<Node>map(value -> new Node.Scalar(value, origin)).toList();
    List<String> path = List.of(key.split("\\.", -1));
    return new SettingsSource(put(root, path, new Node.Sequence(elements, origin)));
  }

  /**
   * This source with other names for some of its outermost keys.
   *
   * @param names what a key may also be called, to what it is called here
   * @throws InvalidSettingsException when a key is given under two names
   */
  public SettingsSource renamed(Map<String, String> names) {
    Map<String, Node> entries = new LinkedHashMap<>();
    root.entries()
        .forEach(
            (key, node) -> {
              String name = names.getOrDefault(key, key);
              @Nullable Node earlier = entries.put(name, node);
              if (earlier != null) {
                throw refused(
                    "%s: setting '%s' is given twice, first at %s; %s"
                        .formatted(
                            node.origin(),
                            name,
                            earlier.origin(),
                            "it is also called " + otherNames(names, name)));
              }
            });
    return new SettingsSource(new Node.Mapping(entries, root.origin()));
  }

  private static String otherNames(Map<String, String> names, String name) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .map(entry -> "'" + entry.getKey() + "'")
        .sorted()
        .collect(Collectors.joining(" and "));
  }

  /** This source over another: what stands in both is taken from this one, section by section. */
  public SettingsSource over(SettingsSource defaults) {
    return new SettingsSource(over(root, defaults.root));
  }

  Node.Mapping root() {
    return root;
  }

  private static Node.Mapping over(Node.Mapping above, Node.Mapping below) {
    Map<String, Node> entries = new LinkedHashMap<>(below.entries());
    above
        .entries()
        .forEach(
            (key, node) ->
                entries.merge(
                    key,
                    node,
                    (lower, upper) ->
                        upper instanceof Node.Mapping upperSection
                                && lower instanceof Node.Mapping lowerSection
                            ? over(upperSection, lowerSection)
                            : upper));
    return new Node.Mapping(entries, above.origin());
  }

  private static Node.Mapping put(Node.Mapping parent, List<String> path, Node value) {
    Map<String, Node> entries = new LinkedHashMap<>(parent.entries());
    String head = path.getFirst();
    if (path.size() == 1) {
      entries.put(head, value);
    } else {
      Node.Mapping child =
          entries.get(head) instanceof Node.Mapping mapping
              ? mapping
              : new Node.Mapping(Map.of(), value.origin());
      entries.put(head, put(child, path.subList(1, path.size()), value));
    }
    return new Node.Mapping(entries, parent.origin());
  }

  private static SettingsSource parse(Reader reader, String name) throws IOException {
    try (YAMLParser parser = YAML.createParser(reader)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return empty();
      }
      Node node = read(parser, name);
      if (parser.nextToken() != null) {
        throw refused(
            "%s: expected one YAML document, but another begins".formatted(place(parser, name)));
      }
      return switch (node) {
        case Node.Mapping mapping -> new SettingsSource(mapping);
        case Node.Scalar scalar when scalar.text() == null -> empty();
        case Node.Scalar scalar ->
            throw refused("%s: expected `key: value` lines".formatted(scalar.origin()));
        case Node.Sequence sequence ->
            throw refused(
                "%s: expected `key: value` lines, but found a list".formatted(sequence.origin()));
      };
    } catch (JsonProcessingException e) {
      throw refused(
          "%s:%d: not valid YAML: %s"
              .formatted(
                  name,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")));
    }
  }

  private static Node read(YAMLParser parser, String name) throws IOException {
    String origin = place(parser, name);
    return switch (parser.currentToken()) {
      case START_OBJECT -> readMapping(parser, name, origin);
      case START_ARRAY -> {
        List<Node> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(read(parser, name));
        }
        yield new Node.Sequence(elements, origin);
      }
      case VALUE_NULL -> new Node.Scalar(null, origin);
      default -> new Node.Scalar(parser.getText(), origin);
    };
  }

  private static Node.Mapping readMapping(YAMLParser parser, String name, String origin)
      throws IOException {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String place = place(parser, name);
      parser.nextToken();
      @Nullable Node earlier = entries.put(key, withOrigin(read(parser, name), place));
      if (earlier != null) {
        throw refused(
            "%s: setting '%s' is given twice, first at %s".formatted(place, key, earlier.origin()));
      }
    }
    return new Node.Mapping(entries, origin);
  }

  private static Node withOrigin(Node node, String origin) {
    return switch (node) {
      case Node.Scalar scalar -> new Node.Scalar(scalar.text(), origin);
      case Node.Sequence sequence -> new Node.Sequence(sequence.elements(), origin);
      case Node.Mapping mapping -> new Node.Mapping(mapping.entries(), origin);
    };
  }

  private static String place(YAMLParser parser, String name) {
    return name + ":" + parser.currentTokenLocation().getLineNr();
  }

  private static InvalidSettingsException refused(String problem) {
    return new InvalidSettingsException(List.of(problem));
  }
}
