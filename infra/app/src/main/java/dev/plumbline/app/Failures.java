/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.models.InputException;
import dev.plumbline.base.DataFolderException;
import dev.plumbline.base.PortInUseException;
import dev.plumbline.base.keys.KeyStoreException;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.feeds.OtherBaseModelException;
import dev.plumbline.feeds.judges.chat.EndpointRefusedException;
import dev.plumbline.kafka.ClusterUnreachableException;
import dev.plumbline.kafka.SchemaRegistryException;
import dev.plumbline.kafka.SchemaRegistryUnavailableException;
import dev.plumbline.kafka.TopicMismatchException;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.chat.ChatTemplateException;
import dev.plumbline.lm.engine.DeviceUnavailableException;
import dev.plumbline.trainer.LaneFencedException;
import dev.plumbline.trainer.LaneRefusedException;
import dev.plumbline.trainer.RebuildDueException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What the command says when it fails. A failure that its user can mend is one message; anything
 * else is a defect and comes with its stack trace.
 */
final class Failures implements IExecutionExceptionHandler {
  /** The settings, the data or the surroundings must be mended first. */
  static final int REFUSED = 1;

  /** Another process has taken the lane over. */
  static final int FENCED = 3;

  /** A defect. */
  static final int DEFECT = 70;

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    Throwable known = e;
    while (known != null && !isMendable(known)) {
      known = known.getCause();
    }
    if (known == null) {
      e.printStackTrace(err);
      err.println("plumbline: this is a defect; please report it with the lines above");
      return DEFECT;
    }
    err.println("plumbline: " + known.getMessage());
    return known instanceof LaneFencedException ? FENCED : REFUSED;
  }

  private static boolean isMendable(Throwable failure) {
    return failure instanceof InvalidSettingsException
        || failure instanceof UnknownSchemaException
        || failure instanceof SchemaRegistryException
        || failure instanceof SchemaRegistryUnavailableException
        || failure instanceof PortInUseException
        || failure instanceof DataFolderException
        || failure instanceof KeyStoreException
        || failure instanceof UncheckedIOException
        || failure instanceof ClusterUnreachableException
        || failure instanceof TopicMismatchException
        || failure instanceof ModelLoadException
        || failure instanceof DeviceUnavailableException
        || failure instanceof ChatTemplateException
        || failure instanceof InputException
        || failure instanceof DatasetException
        || failure instanceof OtherBaseModelException
        || failure instanceof EndpointRefusedException
        || failure instanceof LaneRefusedException
        || failure instanceof RebuildDueException
        || failure instanceof LaneFencedException;
  }
}
