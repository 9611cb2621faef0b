/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import picocli.CommandLine.Command;

/** Stands in the help; the launcher script runs the build itself. */
@Command(
    name = "verify",
    description = {
      "Builds everything and runs every test (./mvnw verify). Further arguments go to Maven:"
          + " plumbline verify -Pchaos."
    })
final class VerifyCommand implements Runnable {
  @Override
  public void run() {
    throw new IllegalStateException("verify is run by the launcher script ./plumbline");
  }
}
