/**
 * Erasure over a whole run: texts are planted, subjects erased, and everything that the run left on
 * the disk searched for what was planted. That the search finds what is there is tested too.
 */
@NullMarked
package dev.plumbline.tests.erasure;

import org.jspecify.annotations.NullMarked;
