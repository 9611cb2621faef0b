/**
 * Judges of completions: programs, controllers, reward models and language models behind an
 * endpoint. Owns what each of them makes of a task, and which records say so. Reading tasks and
 * writing records, exactly once, is left to the judging role.
 */
@NullMarked
package dev.plumbline.feeds.judges;

import org.jspecify.annotations.NullMarked;
