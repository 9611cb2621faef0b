/**
 * Preference files as others keep them: reads TRL pairwise, OpenAI preference and named-annotator
 * JSON lines, plain or gzip, one record at a time, into neutral rows, and writes the first two.
 * Ids, events and topics are left to whoever replays the rows.
 */
@NullMarked
package dev.plumbline.datasets;

import org.jspecify.annotations.NullMarked;
