/**
 * Whole runs over a real broker: the command in a process of its own, stopped and started again;
 * bad input at the door and on the topics; a data set from its file to beliefs. Lanes that are
 * killed are left to the chaos tests.
 */
@NullMarked
package dev.plumbline.tests.endtoend;

import org.jspecify.annotations.NullMarked;
