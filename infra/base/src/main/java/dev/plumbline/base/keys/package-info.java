/**
 * Keys of subjects: one data key per person, under which whatever they wrote is sealed, so that
 * destroying the key erases the text from every copy of it. Owns the keys' life (created on first
 * use, found, destroyed for good) and how they are wrapped at rest; what is sealed under them, and
 * where it travels, is left to the callers.
 */
@NullMarked
package dev.plumbline.base.keys;

import org.jspecify.annotations.NullMarked;
