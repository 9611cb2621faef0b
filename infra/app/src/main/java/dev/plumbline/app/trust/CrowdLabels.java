/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.app.models.InputException;
import dev.plumbline.judgement.batch.Labels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Real crowd labels in the order of their file; of one annotator's labels on one item the first
 * counts.
 *
 * @param name of the set
 * @param classes labels there are, sorted
 * @param votes what was said
 * @param truth known classes, by item
 */
record CrowdLabels(
    String name, List<String> classes, List<Vote> votes, Map<String, Integer> truth) {
  /** One annotator's label of one item. */
  record Vote(String annotator, String item, int label) {}

  CrowdLabels {
    classes = List.copyOf(classes);
    votes = List.copyOf(votes);
    truth = Map.copyOf(truth);
  }

  /** Reads {@code NAME.labels.tsv.gz} and {@code NAME.gold.tsv.gz}. */
  static CrowdLabels read(Path folder, String name) {
    List<String[]> given = rows(folder.resolve(name + ".labels.tsv.gz"), 3);
    List<String[]> known = rows(folder.resolve(name + ".gold.tsv.gz"), 2);
    Set<String> labels = new TreeSet<>();
    given.forEach(row -> labels.add(row[2]));
    known.forEach(row -> labels.add(row[1]));
    List<String> classes = List.copyOf(labels);
    Set<List<String>> seen = new HashSet<>();
    List<Vote> votes = new ArrayList<>();
    for (String[] row : given) {
      if (seen.add(List.of(row[0], row[1]))) {
        votes.add(new Vote(row[0], row[1], classes.indexOf(row[2])));
      }
    }
    Map<String, Integer> truth = new HashMap<>();
    known.forEach(row -> truth.put(row[0], classes.indexOf(row[1])));
    return new CrowdLabels(name, classes, votes, truth);
  }

  /** Returns the items in the order in which they were first labelled. */
  List<String> items() {
    Set<String> items = new LinkedHashSet<>();
    votes.forEach(vote -> items.add(vote.item()));
    return List.copyOf(items);
  }

  /** Returns the same for the methods that see all of it at once; items as in {@link #items}. */
  Labels labels() {
    SequencedMap<String, Integer> items = new LinkedHashMap<>();
    SequencedMap<String, Integer> annotators = new LinkedHashMap<>();
    List<Labels.Label> given = new ArrayList<>();
    for (Vote vote : votes) {
      int item = items.computeIfAbsent(vote.item(), id -> items.size());
      int annotator = annotators.computeIfAbsent(vote.annotator(), id -> annotators.size());
      given.add(new Labels.Label(item, annotator, vote.label()));
    }
    return new Labels(items.size(), annotators.size(), classes.size(), given);
  }

  private static List<String[]> rows(Path file, int columns) {
    InputException.requireFile("--data", file);
    List<String[]> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      reader.readLine();
      String line;
      while ((line = reader.readLine()) != null) {
        String[] row = line.split("\t", -1);
        if (row.length != columns) {
          throw new IllegalArgumentException(
              "%s: a row must have %d columns, but was '%s'".formatted(file, columns, line));
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), e);
    }
    return rows;
  }
}
