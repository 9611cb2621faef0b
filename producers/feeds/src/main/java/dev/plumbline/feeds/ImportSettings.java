/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.datasets.DatasetFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Settings of {@link FeedbackImport}. */
public record ImportSettings(
    @Setting(doc = "The export of an annotation tool, or a preference file.") Path file,
    @Setting(
            doc =
                "For Langfuse: the file with the scores, where the other one has only traces or observations.")
        @Nullable Path scores,
    @Setting(doc = "Layout of the file; told from its first rows where not set.")
        @Nullable DatasetFormat format,
    @Setting(
            doc =
                "Name of the project that the export is of, part of the identity of all that comes of it; folder and file name where not set.")
        @Nullable String dataset,
    @Setting(doc = "The policy that learns from it.", defaultValue = "assistant") String policy,
    @Setting(
            doc =
                "The file that keeps each annotator's pseudonym; imports/DATASET.annotators.jsonl in the data folder where not set.")
        @Nullable Path annotators,
    @Setting(doc = "The question that asks which one is better overall, by the tool's name for it.")
        @Nullable String overall,
    @Setting(doc = "Worst mark of ratings; 0 for Langfuse and 1 for others where not set.")
        @Nullable Double scaleMin,
    @Setting(doc = "Best mark of ratings; 1 for Langfuse and 5 for others where not set.")
        @Nullable Double scaleMax,
    @Setting(
            doc =
                "What becomes of a file with rows that can't be imported: refuse sends nothing, skip leaves them out; both report them.",
            defaultValue = "refuse")
        BadRows badRows,
    @Setting(doc = "Rows of one transaction.", defaultValue = "200", min = "1", max = "10000")
        int batchRows) {

  /** What becomes of a file with rows that can't be imported. */
  public enum BadRows {
    /** Nothing is sent. */
    REFUSE,
    /** They are left out. */
    SKIP
  }

  public ImportSettings {
    if (scaleMin != null && scaleMax != null && !(scaleMin < scaleMax)) {
      throw new IllegalArgumentException(
          "scale_min must be less than scale_max, but they were %s and %s"
              .formatted(scaleMin, scaleMax));
    }
  }

  /** The data set's name: as set, else folder and file name without extensions. */
  public String datasetName() {
    return dataset == null ? DatasetName.of(file) : dataset;
  }

  /**
   * The scale of ratings.
   *
   * @param min the worst mark
   * @param max the best mark
   */
  record Scale(double min, double max) {}

  /** The scale of ratings: as set, else what the tool has by default. */
  Scale scale(DatasetFormat of) {
    boolean langfuse = of == DatasetFormat.LANGFUSE;
    return new Scale(
        scaleMin == null ? langfuse ? 0 : 1 : scaleMin,
        scaleMax == null ? langfuse ? 1 : 5 : scaleMax);
  }
}
