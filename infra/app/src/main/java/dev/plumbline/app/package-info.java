/**
 * The {@code plumbline} command: every role alone, and {@code up}, which runs them all in one
 * process on an embedded broker. It owns the wiring of roles, the settings file and what is
 * printed; all work is done in the modules it wires.
 */
@NullMarked
package dev.plumbline.app;

import org.jspecify.annotations.NullMarked;
