/**
 * Sealing of what people wrote: texts go onto topics encrypted under their subject's key, and are
 * opened where somebody has to read them. Owns the cipher, what a seal is bound to, and what is
 * sealed with a text (a completion's tokens say the same as its text); the keys are the key
 * store's, and who may read is decided by who is given one.
 */
@NullMarked
package dev.plumbline.kafka.sealing;

import org.jspecify.annotations.NullMarked;
