/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders as wheels and archives lay them out, with empty libraries: none is ever loaded. */
class LibtorchTest {
  private static final ComputeDevice CPU = new ComputeDevice.Cpu();
  private static final ComputeDevice GPU = new ComputeDevice.Cuda(0);

  @TempDir private Path site;
  private final Map<String, String> variables = new HashMap<>();

  @Test
  void shouldUseWhatCameAlongWhenNothingIsNamed() {
    Libtorch found = Libtorch.find(variables::get);

    assertThat(found.folder()).isNull();
    assertThat(found.version()).startsWith(Libtorch.bindingVersion());
    found.requireFor(CPU);
    assertThatThrownBy(() -> found.requireFor(GPU))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessage(
            "device cuda:0 needs libtorch for CUDA, but the one that came with Plumbline is for the CPU only: PYTORCH_LIBRARY_PATH must name the lib folder of libtorch 2.7.1 for CUDA, for example of the wheel that 'pip install torch==2.7.1' brings (site-packages/torch/lib)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch/version.py | __version__ = '2.7.1+cu128' | 2.7.1+cu128",
        "torch/build-version | 2.7.1+cu128 | 2.7.1+cu128",
        "torch/lib/build-version | 2.7.1 | 2.7.1",
        "torch/include/torch/csrc/api/include/torch/version.h | #define TORCH_VERSION \"2.7.1\" | 2.7.1",
        "torch-2.7.1.dist-info/METADATA | any | 2.7.1"
      })
  void shouldReadTheVersionWhereverItIsKept(String file, String content, String version)
      throws IOException {
    write("torch/lib/libtorch.so", "");
    write("torch/lib/libtorch_cuda.so", "");
    write(file, content);
    variables.put(Libtorch.PATH, "/nowhere" + File.pathSeparator + lib());

    Libtorch found = Libtorch.find(variables::get);

    assertThat(found).isEqualTo(new Libtorch(lib(), version, true));
    assertThat(found.binding()).isEqualTo("cu128");
    found.requireFor(GPU);
    found.requireFor(CPU);
  }

  @Test
  void shouldTakeTheLibraryItselfForItsFolder() throws IOException {
    write("torch/lib/libtorch.so", "");
    write("torch/version.py", "__version__ = '2.7.1+cpu'");
    variables.put(Libtorch.PATH, lib().resolve("libtorch.so").toString());

    Libtorch found = Libtorch.find(variables::get);

    assertThat(found).isEqualTo(new Libtorch(lib(), "2.7.1+cpu", false));
    assertThat(found.binding()).isEqualTo("cpu");
  }

  @ParameterizedTest
  @CsvSource({"2.7.0+cu126", "2.10.0+cu128", "2.7.10", "2.7.1a0+git", "2.7.1.dev20250501+cu128"})
  void shouldRefuseAnotherVersion(String version) throws IOException {
    write("torch/lib/libtorch.so", "");
    write("torch/version.py", "__version__ = '" + version + "'");
    variables.put(Libtorch.PATH, lib().toString());

    assertRefused(
        lib()
            + ": libtorch must be of version 2.7.1 exactly, which the binding was built for, but this is "
            + version);
  }

  @Test
  void shouldRefuseAVersionThatNothingTells() throws IOException {
    write("torch/lib/libtorch.so", "");
    variables.put(Libtorch.PATH, lib().toString());

    assertRefused(lib() + ": can't tell the version of this libtorch: one of build-version");
  }

  @Test
  void shouldRefuseAFolderWithoutLibtorch() {
    variables.put(Libtorch.PATH, site.toString());

    assertRefused(
        "PYTORCH_LIBRARY_PATH must name a folder that holds libtorch.so, but was '" + site + "'");
  }

  @Test
  void shouldRefuseACpuBuildForAGpu() throws IOException {
    write("torch/lib/libtorch.so", "");
    write("torch/build-version", "2.7.1+cpu");
    variables.put(Libtorch.PATH, lib().toString());

    assertThatThrownBy(() -> Libtorch.find(variables::get).requireFor(GPU))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith(
            "device cuda:0 needs libtorch for CUDA, but " + lib() + " is for the CPU only");
  }

  @Test
  void shouldRefuseABuildWithOldStrings() throws IOException {
    write("torch/lib/libtorch.so", "");
    write("torch/build-version", "2.7.1+cpu");
    write(
        "torch/share/cmake/Torch/TorchConfig.cmake",
        "set(TORCH_CXX_FLAGS \"-D_GLIBCXX_USE_CXX11_ABI=0\")");
    variables.put(Libtorch.PATH, lib().toString());

    assertRefused(lib() + ": libtorch must be built with the C++11 ABI");
  }

  @Test
  void shouldRefuseSettingsOfTheBindingThatAskForAnotherBuild() throws IOException {
    variables.put(Libtorch.VERSION, "2.5.1");
    assertRefused("PYTORCH_VERSION must be 2.7.1 or not set, but was '2.5.1'");

    write("torch/lib/libtorch.so", "");
    write("torch/lib/libtorch_cuda.so", "");
    write("torch/build-version", "2.7.1+cu126");
    variables.put(Libtorch.VERSION, "2.7.1");
    variables.put(Libtorch.PATH, lib().toString());
    variables.put(Libtorch.FLAVOR, "cu126");
    assertRefused("PYTORCH_FLAVOR must be cu128 or not set, but was 'cu126'");
  }

  @Test
  void shouldRefuseAGpuBeforeAnythingIsLoaded() {
    assertThatThrownBy(() -> TensorEngine.open(1, "cuda:1", ai.djl.ndarray.types.DataType.FLOAT32))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageContaining("device cuda:1 needs libtorch for CUDA");
  }

  @Test
  void shouldKnowDevicesByName() {
    assertThat(ComputeDevice.parse("cpu")).isEqualTo(CPU).hasToString("cpu");
    assertThat(ComputeDevice.parse("cuda")).isEqualTo(GPU).hasToString("cuda:0");
    assertThat(ComputeDevice.parse("cuda:3")).isEqualTo(new ComputeDevice.Cuda(3));
    assertThatThrownBy(() -> ComputeDevice.parse("gpu:1"))
        .hasMessage("device must be cpu, cuda or cuda:N, but was 'gpu:1'");
  }

  private Path lib() {
    return site.resolve("torch/lib").toAbsolutePath();
  }

  private void write(String file, String content) throws IOException {
    Path path = site.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Libtorch.find(variables::get))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith(message);
  }
}
