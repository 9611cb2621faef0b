/**
 * An independent model of what a checkpoint computes: plain Java in double precision, one row of
 * ids at a time, with the gradient of every weight by reverse-mode differentiation. It shares no
 * code with the tensor programs, is itself held against transformers and PEFT (resources under
 * {@code goldens}), and leaves batching, padding, caching and speed to them.
 */
@NullMarked
package dev.plumbline.lm.reference;

import org.jspecify.annotations.NullMarked;
