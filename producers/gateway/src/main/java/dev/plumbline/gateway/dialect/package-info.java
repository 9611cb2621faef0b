/**
 * The JSON that is spoken over HTTP: reads it into the records of the vocabulary and says precisely
 * what is wrong with it where it can't. Pure: knows nothing of requests, sockets or topics.
 */
@NullMarked
package dev.plumbline.gateway.dialect;

import org.jspecify.annotations.NullMarked;
