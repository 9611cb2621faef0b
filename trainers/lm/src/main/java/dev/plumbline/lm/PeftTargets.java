/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelFamily;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which modules an {@code adapter_config.json} names, by PEFT's rules.
 *
 * @param included {@code target_modules}
 * @param excluded {@code exclude_modules}; null when there are none
 * @param layers {@code layers_to_transform}: only blocks of these numbers, where the target is not
 *     a whole path; empty means all
 * @param layersPatterns {@code layers_pattern}: names before the number of a block; empty means any
 */
record PeftTargets(
    Target included, @Nullable Target excluded, List<Integer> layers, List<String> layersPatterns) {

  PeftTargets {
    layers = List.copyOf(layers);
    layersPatterns = List.copyOf(layersPatterns);
  }

  /** How modules are named. */
  sealed interface Target {

    boolean names(String path);

    /** By the ends of their paths. */
    record Names(List<String> names) implements Target {
      public Names {
        names = List.copyOf(names);
      }

      @Override
      public boolean names(String path) {
        return LoraTargets.isNamed(path, names);
      }
    }

    /** By an expression that matches the whole path. */
    record Expression(Pattern pattern) implements Target {
      @Override
      public boolean names(String path) {
        return pattern.matcher(path).matches();
      }
    }

    /** {@code all-linear}: every linear module but the output matrix. */
    record AllLinear() implements Target {
      @Override
      public boolean names(String path) {
        return true;
      }
    }
  }

  /**
   * The settings' names of these modules: as they were given where those say all, else whole paths.
   *
   * @throws IllegalArgumentException naming a target that the model lacks or that can't be adapted
   */
  List<String> in(ModelFamily family) {
    Set<String> linear = family.linearModules().keySet();
    if (included instanceof Target.AllLinear && excluded == null) {
      return List.of();
    }
    Set<String> adaptable = new TreeSet<>(linear);
    if (!(included instanceof Target.AllLinear)) {
      adaptable.add(family.embeddingModule());
    }
    if (included instanceof Target.Names names) {
      requireAll(names.names(), adaptable, family);
    }
    if (included instanceof Target.Expression) {
      requireNone(otherModules(family), family);
    }
    List<String> paths = adaptable.stream().filter(this::selects).toList();
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(
          "target_modules names no module of a %s model that can be adapted: %s"
              .formatted(family.modelType(), adaptable));
    }
    return included instanceof Target.Names names && excluded == null && layers.isEmpty()
        ? names.names()
        : paths;
  }

  /** Every name must be of modules that can be adapted, and of no others. */
  private void requireAll(List<String> names, Set<String> adaptable, ModelFamily family) {
    requireNone(otherModules(family), family);
    for (String name : names) {
      if (adaptable.stream().noneMatch(path -> LoraTargets.isNamed(path, List.of(name)))) {
        throw new IllegalArgumentException(
            "target_modules has '%s', which a %s model of this size lacks (its blocks have %s)"
                .formatted(name, family.modelType(), lastParts(adaptable)));
      }
    }
  }

  private void requireNone(Set<String> others, ModelFamily family) {
    others.stream()
        .filter(this::selects)
        .findFirst()
        .ifPresent(
            path -> {
              throw new IllegalArgumentException(
                  "target_modules names '%s' of a %s model, which can't be adapted"
                      .formatted(path, family.modelType()));
            });
  }

  /** Modules with weights that no adapter can target here: norms, positions, the output matrix. */
  private static Set<String> otherModules(ModelFamily family) {
    Set<String> modules = new TreeSet<>(family.weights().keySet());
    modules.add(ModelFamily.HEAD_WEIGHT);
    Set<String> others = new TreeSet<>();
    modules.forEach(weight -> others.add(weight.substring(0, weight.lastIndexOf('.'))));
    others.removeAll(family.linearModules().keySet());
    others.remove(family.embeddingModule());
    return others;
  }

  private boolean selects(String path) {
    return included.names(path)
        && (excluded == null || !excluded.names(path))
        && (layers.isEmpty() || isWholePath(path) || layers.contains(layerOf(path)));
  }

  private boolean isWholePath(String path) {
    return included instanceof Target.Names names && names.names().contains(path);
  }

  /** The first number in a path that follows one of the patterns; -1 when there is none. */
  private int layerOf(String path) {
    if (layersPatterns.isEmpty()) {
      return numberIn(path, ".*?\\.[^.]*\\.(\\d+)\\..*");
    }
    return layersPatterns.stream()
        .mapToInt(pattern -> numberIn(path, "(?:.*?\\.)?(?:" + pattern + ")\\.(\\d+)\\..*"))
        .filter(number -> number >= 0)
        .findFirst()
        .orElse(-1);
  }

  private static int numberIn(String path, String expression) {
    Matcher matcher = Pattern.compile(expression).matcher(path);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private static Set<String> lastParts(Set<String> paths) {
    Set<String> parts = new TreeSet<>();
    paths.forEach(path -> parts.add(path.substring(path.lastIndexOf('.') + 1)));
    return parts;
  }
}
