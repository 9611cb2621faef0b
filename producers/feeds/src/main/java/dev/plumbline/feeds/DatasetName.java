/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import java.nio.file.Path;

/** What a data set is called that nobody named. */
final class DatasetName {
  private DatasetName() {}

  /** Folder and file name without extensions. */
  static String of(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String name = absolute.getFileName().toString();
    int dot = name.indexOf('.', 1);
    String stem = dot < 0 ? name : name.substring(0, dot);
    Path folder = absolute.getParent();
    return folder == null || folder.getFileName() == null
        ? stem
        : folder.getFileName() + "-" + stem;
  }
}
