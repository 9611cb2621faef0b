/**
 * Settings: one immutable record per role, bound once at the start from a YAML file and overrides
 * on the command line, printed once with secrets masked. Owns the rules of binding (names,
 * defaults, ranges, what to say when a value is refused); which settings exist is left to each
 * role's record.
 */
@NullMarked
package dev.plumbline.base.settings;

import org.jspecify.annotations.NullMarked;
