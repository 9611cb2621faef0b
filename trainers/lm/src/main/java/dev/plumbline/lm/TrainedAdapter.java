/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The trainable part of a policy. Owned, closeable; used by one thread at a time. It belongs to the
 * model it was made for and is closed before it.
 */
public sealed interface TrainedAdapter extends Adapter, AutoCloseable
    permits LoraAdapter, ControlAdapter {

  /**
   * Reads an adapter of whichever kind the files are.
   *
   * @param files by path, folders separated by {@code /}
   * @throws ModelLoadException naming the file and the reason when one is missing, broken, not
   *     supported or of another base
   */
  static TrainedAdapter read(CausalLanguageModel model, Map<String, byte[]> files) {
    return files.containsKey(ControlDirectory.FILE)
        ? ControlDirectory.read(model, files)
        : PeftDirectory.read(model, files);
  }

  /** As {@link #read(CausalLanguageModel, Map)}, from a directory's files. */
  static TrainedAdapter read(CausalLanguageModel model, Path directory) {
    return Files.exists(directory.resolve(ControlDirectory.FILE))
        ? ControlDirectory.read(model, directory)
        : PeftDirectory.read(model, directory);
  }

  /** What an optimizer moves. It is closed with the adapter. */
  Parameters parameters();

  /** The same values in memory of their own, for example to be the reference of what follows. */
  TrainedAdapter copy();

  @Override
  void close();
}
