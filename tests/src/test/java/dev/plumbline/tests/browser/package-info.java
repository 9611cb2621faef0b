/**
 * The pages in a real browser, on a real broker. Owns the browser; what the gateway answers beneath
 * the pages is tested with the gateway.
 */
@NullMarked
package dev.plumbline.tests.browser;

import org.jspecify.annotations.NullMarked;
