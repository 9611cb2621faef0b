/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.feeds.OtherBaseModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FailuresTest {
  private final StringWriter err = new StringWriter();

  @Test
  void shouldFindWhatIsToBeMendedUnderWhatWrapsIt() {
    assertThat(handle(new IllegalStateException("task 0_1", new UnknownSchemaException(0xab))))
        .isEqualTo(Failures.REFUSED);
    assertThat(err.toString())
        .startsWith("plumbline: the record's schema fingerprint 00000000000000ab")
        .hasLineCount(1);
  }

  @Test
  void shouldSayWhichFileCannotBeReadOrWritten() {
    assertThat(handle(new UncheckedIOException("store /x is full", new IOException("no space"))))
        .isEqualTo(Failures.REFUSED);
    assertThat(err.toString()).isEqualToIgnoringNewLines("plumbline: store /x is full");
  }

  @Test
  void shouldNameTheModelsWhenALineageStandsOnAnotherOne() {
    assertThat(handle(new OtherBaseModelException("assistant@000001 stands on 'pocket'")))
        .isEqualTo(Failures.REFUSED);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("plumbline: assistant@000001 stands on 'pocket'");
  }

  @Test
  void shouldShowADefectWhole() {
    assertThat(handle(new IllegalStateException("never"))).isEqualTo(Failures.DEFECT);
    assertThat(err.toString())
        .contains("IllegalStateException: never", "\tat ", "plumbline: this is a defect");
  }

  private int handle(Exception failure) {
    CommandLine command = Plumbline.commandLine().setErr(new PrintWriter(err, true));
    return new Failures().handleExecutionException(failure, command, command.getParseResult());
  }
}
