/**
 * Tells a person how far long work has come: what is done, at which rate, and how long it will take
 * still. Owns wording and rhythm of the lines; the work itself only says that a step is done.
 */
@NullMarked
package dev.plumbline.base.progress;

import org.jspecify.annotations.NullMarked;
