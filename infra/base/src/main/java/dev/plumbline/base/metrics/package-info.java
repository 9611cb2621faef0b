/**
 * What an operator can see of a process: its meters, its health checks, and a small loopback HTTP
 * server for roles that have none of their own. Owns names of endpoints and bodies; which meters
 * and checks exist is left to the roles.
 */
@NullMarked
package dev.plumbline.base.metrics;

import org.jspecify.annotations.NullMarked;
