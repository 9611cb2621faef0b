/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.datasets.DatasetFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Settings of {@link DatasetReplay}. */
public record ReplaySettings(
    @Setting(doc = "The preference file: JSON lines, plain or gzip.") Path file,
    @Setting(
            doc =
                "Name of the data set, part of the identity of all that comes of it; folder and file name where not set.")
        @Nullable String dataset,
    @Setting(doc = "Layout of the file; told from its first row where not set.")
        @Nullable DatasetFormat format,
    @Setting(doc = "The policy that learns from it.", defaultValue = "assistant") String policy,
    @Setting(doc = "Rows per second; 0 for as fast as possible.", defaultValue = "0", min = "0")
        double rowsPerSecond,
    @Setting(doc = "Rows of one transaction.", defaultValue = "500", min = "1", max = "10000")
        int batchRows) {

  /** The data set's name: as set, else folder and file name without extensions. */
  public String datasetName() {
    return dataset == null ? DatasetName.of(file) : dataset;
  }
}
