/**
 * The picture of the house as rules on the compiled classes: which module may use which, and who
 * may know Kafka, tensors and the broker's internals. What the modules do is left to their own
 * tests.
 */
@NullMarked
package dev.plumbline.tests.architecture;

import org.jspecify.annotations.NullMarked;
