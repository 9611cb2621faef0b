/**
 * What a training run leaves behind in its folder: scalars and texts as lines of JSON, the same as
 * TensorBoard event files, and one HTML page that shows them. Owns these files' formats and what a
 * resumed run does to them; which numbers there are, and when a run resumes, is the trainer's.
 */
@NullMarked
package dev.plumbline.base.runs;

import org.jspecify.annotations.NullMarked;
