/**
 * The ground every role stands on: the data folder it owns, the ports it asks for, the seam through
 * which tests stop a process at a named step. Settings, artifacts, metrics and progress have their
 * own packages below; nothing here knows Kafka, tensors or preference alignment.
 */
@NullMarked
package dev.plumbline.base;

import org.jspecify.annotations.NullMarked;
