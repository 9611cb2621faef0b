/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.chat.ChatRequest;
import dev.plumbline.lm.chat.ChatTemplate;
import dev.plumbline.lm.chat.ChatTemplates;
import dev.plumbline.lm.chat.RenderedChat;
import dev.plumbline.lm.chat.Span;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A conversation as a model reads it. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = {
      "Renders a conversation with a model's chat template and prints the text, with nothing behind"
          + " it.",
      "",
      "FILE is JSON: a list of messages, or an object with messages and tools.",
      "",
      "With --json it is one line: text, and assistant_spans, the parts (start, end) that the"
          + " template marks as said by the assistant."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline render --model DIR --messages chat.json",
      "  plumbline render --template chat_template.jinja --messages chat.json --set"
          + " enable_thinking=false"
    })
public final class RenderCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--messages",
      required = true,
      paramLabel = "FILE",
      description = "The conversation.")
  private Path messages = Path.of("");

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "Tools offered: a JSON list of their schemas.")
  private @Nullable Path tools;

  @Option(
      names = "--set",
      paramLabel = "NAME=JSON",
      description = "A further variable of the template; what is not JSON is a text.")
  private Map<String, String> variables = new LinkedHashMap<>();

  @Option(
      names = "--no-generation-prompt",
      description = "Ends behind the last message, not where the assistant's next one begins.")
  private boolean noGenerationPrompt;

  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ChatRequest conversation = ChatFile.read(messages);
    ChatRequest request =
        new ChatRequest(
            conversation.messages(),
            tools == null ? conversation.tools() : ChatFile.objects(tools),
            !noGenerationPrompt,
            values());
    RenderedChat chat = source.templates().render(request, Clock.system(ZoneId.systemDefault()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(line(chat));
    } else {
      out.print(chat.text());
    }
    out.flush();
    return 0;
  }

  private Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, value(value)));
    return values;
  }

  private static @Nullable Object value(String text) {
    try {
      return ChatFile.value(text);
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static ObjectNode line(RenderedChat chat) {
    ObjectNode line = JSON.createObjectNode();
    line.put("text", chat.text());
    ArrayNode spans = line.putArray("assistant_spans");
    for (Span span : chat.assistantSpans()) {
      spans.addArray().add(span.start()).add(span.end());
    }
    return line;
  }

  /** Where the template is. */
  static final class Source {
    @Option(
        names = "--model",
        required = true,
        paramLabel = "DIR",
        description = "A model's directory, for its template and special tokens.")
    private @Nullable Path model;

    @Option(
        names = "--template",
        required = true,
        paramLabel = "FILE",
        description = "A template alone; special tokens can be given with --set.")
    private @Nullable Path template;

    ChatTemplates templates() {
      if (model != null) {
        return OpenModel.templates(model);
      }
      Path file = template == null ? Path.of("") : template;
      try {
        return ChatTemplates.of(
            ChatTemplate.parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8)),
            Map.of());
      } catch (IOException e) {
        throw new InputException(file.toString(), ChatFile.unreadable(file, e));
      }
    }
  }
}
