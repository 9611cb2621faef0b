/**
 * Experiments: what a method does to a policy, shown where it can be computed exactly. Owns the toy
 * worlds, the curves and the criteria; the objectives are the product's own.
 */
@NullMarked
package dev.plumbline.app.experiments;

import org.jspecify.annotations.NullMarked;
