/**
 * The artifact store: immutable sets of files under the digest of their content. Owns the digest,
 * the order of writes that makes an artifact durable before anybody can name it, and the check on
 * read; what the files mean, and who refers to them, is left to the callers.
 */
@NullMarked
package dev.plumbline.base.artifacts;

import org.jspecify.annotations.NullMarked;
