/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The libtorch that the binding is going to load: looked at before it is loaded, because one of
 * another version ends the whole process at its first call.
 *
 * <p>Which one it is, the binding decides: a folder that {@value #PATH} names, or else the one that
 * came with this program. Nothing is ever downloaded.
 *
 * @param folder that holds {@code libtorch.so}; null for the one that came with this program
 * @param version as its files tell it, for example {@code 2.7.1+cu128}
 * @param cuda whether it can compute on GPUs
 */
record Libtorch(@Nullable Path folder, String version, boolean cuda) {
  static final String PATH = "PYTORCH_LIBRARY_PATH";
  static final String VERSION = "PYTORCH_VERSION";
  static final String FLAVOR = "PYTORCH_FLAVOR";

  private static final String LIBRARY = "libtorch.so";
  private static final String CUDA_LIBRARY = "libtorch_cuda.so";
  private static final String CPU_BINDING = "cpu";
  // The only binding to a CUDA build; it asks nothing of CUDA itself, so builds for CUDA 11 and
  // 12 serve alike.
  private static final String CUDA_BINDING = "cu128";

  /**
   * Looks at what the variables name.
   *
   * @param variables a variable's value by its name; null when it is not set
   * @throws DeviceUnavailableException when the binding can't be used with what is named
   */
  static Libtorch find(Function<String, @Nullable String> variables) {
    String expected = bindingVersion();
    requireSetting(variables, VERSION, expected);
    String path = variables.apply(PATH);
    if (path == null || path.isBlank()) {
      return bundled();
    }
    Path folder = folder(path);
    Libtorch named =
        new Libtorch(folder, version(folder), Files.exists(folder.resolve(CUDA_LIBRARY)));
    if (!named.version.replaceFirst("\\+.*", "").equals(expected)) {
      throw new DeviceUnavailableException(
          "%s: libtorch must be of version %s exactly, which the binding was built for, but this is %s"
              .formatted(folder, expected, named.version));
    }
    requireNewStrings(folder);
    requireSetting(variables, FLAVOR, named.binding());
    return named;
  }

  /**
   * @throws DeviceUnavailableException when it lacks what the device needs
   */
  void requireFor(ComputeDevice device) {
    switch (device) {
      case ComputeDevice.Cpu cpu -> {}
      case ComputeDevice.Cuda gpu -> {
        if (!cuda) {
          throw new DeviceUnavailableException(
              "device %1$s needs libtorch for CUDA, but %2$s is for the CPU only: %3$s must name the lib folder of libtorch %4$s for CUDA, for example of the wheel that 'pip install torch==%4$s' brings (site-packages/torch/lib)"
                  .formatted(
                      gpu,
                      folder == null ? "the one that came with Plumbline" : folder,
                      PATH,
                      bindingVersion()));
        }
      }
    }
  }

  /** Which of the binding's builds goes with it. */
  String binding() {
    return cuda ? CUDA_BINDING : CPU_BINDING;
  }

  /** Version of libtorch that the binding was built for. */
  static String bindingVersion() {
    Properties binding = properties("jnilib/pytorch.properties");
    // libtorch's version, then the binding's
    return binding.getProperty("jni_version").replaceFirst("-.*", "");
  }

  private static Libtorch bundled() {
    String file = "native/lib/pytorch.properties";
    boolean cuda = false;
    String version = "";
    try {
      for (URL resource : Collections.list(Libtorch.class.getClassLoader().getResources(file))) {
        Properties build = read(resource);
        version = build.getProperty("version", version);
        cuda |= build.getProperty("flavor", CPU_BINDING).startsWith("cu");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Libtorch(null, version, cuda);
  }

  /** The first entry that holds the library, as the binding searches. */
  private static Path folder(String path) {
    for (String entry : path.split(File.pathSeparator)) {
      Path named = Path.of(entry);
      if (named.endsWith(LIBRARY) && Files.isRegularFile(named)) {
        return Objects.requireNonNull(named.toAbsolutePath().getParent());
      }
      if (Files.isRegularFile(named.resolve(LIBRARY))) {
        return named.toAbsolutePath();
      }
    }
    throw new DeviceUnavailableException(
        "%s must name a folder that holds %s, but was '%s'".formatted(PATH, LIBRARY, path));
  }

  /**
   * As the files beside it tell: {@code build-version} of the zip archives, {@code version.py} of
   * the wheels, the C++ header, or the name of the wheel's metadata.
   */
  private static String version(Path folder) {
    Path home = Objects.requireNonNullElse(folder.getParent(), folder);
    return first(folder.resolve("build-version"), "(\\S+)")
        .or(() -> first(home.resolve("build-version"), "(\\S+)"))
        .or(() -> first(home.resolve("version.py"), "__version__ *= *['\"]([^'\"]+)['\"]"))
        .or(
            () ->
                first(
                    home.resolve("include/torch/csrc/api/include/torch/version.h"),
                    "#define TORCH_VERSION[\\s\\\\]+\"([^\"]+)\""))
        .or(() -> wheelVersion(home))
        .orElseThrow(
            () ->
                new DeviceUnavailableException(
                    "%s: can't tell the version of this libtorch: one of build-version, version.py, include/torch/csrc/api/include/torch/version.h in %s, or torch-*.dist-info beside it, was expected"
                        .formatted(folder, home)));
  }

  private static Optional<String> wheelVersion(Path home) {
    if (home.getParent() == null) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> wheels =
        Files.newDirectoryStream(home.getParent(), "torch-*.dist-info")) {
      for (Path wheel : wheels) {
        String name = wheel.getFileName().toString();
        return Optional.of(name.substring("torch-".length(), name.indexOf(".dist-info")));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(home.getParent(), e);
    }
  }

  /** The binding is built with C++11's strings; archives with older ones lack what it calls. */
  private static void requireNewStrings(Path folder) {
    Path home = Objects.requireNonNullElse(folder.getParent(), folder);
    Path flags = home.resolve("share/cmake/Torch/TorchConfig.cmake");
    if (first(flags, "_GLIBCXX_USE_CXX11_ABI=(0)").isPresent()) {
      throw new DeviceUnavailableException(
          "%s: libtorch must be built with the C++11 ABI, but %s says it is not"
              .formatted(folder, flags));
    }
  }

  private static void requireSetting(
      Function<String, @Nullable String> variables, String name, String expected) {
    String value = variables.apply(name);
    if (value != null && !value.isBlank() && !value.equals(expected)) {
      throw new DeviceUnavailableException(
          "%s must be %s or not set, but was '%s'".formatted(name, expected, value));
    }
  }

  private static Optional<String> first(Path file, String pattern) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Matcher found =
          Pattern.compile(pattern).matcher(Files.readString(file, StandardCharsets.UTF_8));
      return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DeviceUnavailableException unreadable(Path file, IOException e) {
    return new DeviceUnavailableException("%s can't be read: %s".formatted(file, e), e);
  }

  private static Properties properties(String resource) {
    URL url = Libtorch.class.getClassLoader().getResource(resource);
    return read(Objects.requireNonNull(url, () -> "resource " + resource + " is missing"));
  }

  private static Properties read(URL resource) {
    Properties properties = new Properties();
    try (InputStream in = resource.openStream()) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
