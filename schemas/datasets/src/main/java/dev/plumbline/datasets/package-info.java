/**
 * Preference files as others keep them: TRL, OpenAI, LLaMA-Factory, ms-swift, NeMo-RL and PandaLM
 * rows in JSON lines or Parquet are read into one vocabulary, {@link dev.plumbline.datasets.Row},
 * and written from it, one row at a time and without loss. Ids, events and topics are left to
 * whoever replays the rows, chat templates and tokens to whoever learns from them.
 */
@NullMarked
package dev.plumbline.datasets;

import org.jspecify.annotations.NullMarked;
